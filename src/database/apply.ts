/** A project's SQL files, in order, into its database. */
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import type { Client } from "pg";
import type { PushTarget, SqlFile } from "../project/discover.ts";
import type { ProjectIdentity } from "../project/identity.ts";
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import { ProjectFileError } from "../project/problems.ts";
import { refuseConflicts } from "./push/ledger.ts";
import { pushSql } from "./push/push.ts";
import type { PushInput, PushResult } from "./push/types.ts";
import { seedSql } from "./seed.ts";

export interface ApplyFiles {
  readonly migrations: readonly PushTarget[];
  readonly seeds: readonly SqlFile[];
}

export interface AppliedFile {
  readonly file: SqlFile;
  readonly kind: "migration" | "seed";
  /** Undefined for seeds. */
  readonly result: PushResult | undefined;
}

/** How far the push of one target has come. */
export interface PushedTarget {
  readonly target: PushTarget;
  /** Those begun, in order; none where the target was refused before its first file. */
  readonly files: readonly PushedFile[];
}

export interface PushedFile {
  readonly file: SqlFile;
  /** Null while it runs, and for good when it fails. */
  readonly result: PushResult | null;
}

/**
 * Migrations as `flux push` applies them (one transaction per file; earlier files stay when a later one fails), then the
 * seeds. `pushed` is filled on the way, so that also of a push that fails it is known how far it came. Throws what `pushSql`
 * and `seedSql` throw.
 */
export async function applyProject(
  client: Client,
  project: ProjectIdentity,
  mode: ModeName,
  files: ApplyFiles,
  pushed: PushedTarget[] = [],
): Promise<AppliedFile[]> {
  const done: AppliedFile[] = [];
  for (const target of files.migrations) done.push(...(await pushTo(client, project, mode, target, pushed)));
  for (const file of files.seeds) {
    await seedSql(client, project, mode, { shown: file.shown, sql: readSql(file) });
    done.push({ file, kind: "seed", result: undefined });
  }
  return done;
}

/** Pushes one target; for a directory, a changed migration is found before anything runs, as on the platform. */
async function pushTo(
  client: Client,
  project: ProjectIdentity,
  mode: ModeName,
  target: PushTarget,
  pushed: PushedTarget[],
): Promise<AppliedFile[]> {
  const inputs = target.files.map((file) => ({ file, input: pushInput(file, target) }));
  const files: PushedFile[] = [];
  pushed.push({ target, files });
  if (target.kind === "directory") {
    await refuseConflicts(
      client,
      modes[mode].names(project).schema,
      inputs.map(({ input }) => input),
    );
  }
  const done: AppliedFile[] = [];
  for (const { file, input } of inputs) {
    const place = files.push({ file, result: null }) - 1;
    const result = await pushSql(client, project, mode, input);
    files[place] = { file, result };
    done.push({ file, kind: "migration", result });
  }
  return done;
}

/** The file's content as a push takes it. */
export function pushInput(file: SqlFile, target: Pick<PushTarget, "kind" | "mode" | "id" | "force">): PushInput {
  const { kind, mode, id, force } = target;
  return {
    name: file.name,
    shown: file.shown,
    sql: readSql(file),
    mode,
    fromDirectory: kind === "directory",
    ...(id === undefined ? {} : { id }),
    ...(force === undefined ? {} : { force }),
  };
}

/** Throws `ProjectFileError` for what is no text: Postgres would only find a syntax error or close the connection. */
export function readSql(file: SqlFile): string {
  const bytes = file.sql === undefined ? readFileSync(file.path) : Buffer.from(file.sql);
  const sql = isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  if (sql === undefined || sql.includes("\0")) {
    throw new ProjectFileError(file.shown, "is not UTF-8 text.", {
      why: "Postgres reads UTF-8 without NUL characters; some editors and PowerShell's > write UTF-16.",
      next: "Save the file as UTF-8 and run the command again.",
    });
  }
  // A byte order mark is no SQL; editors on Windows write one.
  return sql.replace(/^\uFEFF/, "");
}
