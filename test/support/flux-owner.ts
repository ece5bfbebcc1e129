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

/** Addresses, and Postgres' shared memory: the id of its System V segment, and its files below /dev/shm. */
async function standsOn(flux: Flux) {
  const [row] = await flux.sql<{ directory: string }>`select current_setting('data_directory') as directory`;
  const lines = readFileSync(join(row!.directory, "postmaster.pid"), "utf8").split("\n");
  const [, shm] = lines[6]!.trim().split(/\s+/);
  const { directUrl, postgrestUrl, idpUrl, databaseUrl } = flux.info;
  const urls = [directUrl, postgrestUrl, idpUrl, databaseUrl];
  return { urls, shm: Number(shm), files: mappedFiles(Number(lines[0])) };
}

function mappedFiles(pid: number): string[] {
  const maps = process.platform === "linux" ? readFileSync(`/proc/${pid}/maps`, "utf8") : "";
  return [...new Set(maps.match(/\/dev\/shm\/PostgreSQL\.\d+/g) ?? [])];
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
