/**
 * Where a stack keeps its things: `.flux-dev/` in the project's directory, or what FLUX_DEV_STATE_DIR names. A container
 * must not write into a directory of the host's, whose process numbers and users mean nothing to it.
 */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cacheDirectory } from "../postgres/cache-directory.ts";
import { isReachable } from "../postgres/cluster.ts";
import type { ModeName } from "../project/mode/types.ts";
import { unwritable } from "./json-file.ts";

export interface Places {
  /** `.flux-dev` itself. */
  readonly root: string;
  /** What survives a stop: ports, secrets, which databases are ready. */
  readonly state: string;
  /** The running stack, while there is one. */
  readonly run: string;
  /** Users and sessions of the identity provider. */
  readonly idp: string;
  /** JSON lines. */
  readonly log: string;
  /** JSON lines: one per request, when they are kept. */
  readonly traces: string;
  /** Postgres' own log, per mode. */
  serverLog(mode: ModeName): string;
}

export function placesIn(directory: string): Places {
  const root = process.env["FLUX_DEV_STATE_DIR"] || join(resolve(directory), ".flux-dev");
  return {
    root,
    state: join(root, "state.json"),
    run: join(root, "run.json"),
    idp: join(root, "idp.json"),
    log: join(root, "flux-dev.log"),
    traces: join(root, "traces.jsonl"),
    serverLog: (mode) => join(root, `postgres-${mode}.log`),
  };
}

/** Makes `.flux-dev` with a .gitignore that covers all of it. As root, others may enter: Postgres runs as another user. */
export function preparePlaces(places: Places): void {
  try {
    if (!existsSync(places.root)) {
      mkdirSync(places.root, { recursive: true });
      if (process.getuid?.() === 0) chmodSync(places.root, 0o755);
    }
    const ignore = join(places.root, ".gitignore");
    if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  } catch (error) {
    throw unwritable(places.root, error);
  }
}

/**
 * The clusters' directory: `.flux-dev/data`, unless root's Postgres account cannot get there (a project below /root);
 * then a directory of the cache that belongs to this project alone.
 */
export function dataRoot(places: Places): string {
  const usual = join(places.root, "data");
  if (isReachable(join(usual, "v2"))) return usual;
  const id = createHash("sha256").update(places.root).digest("hex").slice(0, 16);
  return join(cacheDirectory(), "data", id);
}
