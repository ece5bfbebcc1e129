/**
 * How flux-dev knows its own databases and roles again on somebody's server: by comments, which Postgres keeps for the
 * whole cluster. Pure.
 */
import { hostname } from "node:os";
import { processInfo } from "../process-info.ts";

export interface DatabaseMark {
  /** Slug, hash and the place of its directory: two checkouts of one project are two. */
  readonly project: string;
  readonly mode: string;
  /** Owner of a database that goes with its process. */
  readonly process?: { readonly host: string; readonly pid: number; readonly started: string };
}

export const ROLE_MARK = "flux-dev";

export function databaseComment(mark: DatabaseMark): string {
  return `${ROLE_MARK} ${JSON.stringify(mark)}`;
}

/** Undefined for a comment that flux-dev did not write. */
export function readDatabaseComment(comment: string | null): DatabaseMark | undefined {
  if (comment === null || !comment.startsWith(`${ROLE_MARK} {`)) return undefined;
  try {
    return JSON.parse(comment.slice(ROLE_MARK.length)) as DatabaseMark;
  } catch {
    return undefined;
  }
}

export function thisProcess(): NonNullable<DatabaseMark["process"]> {
  return { host: hostname(), pid: process.pid, started: processInfo(process.pid)?.started ?? "" };
}

/** True when the database's process ran on this machine and is gone. */
export function isLeftBehind({ process: owner }: DatabaseMark): boolean {
  if (owner === undefined || owner.host !== hostname()) return false;
  return processInfo(owner.pid)?.started !== owner.started;
}
