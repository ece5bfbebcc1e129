/** How long a snapshot takes of a database of a given size, beside a plain copy of the same directory. */
import { chmodSync, mkdtempSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { modeNamed } from "../../src/project/mode/mode.ts";
import { dataRoot, placesIn } from "../../src/stack/places.ts";
import type { RunningStack } from "../../src/stack/running-stack.ts";
import { saveSnapshot } from "../../src/stack/snapshots.ts";
import { startStack } from "../../src/stack/start.ts";

export const usage = `npm run bench -- snapshot [--megabytes 100] [--rounds 7] [--mode v2]
Saves and restores the demo project, made bigger, while its stack runs. Every save follows a write of some megabytes.`;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      megabytes: { type: "string", default: "100" },
      rounds: { type: "string", default: "7" },
      mode: { type: "string", default: "v2" },
    },
  });
  const directory = mkdtempSync(join(tmpdir(), "flux-dev-bench-"));
  // Postgres runs as somebody else when we are root.
  chmodSync(directory, 0o755);
  await cp("fixtures/demo", directory, { recursive: true });
  let stack: RunningStack | undefined;
  const times: Record<"save" | "restore" | "copy", number[]> = { save: [], restore: [], copy: [] };
  const timed = async (what: keyof typeof times, work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    times[what].push(performance.now() - start);
  };
  const write = (running: RunningStack, megabytes: number) =>
    running.withDatabase((client) =>
      client.query(
        `insert into bench.filling select repeat(md5(n::text), 30) from generate_series(1, ${megabytes * 1000}) n`,
      ),
    );
  try {
    stack = await startStack({ directory, mode: modeNamed(values.mode) });
    const running = stack;
    await running.withDatabase((client) => client.query("create schema bench; create table bench.filling (text text)"));
    await write(running, Number(values.megabytes));
    for (let round = 0; round < Number(values.rounds); round++) {
      await write(running, 2);
      await timed("save", () => saveSnapshot(directory, "bench"));
      await timed("restore", () => running.restore("bench"));
      const source = join(dataRoot(placesIn(directory)), "snapshots", "bench");
      await timed("copy", () => cp(source, join(directory, "copy"), { recursive: true }));
      await rm(join(directory, "copy"), { recursive: true });
    }
  } finally {
    await stack?.stop();
    await rm(directory, { recursive: true, force: true });
  }
  for (const [what, list] of Object.entries(times)) print(what, list);
}

function print(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b).map((ms) => Math.round(ms));
  console.log(
    `${what}: median ${sorted[sorted.length >> 1]} ms, ${sorted[0]} to ${sorted.at(-1)} ms (${sorted.length})`,
  );
}
