/** The `select` parameter as a tree of read plans: columns, names they go by, and what `*` stands for. */
import type { SelectItem } from "../request/types.ts";
import type { QualifiedIdentifier } from "../schema-cache/types.ts";
import { keyOf } from "../schema-cache/types.ts";
import { traverse } from "../traverse.ts";
import {
  columnField,
  hasOutputFormat,
  outputField,
  type ResolverContext,
  unknownField,
  withOutputFormat,
} from "./resolve.ts";
import { SOURCE_CTE } from "./source.ts";
import { changeDown } from "./tree.ts";
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
  const root: Level = { plan: emptyPlan(context.table, 0), items };
  return traverse<Embed | null, Level, ReadPlan>(null, {
    enter: (item, above) => (item === null || above === null ? root : embedLevel(context, above.plan, item)),
    children: (level) => level.items.filter((item) => item.kind !== "field"),
    leave: ({ plan, items }, children) => ({ ...plan, select: ownFields(context, plan, items), children }),
  });
}

type Embed = Exclude<SelectItem, { kind: "field" }>;

interface Level {
  readonly plan: ReadPlan;
  readonly items: readonly SelectItem[];
}

function embedLevel(context: ResolverContext, above: ReadPlan, item: Embed): Level {
  const from = { schema: context.table.schema, name: item.relation };
  const plan: ReadPlan = {
    ...emptyPlan(from, above.depth + 1),
    relAlias: item.kind === "relation" ? item.alias : null,
    relHint: item.hint,
    relJoinType: item.joinType,
    relIsSpread: item.kind === "spread",
  };
  return { plan, items: item.children };
}

const ownFields = (context: ResolverContext, plan: ReadPlan, items: readonly SelectItem[]): CoercibleSelectField[] =>
  items.flatMap((item) => {
    if (item.kind !== "field") return [];
    const { aggregate, aggregateCast, cast, alias } = item;
    const field = outputField({ ...context, table: plan.from }, item.field);
    return [{ field, aggregate, aggregateCast, cast, alias }];
  });

/**
 * Turns `*` into the table's columns where each needs a name of its own: with data representations, and where a plan or
 * one above it aggregates, since GROUP BY knows no star. `count()` is a star that stays.
 */
export function expandStars(context: ResolverContext, root: ReadPlan): ReadPlan {
  interface Expanded {
    readonly plan: ReadPlan;
    readonly aggregates: boolean;
  }
  return traverse<ReadPlan, Expanded, ReadPlan>(root, {
    enter: (plan, above) => {
      const aggregates = (above?.aggregates ?? false) || plan.select.some((field) => field.aggregate !== null);
      const own = { ...context, table: actualTable(context, plan) };
      const select = expandSelect(own, aggregates, plan.select);
      return { plan: select === plan.select ? plan : { ...plan, select }, aggregates };
    },
    children: ({ plan }) => plan.children,
    leave: ({ plan }, children) => (children.length === 0 ? plan : { ...plan, children }),
  });
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
  return changeDown(plan, (level) => ({ ...level, select: level.select.map(aliased) }));
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
