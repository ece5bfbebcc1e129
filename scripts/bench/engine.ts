/** Requests per second and latency of the engine, beside the floor and the gateway. */
import { parseArgs } from "node:util";
import { startThrowAwayCluster } from "../../src/postgres/cluster.ts";
import { icuEnglish } from "../../src/postgres/flavour.ts";
import { emptyNotes, prepareDatabase, runtimeRole, schema } from "./engine/database.ts";
import { type Figures, shareOf, typical } from "./engine/measurement.ts";
import { type CallName, calls, poolSecret } from "./engine/requests.ts";
import { foreignTarget, ownTarget, type Target } from "./engine/targets.ts";

export const usage = `npm run bench -- engine [options]
  --connections 1,16,64  how many requests are under way at a time
  --only NAMES           of: ${Object.keys(calls).join(" | ")} (separated by |)
  --rounds 5             how often everything is measured, in turn; the table shows medians
  --seconds 1            how long each measurement takes
  --postgrest PATH       measure that binary too, on the same database
  --targets NAMES        of: floor,http,engine,untraced,gateway (default all)
  --node-flags FLAGS     for the processes measured, "--cpu-prof" say`;

/**
 * `floor`: the statements alone. `http`: a bare server that answers a constant. `untraced` and `gateway`: the v2 edge
 * without and with the trace.
 */
const roles = ["floor", "http", "engine", "untraced", "gateway"] as const;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      connections: { type: "string", default: "1,16,64" },
      only: { type: "string" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "1" },
      postgrest: { type: "string" },
      targets: { type: "string", default: roles.join() },
      "node-flags": { type: "string", default: "" },
    },
  });
  const cluster = await startThrowAwayCluster({ flavour: icuEnglish });
  const targets: Target[] = [];
  try {
    const url = cluster.url();
    const env = {
      PGRST_DB_URI: await prepareDatabase(url),
      PGRST_DB_SCHEMAS: schema,
      PGRST_DB_ANON_ROLE: runtimeRole,
      PGRST_JWT_SECRET: poolSecret,
      PGRST_SERVER_PORT: "0",
    };
    const flags = values["node-flags"].split(" ").filter((flag) => flag !== "");
    for (const role of roles) {
      if (values.targets.split(",").includes(role)) targets.push(await ownTarget(role, env, flags));
    }
    if (values.postgrest !== undefined) targets.push(await foreignTarget(values.postgrest, env));
    const only = values.only?.split("|").map((name) => name.trim());
    for (const call of Object.keys(calls) as CallName[]) {
      if (only !== undefined && !only.includes(call)) continue;
      // Code that has not run yet is slow; what it takes to become fast is not the question here.
      for (const target of targets) await target.warmUp(call);
      for (const connections of values.connections.split(",").map(Number)) {
        const measured = new Map<Target, Figures[]>(targets.map((target) => [target, []]));
        for (let round = 0; round < Number(values.rounds); round += 1) {
          for (const target of targets) {
            await emptyNotes(url);
            measured.get(target)?.push(await target.measure(call, connections, Number(values.seconds)));
          }
        }
        print(call, connections, measured);
      }
    }
  } finally {
    for (const target of targets) target.stop();
    await cluster.stop();
  }
}

let headed = false;

function print(call: CallName, connections: number, measured: ReadonlyMap<Target, readonly Figures[]>): void {
  if (!headed) {
    console.log(
      line("request", "conn", "target", "req/s", "p50 ms", "p95 ms", "CPU µs", "of floor", "of http", "of untr."),
    );
  }
  headed = true;
  const roundsOf = (wanted: string) => [...measured].find(([{ name }]) => name === wanted)?.[1];
  for (const [{ name }, rounds] of measured) {
    const all = typical(rounds);
    const share = (of: string): string => {
      const others = roundsOf(of);
      return others === undefined ? "" : `${(shareOf(rounds, others) * 100).toFixed(0)} %`;
    };
    const [p50, p95] = [all.p50.toFixed(2), all.p95.toFixed(2)];
    const cpu = all.cpu?.toFixed(0) ?? "";
    // Only the traced gateway is the same but for the trace.
    const shares = [share("floor"), share("http"), name === "gateway" ? share("untraced") : ""];
    console.log(line(call, String(connections), name, all.perSecond.toFixed(0), p50, p95, cpu, ...shares));
  }
}

const widths = [20, 5, 8, 8, 8, 8, 8, 9, 9, 9];

const line = (...cells: readonly string[]): string =>
  cells
    .map((cell, index) => (index === 0 || index === 2 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!)))
    .join(" ");
