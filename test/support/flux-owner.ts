/**
 * A process that owns projects under test. `loop N`: starts and stops one N times, forks left open, and says what each stood
 * on. `hold`: starts one, says what it stands on, and goes on forking until it is killed.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startFlux } from "../../src/testing/start.ts";

const project = { migrations: "create table things (id int primary key); grant select on things to authenticated" };
const start = () => startFlux({ project });
type Flux = Awaited<ReturnType<typeof start>>;

/** Addresses, and the id of Postgres' segment of shared memory. */
async function standsOn(flux: Flux) {
  const [row] = await flux.sql<{ directory: string }>`select current_setting('data_directory') as directory`;
  const [, shm] = readFileSync(join(row!.directory, "postmaster.pid"), "utf8").split("\n")[6]!.trim().split(/\s+/);
  const { directUrl, postgrestUrl, idpUrl, databaseUrl } = flux.info;
  return { urls: [directUrl, postgrestUrl, idpUrl, databaseUrl], shm: Number(shm) };
}

const say = (value: unknown) => console.log(JSON.stringify(value));

if (process.argv[2] === "loop") {
  const seen = [];
  for (let round = 0; round < Number(process.argv[3]); round++) {
    const flux = await start();
    const fork = await flux.fork();
    seen.push(await standsOn(flux), await standsOn(fork));
    await flux.stop();
  }
  say(seen);
} else {
  const flux = await start();
  say([await standsOn(flux)]);
  for (;;) await flux.fork().then((fork) => fork.as("alice").get("/things"));
}
