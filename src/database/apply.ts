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

/**
 * Migrations as `flux push` applies them (one transaction per file; earlier files stay when a later one fails), then the
 * seeds. `onFile` hears of each file when it is done. Throws what `pushSql` and `seedSql` throw.
 */
export async function applyProject(
  client: Client,
  project: ProjectIdentity,
  mode: ModeName,
  files: ApplyFiles,
  onFile: (done: AppliedFile) => void = () => {},
): Promise<AppliedFile[]> {
  const done: AppliedFile[] = [];
  const finish = (entry: AppliedFile) => {
    done.push(entry);
    onFile(entry);
  };
  for (const target of files.migrations) await pushTo(client, project, mode, target, finish);
  for (const file of files.seeds) {
    await seedSql(client, project, mode, { shown: file.shown, sql: readSql(file) });
    finish({ file, kind: "seed", result: undefined });
  }
  return done;
}

/** Pushes one target; for a directory, a changed migration is found before anything runs, as on the platform. */
async function pushTo(
  client: Client,
  project: ProjectIdentity,
  mode: ModeName,
  target: PushTarget,
  finish: (entry: AppliedFile) => void,
): Promise<void> {
  const inputs = target.files.map((file) => ({ file, input: pushInput(file, target) }));
  if (target.kind === "directory") {
    await refuseConflicts(
      client,
      modes[mode].names(project).schema,
      inputs.map(({ input }) => input),
    );
  }
  for (const { file, input } of inputs) {
    finish({ file, kind: "migration", result: await pushSql(client, project, mode, input) });
  }
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
