/** Brings the database of a mode to the point where the project's files say it should be. */
import type { Client } from "pg";
import { type AppliedFile, applyProject, pushInput } from "../database/apply.ts";
import { bootstrapDatabase, provisionProject } from "../database/provision/provision.ts";
import { resetDatabase } from "../database/reset.ts";
import { checksumOf } from "../database/sql/normalize.ts";
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import type { ReadyDatabase } from "./state.ts";

export interface PreparedDatabase {
  readonly ready: ReadyDatabase;
  readonly applied: readonly AppliedFile[];
  /** Things the developer should know: files that changed but will not run again by themselves. */
  readonly notes: readonly string[];
}

/**
 * A database that holds the project already gets the migrations it lacks; any other (new, of another project, or left
 * half-made by a failed or killed start) is made from the ground up. Throws `ProjectSqlError` or `PushRefused`.
 */
export async function prepareDatabase(
  client: Client,
  project: Project,
  mode: ModeName,
  ready: ReadyDatabase | undefined,
  password: string,
): Promise<PreparedDatabase> {
  const { schema } = modes[mode].names(project.identity);
  if (ready?.schema !== schema || !(await exists(client, schema)))
    return rebuildDatabase(client, project, mode, password);
  const versioned = project.migrations.filter((target) => target.mode === "versioned");
  const applied = await applyProject(client, project.identity, mode, { migrations: versioned, seeds: [] });
  return { ready, applied, notes: changedFiles(project, ready) };
}

/** Empties the database of whatever it holds and runs all of the project's files. */
export async function rebuildDatabase(
  client: Client,
  project: Project,
  mode: ModeName,
  password: string,
): Promise<PreparedDatabase> {
  const { schema } = modes[mode].names(project.identity);
  const used = await exists(client, "auth");
  await bootstrapDatabase(client, mode, password);
  if (used) await resetDatabase(client, project.identity, mode, password);
  else await provisionProject(client, project.identity, mode);
  const applied = await applyProject(client, project.identity, mode, project);
  return { ready: { schema, files: onceFiles(project) }, applied, notes: [] };
}

async function exists(client: Client, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    "select exists (select from pg_namespace where nspname = $1) as there",
    [schema],
  );
  return rows[0]!.there;
}

/** Checksums of the files that no ledger records: raw SQL and seeds. They run when a database is made, and never again. */
function onceFiles(project: Project): Record<string, string> {
  const raw = project.migrations.filter((target) => target.mode === "raw").flatMap((target) => target.files);
  return Object.fromEntries(
    [...raw, ...project.seeds].map((file) => [
      file.shown,
      checksumOf(pushInput(file, { kind: "file", mode: "raw" }).sql),
    ]),
  );
}

function changedFiles(project: Project, ready: ReadyDatabase): string[] {
  const now = onceFiles(project);
  const changed = Object.keys(now).filter((file) => ready.files[file] !== now[file]);
  if (changed.length === 0) return [];
  return [
    `${changed.join(", ")} changed since the database was made and ${changed.length === 1 ? "does" : "do"} not run again by itself. flux-dev reset makes the database anew; flux-dev push runs a file now.`,
  ];
}
