/** Which PostgREST program to run, and what it is. */
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { installedPath, PROGRAM } from "./install.ts";
import { RunnerError } from "./types.ts";

export interface PostgrestProgram {
  readonly path: string;
  /** `12.2.12`; undefined when it says something else. */
  readonly version: string | undefined;
  /** What the platform runs there. */
  readonly wanted: string;
}

export interface ProgramWish {
  /** Undefined: an installed one of the wanted version, else the one on PATH. */
  readonly path: string | undefined;
  /** Relative paths begin here. */
  readonly directory: string;
  /** `12.2.12` */
  readonly wanted: string;
}

/** Throws `POSTGREST_MISSING` or `POSTGREST_UNUSABLE`. */
export async function findProgram({ path, directory, wanted }: ProgramWish): Promise<PostgrestProgram> {
  const found = path === undefined ? firstExecutable([installedPath(wanted), ...onPath()]) : resolve(directory, path);
  if (found === undefined) {
    throw new RunnerError("POSTGREST_MISSING", {
      what: "There is no PostgREST program.",
      why: `None of version ${wanted} was installed by flux-dev, and none is on PATH.`,
      next: "flux-dev postgrest install downloads one; --postgrest ./path/to/postgrest names one.",
    });
  }
  if (!isExecutable(found)) {
    throw new RunnerError("POSTGREST_UNUSABLE", { what: `${found} cannot be run.`, ...whyNot(found) });
  }
  return { path: found, version: await programVersion(found), wanted };
}

function whyNot(path: string): { why: string; next: string } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    return { why: "No such file.", next: "Name the PostgREST program; flux-dev postgrest install downloads one." };
  if (found.isDirectory())
    return { why: "It is a directory.", next: `Name the program in it: --postgrest ${join(path, PROGRAM)}.` };
  return {
    why: "This user may not execute it.",
    next: `If it is the PostgREST program: chmod +x ${path} (a downloaded archive must be unpacked first).`,
  };
}

const onPath = (): string[] =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, PROGRAM));

const firstExecutable = (paths: readonly string[]): string | undefined => paths.find(isExecutable);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Milliseconds. */
const PATIENCE = 20_000;

type ExecFailure = Error & { code?: number | string; killed?: boolean; stderr?: string };

function failure({ code, killed, stderr, message }: ExecFailure): string {
  if (killed) return `It did not answer to --version within ${PATIENCE / 1000} s.`;
  if (typeof code !== "number") return message;
  const said = stderr?.trim().split("\n")[0] ?? "";
  return `With --version it ends (exit ${code}) and says ${said === "" ? "nothing" : `"${said}"`}.`;
}

async function programVersion(path: string): Promise<string | undefined> {
  try {
    // `PostgREST 12.2.12 (a1b2c3d)`; stand-ins may call themselves otherwise.
    const { stdout } = await promisify(execFile)(path, ["--version"], { timeout: PATIENCE });
    return /\d+\.\d+(?:\.\d+)*/.exec(stdout)?.[0];
  } catch (error) {
    throw new RunnerError(
      "POSTGREST_UNUSABLE",
      {
        what: `${path} cannot say its version, so it is no PostgREST that runs here.`,
        why: failure(error as ExecFailure),
        next: `Name a PostgREST program for ${process.platform}-${process.arch}; flux-dev postgrest install downloads one.`,
      },
      error,
    );
  }
}
