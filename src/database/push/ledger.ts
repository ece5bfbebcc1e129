/** `flux.flux_migrations` and `flux.flux_repeatable_scripts`: what has been pushed, in the platform's own tables. */
import type { Client } from "pg";
import { checksumOf } from "../sql/normalize.ts";
import { placeInFile } from "../sql-error.ts";
import { type PushInput, PushRefused } from "./types.ts";

const CREATE = `
create schema if not exists flux;
create table if not exists flux.flux_migrations (
  tenant_schema text not null,
  version text not null,
  filename text not null,
  checksum text not null,
  applied_at timestamptz not null default now(),
  primary key (tenant_schema, version)
);
create table if not exists flux.flux_repeatable_scripts (
  tenant_schema text not null,
  script_id text not null,
  filename text not null,
  checksum text not null,
  run_count integer not null default 0,
  last_applied_at timestamptz not null default now(),
  primary key (tenant_schema, script_id)
);
`;

/** What the ledger says about a push. */
export interface LedgerVerdict {
  readonly run: boolean;
  readonly previousChecksum: string | undefined;
}

/** Creates the ledger where it is missing. One without `tenant_schema` is rebuilt when empty and refused otherwise. */
export async function ensureLedger(client: Client, schema: string): Promise<void> {
  const state = await ledgerState(client);
  if (state === "legacy") {
    const count = (await client.query<{ n: number }>("select count(*)::int as n from flux.flux_migrations")).rows[0]!.n;
    if (count > 0) {
      throw new PushRefused(
        `flux.flux_migrations legacy global ledger has ${count} row(s); tenant-scoped upgrade required — run bin/migrate-pooled-ledger.sh --assign-legacy-to ${schema}`,
      );
    }
    await client.query("drop table flux.flux_migrations");
  }
  if (state !== "ready") await client.query(CREATE);
}

async function ledgerState(client: Client): Promise<"ready" | "incomplete" | "legacy"> {
  const { rows } = await client.query<{ migrations: boolean; scripts: boolean; tenants: boolean }>(
    `select to_regclass('flux.flux_migrations') is not null as migrations,
            to_regclass('flux.flux_repeatable_scripts') is not null as scripts,
            exists (select from pg_attribute where attrelid = to_regclass('flux.flux_migrations')
                       and attname = 'tenant_schema' and not attisdropped) as tenants`,
  );
  const { migrations, scripts, tenants } = rows[0]!;
  if (migrations && !tenants) return "legacy";
  return migrations && scripts ? "ready" : "incomplete";
}

/** Whether to run: raw always, versioned once, repeatable when changed or forced. Throws on a changed migration. */
export async function consultLedger(
  client: Client,
  schema: string,
  input: PushInput,
  checksum: string,
): Promise<LedgerVerdict> {
  if (input.mode === "raw") return { run: true, previousChecksum: undefined };
  const versioned = input.mode === "versioned";
  const { rows } = await client.query<{ checksum: string }>(
    versioned
      ? "select checksum from flux.flux_migrations where tenant_schema = $1 and version = $2"
      : "select checksum from flux.flux_repeatable_scripts where tenant_schema = $1 and script_id = $2",
    [schema, versioned ? input.name : scriptId(input)],
  );
  const previousChecksum = rows[0]?.checksum;
  if (versioned && previousChecksum !== undefined && previousChecksum !== checksum) {
    throw new PushRefused(conflictText(input, previousChecksum, checksum), {
      hint: "If it has not been pushed to the platform yet, flux-dev reset makes the database anew from the files as they are.",
    });
  }
  const unchanged = previousChecksum === checksum && !(input.mode === "repeatable" && input.force === true);
  return { run: !unchanged, previousChecksum };
}

export interface RecordedMigration {
  readonly version: string;
  /** ISO 8601. */
  readonly appliedAt: string;
  readonly checksum: string;
}

/** In the order of their versions. Creates nothing. */
export async function recordedMigrations(client: Client, schema: string): Promise<RecordedMigration[]> {
  if ((await ledgerState(client)) !== "ready") return [];
  const { rows } = await client.query<{ version: string; at: Date; checksum: string }>(
    'select version, applied_at as at, checksum from flux.flux_migrations where tenant_schema = $1 order by version collate "C"',
    [schema],
  );
  return rows.map(({ version, at, checksum }) => ({ version, appliedAt: at.toISOString(), checksum }));
}

/** Checksums of what is recorded, by version, or by id for repeatable scripts. Creates nothing. */
export async function ledgerChecksums(
  client: Client,
  schema: string,
  { mode }: Pick<PushInput, "mode">,
): Promise<Map<string, string>> {
  if (mode === "raw" || (await ledgerState(client)) !== "ready") return new Map();
  const { rows } = await client.query<{ name: string; checksum: string }>(
    mode === "versioned"
      ? "select version as name, checksum from flux.flux_migrations where tenant_schema = $1"
      : "select script_id as name, checksum from flux.flux_repeatable_scripts where tenant_schema = $1",
    [schema],
  );
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/** Throws for the first file of a directory that was applied with other contents. Creates nothing. */
export async function refuseConflicts(client: Client, schema: string, inputs: readonly PushInput[]): Promise<void> {
  if ((await ledgerState(client)) !== "ready") return;
  for (const input of inputs) {
    await consultLedger(client, schema, input, checksumOf(input.sql)).catch((error: unknown) => {
      throw placeInFile(error, input.shown);
    });
  }
}

/** Records a run, inside the push's own transaction. */
export async function recordRun(client: Client, schema: string, input: PushInput, checksum: string): Promise<void> {
  if (input.mode === "versioned") {
    await client.query(
      "insert into flux.flux_migrations (tenant_schema, version, filename, checksum) values ($1, $2, $2, $3)",
      [schema, input.name, checksum],
    );
  } else if (input.mode === "repeatable") {
    await client.query(
      `insert into flux.flux_repeatable_scripts as script (tenant_schema, script_id, filename, checksum, run_count)
       values ($1, $2, $3, $4, 1)
       on conflict (tenant_schema, script_id) do update
         set filename = excluded.filename, checksum = excluded.checksum, run_count = script.run_count + 1, last_applied_at = now()`,
      [schema, scriptId(input), input.name, checksum],
    );
  }
}

function scriptId(input: PushInput): string {
  return input.id ?? input.shown;
}

function conflictText(input: PushInput, applied: string, current: string): string {
  const checksums = ["", `Applied checksum: ${applied}`, `Current checksum: ${current}`];
  const lines = input.fromDirectory
    ? [
        "Migration checksum conflict",
        "",
        `${input.name} was already applied, but its contents changed.`,
        ...checksums,
        "",
        "Create a new migration instead of editing an applied migration.",
      ]
    : [
        `Migration ${input.name} was already applied with a different checksum.`,
        "Refusing to mutate versioned migration history.",
        ...checksums,
      ];
  return lines.join("\n");
}
