/** The directories whose stacks run on this machine, so that `list` finds them. Only hints: the run files decide. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "../postgres/cache-directory.ts";
import { readJson, writeJson } from "./json-file.ts";
import { placesIn } from "./places.ts";
import { type RunRecord, readRun } from "./run-file.ts";

const home = (): string => join(cacheDirectory(), "stacks");
const entry = (directory: string): string =>
  join(home(), `${createHash("sha256").update(directory).digest("hex").slice(0, 16)}.json`);

export function register(directory: string): void {
  mkdirSync(home(), { recursive: true });
  writeJson(entry(directory), { directory });
}

export function unregister(directory: string): void {
  rmSync(entry(directory), { force: true });
}

export interface RegisteredStack {
  readonly directory: string;
  readonly run: RunRecord;
}

/** Live stacks of this user; entries of dead ones are removed on the way. */
export function registeredStacks(): RegisteredStack[] {
  let names: string[];
  try {
    names = readdirSync(home()).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const directory = readJson<{ directory: string }>(join(home(), name))?.directory;
    const run = directory === undefined ? undefined : readRun(placesIn(directory).run);
    if (directory !== undefined && run !== undefined) return [{ directory, run }];
    rmSync(join(home(), name), { force: true });
    return [];
  });
}
