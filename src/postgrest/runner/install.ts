/** Brings a real PostgREST to this machine: downloaded, verified, unpacked into the cache. */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { cacheDirectory } from "../../postgres/cache-directory.ts";
import { DOWNLOADS, type ReleaseVersion, releaseFor } from "./releases.ts";
import { RunnerError } from "./types.ts";

export interface InstallOptions {
  readonly version: ReleaseVersion;
  /** SHA-256 in hex, from whoever the user trusts; goes before the one that flux-dev knows. */
  readonly checksum?: string | undefined;
  /** Where to look for `v<version>/<file>`, instead of the project's own downloads. */
  readonly from?: string | undefined;
  readonly progress: (text: string) => void;
}

/** Its name on this system. */
export const PROGRAM = process.platform === "win32" ? "postgrest.exe" : "postgrest";

/** Where an installed program of that version is, or would be. */
export const installedPath = (version: string): string => join(cacheDirectory(), "postgrest", version, PROGRAM);

/**
 * Returns the program's path. Throws `POSTGREST_MISSING` (no build for this machine), `CHECKSUM_UNKNOWN`, `CHECKSUM_WRONG`,
 * `DOWNLOAD_FAILED` or `POSTGREST_UNUSABLE`; nothing is installed then.
 */
export async function installPostgrest(options: InstallOptions): Promise<string> {
  const { version, progress } = options;
  const machine = `${process.platform}-${process.arch}`;
  const release = releaseFor(version, machine) ?? noBuild(version, machine);
  const url = `${options.from ?? DOWNLOADS}/v${version}/${release.file}`;
  const expected = (options.checksum ?? release.sha256 ?? unknownChecksum(url, version)).toLowerCase();
  progress(`Downloading ${release.file}`);
  const bytes = await download(url);
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest !== expected) throw wrongChecksum(url, expected, digest);
  progress("Unpacking");
  return unpack(bytes, release.file, version);
}

/** Milliseconds for the whole download. */
const PATIENCE = 300_000;

async function download(url: string): Promise<Buffer> {
  let reason: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    reason = `The server answers ${response.status}.`;
  } catch (error) {
    const cause = (error as { cause?: Error & { code?: string } }).cause;
    reason = `No connection to ${new URL(url).hostname} (${cause?.code ?? cause?.message ?? (error as Error).message}).`;
  }
  throw new RunnerError("DOWNLOAD_FAILED", {
    what: `${url} could not be downloaded.`,
    why: reason,
    next: "Try again with a network (--from <url> names a mirror), or fetch and unpack the file elsewhere and name the program: --postgrest ./postgrest.",
  });
}

/** `tar` is on every system that PostgREST is built for; on Windows it reads zip files, too. */
async function unpack(bytes: Buffer, file: string, version: string): Promise<string> {
  const target = installedPath(version);
  const draft = `${dirname(target)}.${randomUUID()}.tmp`;
  mkdirSync(draft, { recursive: true });
  try {
    writeFileSync(join(draft, file), bytes);
    await promisify(execFile)("tar", ["-xf", file], { cwd: draft });
    rmSync(join(draft, file));
    const program = join(draft, PROGRAM);
    if (!existsSync(program)) throw new Error(`There is no ${PROGRAM} in it.`);
    chmodSync(program, 0o755);
    rmSync(dirname(target), { recursive: true, force: true });
    renameSync(draft, dirname(target));
    return target;
  } catch (error) {
    throw new RunnerError(
      "POSTGREST_UNUSABLE",
      {
        what: `${file} could not be unpacked.`,
        why: (error as Error).message.trim().split("\n").at(-1) ?? "",
        next: "tar and xz must be installed (Debian: apt-get install xz-utils).",
      },
      error,
    );
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function noBuild(version: string, machine: string): never {
  throw new RunnerError("POSTGREST_MISSING", {
    what: `There is no PostgREST ${version} for ${machine}.`,
    why: "Its project builds none for this kind of machine.",
    next: "Use the built-in one, or --postgrest docker.",
  });
}

function unknownChecksum(url: string, version: string): never {
  throw new RunnerError("CHECKSUM_UNKNOWN", {
    what: "flux-dev does not know the checksum of this release, so it does not download it.",
    why: `PostgREST publishes none, and nobody this project could ask vouches for ${url}.`,
    next: `Get its SHA-256 from somebody you trust and say it: flux-dev postgrest install --release ${version} --checksum <hex>.`,
  });
}

const wrongChecksum = (url: string, expected: string, digest: string): RunnerError =>
  new RunnerError("CHECKSUM_WRONG", {
    what: `${url} is not the file that it should be; it was thrown away.`,
    why: `Its SHA-256 is ${digest}, not ${expected}.`,
    next: "Try again; if it stays so, somebody has changed the file, here or there.",
  });
