/**
 * Postgres and initdb refuse to run as root. A root user's cluster therefore runs as an account without privileges, which
 * owns the data directory; anybody else runs it as themselves.
 */
import { accessSync, chownSync, constants, readFileSync, type Stats, statSync } from "node:fs";
import { dirname, parse, resolve } from "node:path";
import { PostgresError } from "./errors.ts";

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` as the system's user file knows it. initdb looks the uid up there, so an invented number would not do. */
function nobody(): Account {
  try {
    for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
      const [name, , uid, gid] = line.split(":");
      // macOS writes -2 where the kernel says 4294967294.
      if (name === "nobody") return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
    }
  } catch {
    // No user file: fall through to the sentence below.
  }
  throw new PostgresError("NO_UNPRIVILEGED_USER", {
    what: "Postgres refuses to run as root, and there is no user `nobody` to run it as.",
    why: "The system's user list (/etc/passwd) has no such entry.",
    next: "Add one, or run flux-dev as a normal user.",
  });
}

/**
 * The account that must run Postgres for this data directory: undefined means "as we are". As root it is the directory's
 * owner when that is an ordinary user, so that a project stays usable without sudo afterwards, else `nobody`.
 */
export function unprivilegedAccount(dataDirectory?: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = dataDirectory === undefined ? undefined : statOrUndefined(dataDirectory);
  return owner !== undefined && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : nobody();
}

function statOrUndefined(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Hands a file or directory to the account; nothing to do when we run as ourselves. */
export function handOver(path: string, account: Account | undefined): void {
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

/** Whether the account can walk down to `path`: every directory above it lets others through (`x`). */
export function canReach(path: string, account: Account | undefined): boolean {
  if (account === undefined) {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return statOrUndefined(path) === undefined;
    }
  }
  const { root } = parse(resolve(path));
  for (let step = resolve(path); step !== root; step = dirname(step)) {
    const stats = statOrUndefined(step);
    if (stats !== undefined && !mayEnter(stats, account)) return false;
  }
  return true;
}

/** Classic permission bits; access lists beyond them are not looked at. */
export function mayEnter(stats: Pick<Stats, "uid" | "gid" | "mode">, account: Account): boolean {
  if (stats.uid === account.uid) return (stats.mode & 0o100) !== 0;
  if (stats.gid === account.gid) return (stats.mode & 0o010) !== 0;
  return (stats.mode & 0o001) !== 0;
}
