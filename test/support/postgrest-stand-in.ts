/** A program that stands in for the PostgREST binary, which no registry has: flux-dev's own engine behind its name. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const loader = import.meta.resolve("tsx");

export interface StandIn {
  readonly path: string;
  /** A file that its processes name on their command line. */
  readonly mark: string;
  remove(): void;
}

/** `says`: its answer to `--version`. `run`: shell code instead of the engine. */
export function postgrestStandIn(says = "PostgREST 12.2.12 (flux-dev stand-in)", run?: string): StandIn {
  const directory = mkdtempSync(join(tmpdir(), "flux-dev-postgrest-"));
  const path = join(directory, "postgrest");
  const version = says.includes("12.0") ? "12.0" : "12.2";
  const mark = join(directory, "postgrest.conf");
  writeFileSync(mark, "");
  const engine = `exec "${process.execPath}" --import "${loader}" "${cli}" postgrest "${mark}" --postgrest-version ${version}`;
  writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && { echo "${says}"; exit 0; }\n${run ?? engine}\n`);
  chmodSync(path, 0o755);
  return { path, mark, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
