/** How long an explanation takes: the first of a process, which still has to load what explains, and those after it. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { WhyTimes } from "./why/process.ts";

export const usage = `npm run bench -- why [--processes 5] [--rounds 20] [--idle 0,2000]
Explains [] on a table of 10,000 rows and 10 policies. Each process starts a stack of its own, has its rows hidden from a
request, and asks why so many milliseconds after the answer.`;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      processes: { type: "string", default: "5" },
      rounds: { type: "string", default: "20" },
      idle: { type: "string", default: "0,2000" },
    },
  });
  for (const idle of values.idle.split(",")) {
    const times: WhyTimes[] = [];
    for (let count = 0; count < Number(values.processes); count += 1) times.push(await measured(idle, values.rounds));
    print(
      `first, ${idle} ms after the answer`,
      times.map(({ first }) => first),
    );
    print(
      "after it",
      times.flatMap(({ warm }) => warm),
    );
  }
}

async function measured(idle: string, rounds: string): Promise<WhyTimes> {
  const child = fork(join(import.meta.dirname, "why", "process.js"), [idle, rounds]);
  const [times] = (await once(child, "message")) as [WhyTimes];
  await once(child, "exit");
  return times;
}

function print(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(0);
  console.log(`${what}: best ${at(0)} ms, median ${at(0.5)} ms, p95 ${at(0.95)} ms (${times.length})`);
}
