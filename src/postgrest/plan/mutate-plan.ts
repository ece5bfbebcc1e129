/** The plan of what is written. */

import type { Dialect } from "../dialect.ts";
import { columnNotFound, invalidFilters, notFound, somethingWentWrong } from "../errors/catalogue.ts";
import { compareText } from "../haskell.ts";
import { holdsObject } from "../request/payload.ts";
import type { ApiRequest, Filter, Mutation } from "../request/types.ts";
import type { QualifiedIdentifier, SchemaCache, Table } from "../schema-cache/types.ts";
import { keyOf } from "../schema-cache/types.ts";
import { type ResolverContext, resolveLogicTree, resolveOrder, tableField, withJsonParse } from "./resolve.ts";
import { columnsNeeded } from "./returning.ts";
import type { CoercibleField, MutatePlan, ReadPlan } from "./types.ts";

/**
 * @throws 404 or PGRST204 for columns that are not known, PGRST105 for a PUT that does not name exactly one row
 */
export function mutatePlan(
  mutation: Mutation,
  target: QualifiedIdentifier,
  dialect: Dialect,
  request: ApiRequest,
  cache: SchemaCache,
  read: ReadPlan,
): MutatePlan {
  const { preferences, queryParams, payload } = request;
  const context: ResolverContext = { tables: cache.tables, representations: cache.representations, table: target };
  const table = cache.tables.get(keyOf(target));
  const primaryKey = table?.primaryKey ?? [];
  const where = [
    ...queryParams.filtersRoot.map((filter) => resolveLogicTree(context, { kind: "filter", filter })),
    ...queryParams.logic.map(([, tree]) => resolveLogicTree(context, tree)),
  ];
  const order = (queryParams.order.find(([path]) => path.length === 0)?.[1] ?? []).map((term) =>
    resolveOrder(context, term),
  );
  const represents = preferences.representation === "full" || preferences.representation === "headers-only";
  const returning = represents ? columnsNeeded(read, primaryKey) : [];
  const applyDefaults = preferences.missing === "default";
  const range = request.topLevelRange;
  const bodyIsObject = holdsObject(payload);
  const columns = () => {
    // The names of a form are known only with its values.
    if (payload !== null && "unreadable" in payload) throw somethingWentWrong();
    return [...request.columns].sort(compareText).map((name) => column(context, dialect, table, name));
  };

  switch (mutation) {
    case "create": {
      const { resolution } = preferences;
      const onConflict = resolution === null ? null : { resolution, columns: queryParams.onConflict ?? primaryKey };
      return {
        kind: "insert",
        target,
        columns: columns(),
        bodyIsObject,
        onConflict,
        where: [],
        returning,
        primaryKey,
        applyDefaults,
      };
    }
    case "single-upsert":
      if (!namesOneRow(request, primaryKey)) throw invalidFilters();
      return {
        kind: "insert",
        target,
        columns: columns(),
        bodyIsObject,
        onConflict: { resolution: "merge-duplicates", columns: primaryKey },
        where,
        returning,
        primaryKey: [],
        applyDefaults: false,
      };
    case "update":
      return {
        kind: "update",
        target,
        columns: columns(),
        bodyIsObject,
        where,
        range,
        order,
        returning,
        applyDefaults,
      };
    case "delete":
      return { kind: "delete", target, where, range, order, returning };
  }
}

/** PUT is filtered by all primary key columns, each with a plain `eq`, and by nothing else. */
function namesOneRow({ queryParams }: ApiRequest, primaryKey: readonly string[]): boolean {
  const { filterFields, filtersRoot, logic } = queryParams;
  const keys = new Set(primaryKey);
  const plainEq = ({ expr }: Filter) =>
    expr.kind === "op" &&
    !expr.negated &&
    expr.operation.kind === "quant" &&
    expr.operation.op === "eq" &&
    expr.operation.quantifier === null;
  return (
    logic.length === 0 &&
    keys.size > 0 &&
    filterFields.size === keys.size &&
    [...keys].every((key) => filterFields.has(key)) &&
    filtersRoot.every(plainEq)
  );
}

/** A body can only be read into columns whose type is known, so an unknown one is refused before any SQL. */
function column(context: ResolverContext, dialect: Dialect, table: Table | undefined, name: string): CoercibleField {
  if (table === undefined) throw notFound();
  const field = tableField(table, name);
  if (field.irType === "") throw columnNotFound(dialect, table.name, name);
  return withJsonParse(context, field);
}
