/** Small JSON files that are either the old version or the new one, never half of it. */
import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { StackError } from "./errors.ts";

/** Undefined when the file does not exist. */
export function readJson<T>(path: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, (error as Error).message, error);
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw unreadable(path, "It is not valid JSON.", error);
  }
}

/** Writes beside it and renames. Readable by its owner only: these files hold secrets. */
export function writeJson(path: string, value: unknown): void {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw unwritable(path, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "This user may not write there.",
  EPERM: "This user may not write there.",
  EROFS: "The file system is mounted read-only.",
  ENOSPC: "The disk is full.",
  EDQUOT: "The disk quota is used up.",
};

export function unwritable(path: string, error: unknown): StackError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return new StackError(
    "STATE_UNWRITABLE",
    {
      what: `flux-dev could not write ${path}.`,
      why: reasons[code] ?? message,
      next:
        code === "ENOSPC" || code === "EDQUOT"
          ? "Free some space and try again."
          : "Make the project directory writable for this user, or run flux-dev somewhere else.",
    },
    error,
  );
}

function unreadable(path: string, why: string, error: unknown): StackError {
  return new StackError(
    "STATE_UNREADABLE",
    {
      what: `flux-dev could not read its own file ${path}.`,
      why,
      next: "Remove the file; what it held (ports, secrets) is made anew.",
    },
    error,
  );
}
