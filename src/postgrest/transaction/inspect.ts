/** What the OpenAPI document shows, asked in one transaction under the request's role. */
import type { ActionPlan } from "../plan/types.ts";
import type { DescribedSchema } from "../response/openapi/document.ts";
import { accessibleTables, accessibleTablesQuery, schemaDescriptionQuery } from "../schema-cache/accessible.ts";
import type { CatalogQuery } from "../schema-cache/catalog-query.ts";
import { accessibleRoutinesQuery, routineMap } from "../schema-cache/routines.ts";
import { keyOf, type Routine, type SchemaCache } from "../schema-cache/types.ts";
import { contextStatements, isolationLevel, type QueryContext, type SentTransaction } from "./compose.ts";
import type { Pool } from "./pool.ts";
import { runTransaction, type TransactionRows, type TransactionStatement } from "./run.ts";
import type { DatabaseFailure } from "./types.ts";

export type InspectOutcome =
  /** `schema` null: the document is switched off. */
  | { readonly kind: "result"; readonly schema: DescribedSchema | null; readonly sent: SentTransaction }
  | { readonly kind: "failed"; readonly failure: DatabaseFailure; readonly sent: SentTransaction };

/** Runs the pre-request function also where nothing is asked, as it may refuse. */
export async function runInspection(
  plan: Extract<ActionPlan, { kind: "inspect" }>,
  context: QueryContext,
  cache: SchemaCache,
  pool: Pool,
): Promise<InspectOutcome> {
  const { config, dialect } = context;
  const before = contextStatements(plan, context);
  const follows = config.openApiMode === "follow-privileges";
  const tables = accessibleTablesQuery(plan.schema);
  const routines = accessibleRoutinesQuery(plan.schema, config.dbHoistedTxSettings, dialect);
  const comment = schemaDescriptionQuery(plan.schema);
  const questions: ReadonlyArray<CatalogQuery<unknown>> =
    config.openApiMode === "disabled" ? [] : follows ? [comment, tables, routines] : [comment];
  const statements = [...before, ...questions.map(asStatement)];
  const settings = { isolation: isolationLevel(plan, context), readOnly: true };
  const sent: SentTransaction = { role: context.auth.role, ...settings, end: "commit", statements };

  const prepared = config.dbPreparedStatements;
  const { rows, failure } = await runTransaction(pool, { settings, statements, end: "commit", prepared });
  if (failure !== null) return { kind: "failed", failure, sent };
  if (config.openApiMode === "disabled") return { kind: "result", schema: null, sent };
  const answer = <R>(query: CatalogQuery<R>): R[] => decode(query, rows, before.length + questions.indexOf(query));
  const visible = follows ? accessibleTables(answer(tables)) : null;
  const schema: DescribedSchema = {
    tables: [...cache.tables.values()].filter((table) =>
      visible === null ? table.schema === plan.schema : visible.has(keyOf(table)),
    ),
    routines: follows ? flatten(routineMap(answer(routines))) : ofSchema(flatten(cache.routines), plan.schema),
    comment: answer(comment)[0]?.description ?? null,
  };
  return { kind: "result", schema, sent };
}

const asStatement = ({ text, values }: CatalogQuery<unknown>): TransactionStatement => ({
  role: "inspect",
  text,
  parameters: values,
  format: "text",
});

const decode = <R>(query: CatalogQuery<R>, rows: TransactionRows, index: number): R[] =>
  query.decode(rows[index]?.[0]?.values()[0]?.toString("utf8") ?? "[]");

const flatten = (routines: ReadonlyMap<string, readonly Routine[]>): Routine[] => [...routines.values()].flat();

const ofSchema = (routines: readonly Routine[], schema: string): Routine[] =>
  routines.filter((routine) => routine.schema === schema);
