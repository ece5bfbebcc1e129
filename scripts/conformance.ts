// `npm run conformance`: puts 1,812 recorded answers of the real PostgREST to the built-in engine, or to any server.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startThrowAwayCluster } from "../src/postgres/cluster.ts";
import { icuEnglish } from "../src/postgres/flavour.ts";
import { readItems } from "./conformance/corpus.ts";
import { type Failure, runConformance } from "./conformance/run.ts";
import { table } from "./conformance/table.ts";
import { atUrl, byCommand, inProcess } from "./conformance/targets.ts";

const usage = `npm run conformance -- [options]
  --cmd COMMAND       test a server that reads PGRST_* variables, started once per configuration;
                      without it, the built-in engine is tested in this process
  --base CONFIG=URL   test a running server for that configuration (repeatable)
  --version 12.0      expect what PostgREST v12.0.2 answers (default 12.2: v12.2.12)
  --config A,B        only these configurations: v2, v2-commit, v1, v1-commit
  --group A,B         only groups whose name begins so
  --id A,B            only these items
  --pg URL            superuser postgres of a throw-away Postgres 16 cluster with ICU; default: an embedded one
  --failures FILE     write the failures as JSON lines
  --verbose           print every failure as it happens`;

const { values } = parseArgs({
  options: {
    cmd: { type: "string" },
    base: { type: "string", multiple: true, default: [] },
    version: { type: "string", default: "12.2" },
    config: { type: "string" },
    group: { type: "string" },
    id: { type: "string" },
    pg: { type: "string" },
    failures: { type: "string" },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) console.log(usage);
else process.exitCode = await main();

async function main(): Promise<number> {
  const version = values.version === "12.0" ? "12.0" : "12.2";
  const listed = (text: string | undefined): string[] | null => text?.split(",") ?? null;
  const [configs, groups, ids] = [listed(values.config), listed(values.group), listed(values.id)];
  const items = readItems(version).filter(
    ({ id, group, config }) =>
      (configs?.includes(config) ?? true) &&
      (groups?.some((prefix) => group.startsWith(prefix)) ?? true) &&
      (ids?.includes(id) ?? true),
  );
  if (items.length === 0) {
    console.error(`Nothing to run with these options.\n${usage}`);
    return 2;
  }
  const bases = new Map(values.base.map((text) => [text.split("=", 1)[0], text.slice(text.indexOf("=") + 1)]));
  const { cmd } = values;
  const cluster = values.pg === undefined ? await startThrowAwayCluster({ flavour: icuEnglish }) : null;
  const failures: Failure[] = [];
  const tally = new Map<string, { passed: number; total: number }>();
  try {
    const outcomes = runConformance({
      postgres: values.pg ?? cluster!.url(),
      items,
      start: async (config, env, port) => {
        const base = bases.get(config);
        if (base !== undefined) return atUrl(base);
        return cmd === undefined ? inProcess(env, version) : byCommand(cmd, env, port);
      },
    });
    for await (const { item, failure } of outcomes) {
      const group = tally.get(item.group) ?? { passed: 0, total: 0 };
      tally.set(item.group, { passed: group.passed + (failure === null ? 1 : 0), total: group.total + 1 });
      if (failure === null) continue;
      failures.push(failure);
      if (values.verbose) console.log(`${failure.id} ${failure.request}\n  ${failure.problems.join("\n  ")}`);
    }
  } finally {
    await cluster?.stop();
  }
  console.log(table(tally));
  if (values.failures !== undefined) {
    writeFileSync(values.failures, failures.map((failure) => `${JSON.stringify(failure)}\n`).join(""));
  }
  return failures.length === 0 ? 0 : 1;
}
