// `npm run conformance`: puts 1,812 recorded answers of the real PostgREST to the built-in engine, or to any server.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startThrowAwayCluster } from "../src/postgres/cluster.ts";
import { icuEnglish } from "../src/postgres/flavour.ts";
import type { PostgrestVersion } from "../src/postgrest/dialect.ts";
import { RunnerError } from "../src/postgrest/runner/types.ts";
import { type Item, readItems } from "./conformance/corpus.ts";
import { serverVersion } from "./conformance/databases.ts";
import { throughGateway, unfitForGateway } from "./conformance/gateway.ts";
import { paritySection, readNotCovered, writeParitySection } from "./conformance/readme.ts";
import { type Outcome, runConformance } from "./conformance/run.ts";
import { sum, table, tallyOf } from "./conformance/table.ts";
import { atUrl, byCommand, inProcess, type Start } from "./conformance/targets.ts";
import { testedProgram } from "./conformance/tested-program.ts";

const usage = `npm run conformance -- [options]
What is tested; without any of these, the built-in engine in this process:
  --postgrest PATH    a PostgREST program
  --postgrest docker  the image the platform runs
  --cmd COMMAND       any server that reads PGRST_* variables, started once per configuration
  --base CONFIG=URL   a running server for that configuration (repeatable)
  --gateway           reach it through this project's gateway, over HTTP; what a gateway changes or refuses is left out
What it is asked:
  --version 12.0      expect what PostgREST v12.0.2 answers (default 12.2: v12.2.12)
  --config A,B        only these configurations: v2, v2-commit, v1, v1-commit
  --group A,B         only groups whose name begins so
  --id A,B            only these items
Where, and what comes of it:
  --pg URL            superuser postgres of a throw-away Postgres 16 cluster with ICU; default: an embedded one
  --failures FILE     write the failures as JSON lines
  --verbose           print every failure as it happens
  --readme            run everything on the built-in engine as both versions, and write README's parity section`;

const { values } = parseArgs({
  options: {
    postgrest: { type: "string" },
    cmd: { type: "string" },
    base: { type: "string", multiple: true, default: [] },
    gateway: { type: "boolean", default: false },
    version: { type: "string", default: "12.2" },
    config: { type: "string" },
    group: { type: "string" },
    id: { type: "string" },
    pg: { type: "string" },
    failures: { type: "string" },
    verbose: { type: "boolean", default: false },
    readme: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) console.log(usage);
else process.exitCode = await main().catch(explained);

function explained(error: unknown): number {
  if (!(error instanceof RunnerError) && (error as { why?: string }).why === undefined) throw error;
  const { message, why, next } = error as RunnerError;
  console.error(`${message}\n  ${why}\n  ${next}`);
  return 2;
}

async function main(): Promise<number> {
  const version = values.version === "12.0" ? "12.0" : "12.2";
  const items = wanted(version);
  if (items.length === 0) {
    console.error(`Nothing to run with these options.\n${usage}`);
    return 2;
  }
  const cluster = values.pg === undefined ? await startThrowAwayCluster({ flavour: icuEnglish }) : null;
  const postgres = values.pg ?? cluster!.url();
  try {
    if (values.readme) return await renewReadme(postgres);
    return report(await ask(postgres, items, await starter(version)));
  } finally {
    await cluster?.stop();
  }
}

function wanted(version: PostgrestVersion): Item[] {
  const listed = (text: string | undefined): string[] | null => text?.split(",") ?? null;
  const [configs, groups, ids] = [listed(values.config), listed(values.group), listed(values.id)];
  const items = readItems(version).filter(
    ({ id, group, config }) =>
      (configs?.includes(config) ?? true) &&
      (groups?.some((prefix) => group.startsWith(prefix)) ?? true) &&
      (ids?.includes(id) ?? true),
  );
  if (!values.gateway) return items;
  const fit = items.filter((item) => unfitForGateway(item) === null);
  console.log(`Through the gateway: ${fit.length} of ${items.length}; the others ask for what it changes or refuses.`);
  return fit;
}

async function starter(version: PostgrestVersion): Promise<Start> {
  const { cmd, postgrest, gateway } = values;
  const bases = new Map(values.base.map((text) => [text.split("=", 1)[0]!, text.slice(text.indexOf("=") + 1)]));
  const program = postgrest === undefined ? null : await testedProgram(postgrest, version);
  const direct: Start = async (config, env, port) => {
    const base = bases.get(config);
    if (base !== undefined) return atUrl(base);
    if (program !== null) return program(config, env, port);
    return cmd === undefined ? inProcess(env, version) : byCommand(cmd, env, port);
  };
  return gateway ? throughGateway(direct) : direct;
}

async function ask(postgres: string, items: readonly Item[], start: Start): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for await (const outcome of runConformance({ postgres, items, start })) {
    outcomes.push(outcome);
    const { failure } = outcome;
    if (failure !== null && values.verbose) {
      console.log(`${failure.id} ${failure.request}\n  ${failure.problems.join("\n  ")}`);
    }
  }
  return outcomes;
}

function report(outcomes: readonly Outcome[]): number {
  console.log(table(tallyOf(outcomes)));
  const failures = outcomes.flatMap(({ failure }) => failure ?? []);
  if (values.failures !== undefined) {
    writeFileSync(values.failures, failures.map((failure) => `${JSON.stringify(failure)}\n`).join(""));
  }
  return failures.length === 0 ? 0 : 1;
}

async function renewReadme(postgres: string): Promise<number> {
  const outcomes = new Map<PostgrestVersion, Outcome[]>();
  for (const version of ["12.2", "12.0"] as const) {
    outcomes.set(version, await ask(postgres, readItems(version), (_config, env) => inProcess(env, version)));
  }
  const run = { outcomes, postgresVersion: await serverVersion(postgres), date: new Date() };
  writeParitySection(paritySection(run, readNotCovered()));
  const { passed, total } = sum(tallyOf([...outcomes.values()].flat()));
  console.log(`${passed}/${total}; README.md has the figures.`);
  return passed === total ? 0 : 1;
}
