/** How long a fork takes, beside the bare CREATE DATABASE … TEMPLATE that it cannot be faster than. */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { modeNamed } from "../../src/project/mode/mode.ts";
import { LocalGround } from "../../src/testing/ground/local.ts";
import { choose, openFlux } from "../../src/testing/start.ts";

export const usage = `npm run bench -- fork [--forks 200] [--parallel 8] [--mode v2]
Forks the demo project. Rounds of bare copies and of forks take turns, so that other work on the machine meets both.`;

const ROUNDS = 5;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      forks: { type: "string", default: "200" },
      parallel: { type: "string", default: "8" },
      mode: { type: "string", default: "v2" },
    },
  });
  const parallel = Number(values.parallel);
  const perRound = Math.ceil(Number(values.forks) / ROUNDS);
  const mode = modeNamed(values.mode);
  const ground = new LocalGround();
  const chosen = await choose({ directory: "fixtures/demo", mode });
  const { database: template, databases } = await ground.source(chosen.project, mode);
  const pool = new pg.Pool({ connectionString: databases.url("postgres"), max: parallel });
  const bare: number[] = [];
  const forks: number[] = [];
  const answers: number[] = [];
  try {
    // The first fork reads the schema for all others.
    await (await openFlux(ground, chosen)).stop();
    for (let round = 0; round < ROUNDS; round++) {
      const copies = await timed(perRound, parallel, bare, async (index) => {
        await pool.query(`create database bare_${index} template ${template} strategy file_copy`);
        return `bare_${index}`;
      });
      for (const copy of copies) await pool.query(`drop database ${copy}`);

      const open = await timed(perRound, parallel, forks, () => openFlux(ground, chosen));
      await timed(open.length, parallel, answers, async (index) => {
        const { status } = await open[index]!.as("alice").get("/notes");
        if (status !== 200) throw new Error(`A fork answered ${status}.`);
      });
      await Promise.all(open.map((flux) => flux.stop()));
      await untilDropped(pool);
    }
  } finally {
    await pool.end();
    await ground.close();
  }
  print(`CREATE DATABASE … TEMPLATE, ${parallel} at a time`, bare);
  print(`fork, ${parallel} at a time`, forks);
  print(`first answer of a fork, ${parallel} at a time`, answers);
  console.log(`fork / bare, by the median: ${(quantile(forks, 0.5) / quantile(bare, 0.5)).toFixed(2)}`);
}

/** Runs `count` works, `parallel` at a time, and adds the milliseconds of each to `times`. */
async function timed<T>(
  count: number,
  parallel: number,
  times: number[],
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) {
      const start = performance.now();
      results[index] = await work(index);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return results;
}

/** Forks are dropped in the background. */
async function untilDropped(pool: pg.Pool): Promise<void> {
  const left = "select from pg_database where datname like 'flux_fork_%'";
  while (((await pool.query(left)).rowCount ?? 0) > 0) await sleep(50);
}

function quantile(times: readonly number[], part: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))]!;
}

function print(what: string, times: readonly number[]): void {
  const [median, p95] = [quantile(times, 0.5), quantile(times, 0.95)].map((ms) => `${ms.toFixed(1)} ms`);
  console.log(`${what}: median ${median}, p95 ${p95} (${times.length})`);
}
