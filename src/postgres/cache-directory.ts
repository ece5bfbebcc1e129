/** Where flux-dev keeps what can be made again: initialised clusters, copies of the binaries. */
import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { type Account, canReach, unprivilegedAccount } from "./account.ts";
import { PostgresError } from "./errors.ts";

interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly temp: string;
  /** Undefined on Windows. */
  readonly uid: number | undefined;
}

/** In order of preference. `FLUX_DEV_CACHE_DIR` stands alone: who sets it wants that directory or an error. */
export function cacheCandidates({ env, platform, home, temp, uid }: Surroundings): string[] {
  if (env["FLUX_DEV_CACHE_DIR"]) return [env["FLUX_DEV_CACHE_DIR"]];
  const candidates: string[] = [];
  if (platform === "win32")
    candidates.push(join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "flux-dev", "cache"));
  else if (env["XDG_CACHE_HOME"]) candidates.push(join(env["XDG_CACHE_HOME"], "flux-dev"));
  else
    candidates.push(
      platform === "darwin" ? join(home, "Library", "Caches", "flux-dev") : join(home, ".cache", "flux-dev"),
    );
  // Root's home is usually closed to the account that runs Postgres.
  if (uid === 0) candidates.push(platform === "darwin" ? "/Library/Caches/flux-dev" : "/var/cache/flux-dev");
  // Service users and containers often have no home they can write to.
  candidates.push(join(temp, `flux-dev-cache-${uid ?? "user"}`));
  return candidates;
}

/** Makes and returns the first candidate that we can write, that is ours, and that `account` can reach. */
export function cacheDirectory(account: Account | undefined = unprivilegedAccount()): string {
  const candidates = cacheCandidates({
    env: process.env,
    platform: process.platform,
    home: homedir(),
    temp: tmpdir(),
    uid: process.getuid?.(),
  });
  const found = candidates.find((path) => usable(path, account));
  if (found !== undefined) return found;
  throw new PostgresError("CACHE_UNUSABLE", {
    what: `No place for flux-dev's cache: ${candidates.join(", ")} cannot be used.`,
    why:
      account === undefined
        ? "It cannot be written by this user, or belongs to somebody else."
        : "It cannot be written, or the account that runs Postgres cannot reach it (a closed directory stands above it).",
    next: "Set FLUX_DEV_CACHE_DIR to a directory that works.",
  });
}

function usable(path: string, account: Account | undefined): boolean {
  try {
    if (!canReach(path, account)) return false;
    mkdirSync(path, { recursive: true, mode: account === undefined ? 0o700 : 0o755 });
    accessSync(path, constants.W_OK | constants.X_OK);
    // Somebody else's directory (in a shared temp directory, say) could swap the binaries under us.
    const owner = statSync(path).uid;
    const ours = process.getuid?.() ?? owner;
    return owner === ours;
  } catch {
    return false;
  }
}
