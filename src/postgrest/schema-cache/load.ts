/** Loads the schema cache: asks the catalogs, then puts the answers together. */
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import { ask, type SqlQuery } from "./catalog-query.ts";
import { computedRelationships, computedRelationshipsQuery } from "./computed-relationships.ts";
import { constraintsQuery } from "./constraints.ts";
import { foreignKeys } from "./foreign-keys.ts";
import { handlerMap, mediaHandlersQuery } from "./media-handlers.ts";
import { relationshipMap } from "./relationships.ts";
import { representationMap, representationsQuery } from "./representations.ts";
import { routineMap, routinesQuery } from "./routines.ts";
import { columnsQuery, relationsQuery, tableMap } from "./tables.ts";
import { timezonesQuery } from "./timezones.ts";
import type { SchemaCache } from "./types.ts";
import { primaryKeys, viewKeys, viewsQuery } from "./view-keys.ts";

export type SchemaCacheConfig = Pick<EngineConfig, "dbSchemas" | "dbExtraSearchPath" | "dbHoistedTxSettings">;

/**
 * Reads the whole cache in one read-only transaction of its own on the connection behind `query`, which must not be in
 * one. Throws what `query` throws; the transaction is rolled back then.
 */
export async function loadSchemaCache(
  query: SqlQuery,
  config: SchemaCacheConfig,
  dialect: Dialect,
): Promise<SchemaCache> {
  await query("begin isolation level read committed read only");
  try {
    // Without a search path Postgres prints every name outside pg_catalog with its schema, which later SQL relies on.
    await query("set local search_path to ''");
    const cache = await readSchemaCache(query, config, dialect);
    await query("commit");
    return cache;
  } catch (error) {
    await query("rollback").catch(() => {});
    throw error;
  }
}

async function readSchemaCache(query: SqlQuery, config: SchemaCacheConfig, dialect: Dialect): Promise<SchemaCache> {
  const schemas = config.dbSchemas;
  const relations = await ask(query, relationsQuery(schemas));
  const columns = await ask(query, columnsQuery(schemas, dialect));
  const views = await ask(query, viewsQuery([...schemas, ...config.dbExtraSearchPath]));
  const constraints = await ask(query, constraintsQuery());
  const routines = await ask(query, routinesQuery(schemas, config.dbHoistedTxSettings, dialect));
  const computed = await ask(query, computedRelationshipsQuery());
  const casts = await ask(query, representationsQuery());
  const handlers = await ask(query, mediaHandlersQuery(schemas));
  const timezones = await ask(query, timezonesQuery());

  const keysOfViews = viewKeys(views, constraints, schemas);
  const keys = primaryKeys(constraints, keysOfViews);
  return {
    tables: tableMap(relations, columns, keys),
    relationships: relationshipMap({
      foreignKeys: foreignKeys(constraints, dialect),
      computed: computedRelationships(computed),
      viewKeys: keysOfViews,
      primaryKeys: keys,
      schemas,
    }),
    routines: routineMap(routines),
    representations: representationMap(casts),
    mediaHandlers: handlerMap(handlers, dialect),
    timezones: new Set(timezones.map(({ name }) => name)),
  };
}
