/** The `select` parameter as a tree of read plans: columns, names they go by, and what `*` stands for. */
import type { SelectItem } from "../request/types.ts";
import type { QualifiedIdentifier } from "../schema-cache/types.ts";
import { keyOf } from "../schema-cache/types.ts";
import {
  columnField,
  hasOutputFormat,
  outputField,
  type ResolverContext,
  unknownField,
  withOutputFormat,
} from "./resolve.ts";
import { SOURCE_CTE } from "./source.ts";
import type { CoercibleSelectField, ReadPlan } from "./types.ts";

const emptyPlan = (from: QualifiedIdentifier, depth: number): ReadPlan => ({
  select: [],
  from,
  fromAlias: null,
  where: [],
  order: [],
  range: { lower: 0n, upper: null },
  relName: from.name,
  relToParent: null,
  joinConditions: [],
  relAlias: null,
  relAggAlias: "",
  relHint: null,
  relJoinType: null,
  relIsSpread: false,
  relSelect: [],
  depth,
  children: [],
});

/** Builds the tree. An embed stands for a relation of the same schema until its relationship is found. */
export function initialPlan(context: ResolverContext, items: readonly SelectItem[]): ReadPlan {
  return fill(context, emptyPlan(context.table, 0), items);
}

function fill(context: ResolverContext, plan: ReadPlan, items: readonly SelectItem[]): ReadPlan {
  const select: CoercibleSelectField[] = [];
  const children: ReadPlan[] = [];
  for (const item of items) {
    if (item.kind === "field") {
      const { aggregate, aggregateCast, cast, alias } = item;
      const field = outputField({ ...context, table: plan.from }, item.field);
      select.push({ field, aggregate, aggregateCast, cast, alias });
      continue;
    }
    const from = { schema: context.table.schema, name: item.relation };
    const child: ReadPlan = {
      ...emptyPlan(from, plan.depth + 1),
      relAlias: item.kind === "relation" ? item.alias : null,
      relHint: item.hint,
      relJoinType: item.joinType,
      relIsSpread: item.kind === "spread",
    };
    children.push(fill(context, child, item.children));
  }
  return { ...plan, select, children };
}

/**
 * Turns `*` into the table's columns where each needs a name of its own: with data representations, and where a plan or
 * one above it aggregates, since GROUP BY knows no star. `count()` is a star that stays.
 */
export function expandStars(context: ResolverContext, plan: ReadPlan, aggregatedAbove = false): ReadPlan {
  const aggregates = aggregatedAbove || plan.select.some((field) => field.aggregate !== null);
  const own = { ...context, table: actualTable(context, plan) };
  return {
    ...plan,
    select: expandSelect(own, aggregates, plan.select),
    children: plan.children.map((child) => expandStars(context, child, aggregates)),
  };
}

/** Writes and calls read from the CTE; the alias names the table its rows come from. */
function actualTable(context: ResolverContext, plan: ReadPlan): QualifiedIdentifier {
  const { from, fromAlias } = plan;
  const isSource = from.schema === "" && from.name === SOURCE_CTE && fromAlias !== null;
  return isSource ? { schema: context.table.schema, name: fromAlias } : from;
}

function expandSelect(
  context: ResolverContext,
  aggregates: boolean,
  select: readonly CoercibleSelectField[],
): readonly CoercibleSelectField[] {
  if (!select.some((item) => item.field.name === "*" && item.aggregate === null)) return select;
  const columns = [...(context.tables.get(keyOf(context.table))?.columns.values() ?? [])];
  if (!aggregates && !columns.some((column) => hasOutputFormat(context, column))) return select;
  return select.flatMap((item) =>
    item.field.name === "*" && item.field.path.length === 0 && item.aggregate === null
      ? columns.map((column) => ({ ...item, field: withOutputFormat(context, columnField(column)) }))
      : [item],
  );
}

/** Names for what would otherwise come out under Postgres' own: JSON paths by their last key, representations by column. */
export function addAliases(plan: ReadPlan): ReadPlan {
  return { ...plan, select: plan.select.map(aliased), children: plan.children.map(addAliases) };
}

function aliased(item: CoercibleSelectField): CoercibleSelectField {
  if (item.alias !== null || item.aggregate !== null) return item;
  const { name, path, transform } = item.field;
  if (path.length > 0) {
    // `data->1->mycol->>2` comes out as "mycol", `data->3` as "data".
    const key = path.findLast((step) => step.operand.kind === "key");
    return { ...item, alias: key?.operand.value ?? name };
  }
  return transform === null ? item : { ...item, alias: name };
}

/** What an empty select without embeds reads; the columns are dropped again where the body is made. */
export const starSelect: CoercibleSelectField = {
  field: unknownField("*"),
  aggregate: null,
  aggregateCast: null,
  cast: null,
  alias: null,
};
