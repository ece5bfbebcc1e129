// `npm run fuzz`: puts hundreds of thousands of odd requests to the built-in engine and reports whatever PostgREST would not do.
import { parseArgs } from "node:util";
import { startThrowAwayCluster } from "../src/postgres/cluster.ts";
import { icuEnglish } from "../src/postgres/flavour.ts";
import { fuzz } from "./fuzz/run.ts";
import { createWorld } from "./fuzz/world.ts";

const usage = `npm run fuzz -- [options]
  --requests N      how many (default 20000)
  --seed N          the same seed makes the same requests (default: another one each time)
  --only N          only the request of that number
  --version 12.0    of PostgREST, on the mode it serves (default 12.2)
  --pg URL          superuser postgres of a throw-away Postgres 16 cluster with ICU; default: an embedded one`;

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "20000" },
    seed: { type: "string" },
    only: { type: "string" },
    version: { type: "string", default: "12.2" },
    pg: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) console.log(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const only = values.only === undefined ? null : Number(values.only);
  const requests = Number(values.requests);
  if (![seed, only ?? 0, requests].every((number) => Number.isSafeInteger(number) && number >= 0)) {
    console.error(`Numbers must be whole and not negative.\n${usage}`);
    return 2;
  }
  const version = values.version === "12.0" ? "12.0" : "12.2";
  const [from, to] = only === null ? [0, requests] : [only, only + 1];
  const start = Date.now();
  const cluster = values.pg === undefined ? await startThrowAwayCluster({ flavour: icuEnglish }) : null;
  try {
    const postgres = values.pg ?? cluster!.url();
    const world = await createWorld(postgres, version);
    const { findings, tally } = await fuzz({ world, seed, from, to, limit: 20_000, print: console.log });
    await world.close();
    console.log(`PostgREST ${version}, seed ${seed}, ${((Date.now() - start) / 1000).toFixed(0)} s`);
    for (const line of tally.lines()) console.log(line);
    console.log(findings.length === 0 ? "no findings" : `${findings.length} kinds of findings\n${findings.join("\n")}`);
    return findings.length === 0 ? 0 : 1;
  } finally {
    await cluster?.stop();
  }
}
