/** Filters, logic trees, orders and ranges, each on the level it speaks of. */
import { notEmbedded, relatedOrderNotToOne } from "../errors/catalogue.ts";
import { rangePath } from "../request/query-params.ts";
import { orLimitZero, restrictRange } from "../request/range.ts";
import type { ApiRequest } from "../request/types.ts";
import { relationshipIsToOne } from "../schema-cache/types.ts";
import { type ResolverContext, resolveLogicTree, resolveOrder } from "./resolve.ts";
import { changeDown, embedName, foldLogic, updateLevel } from "./tree.ts";
import type { CoercibleLogicTree, CoercibleOrderTerm, ReadPlan } from "./types.ts";

/**
 * Adds the conditions of the request. Each list is worked off from its end, so that of several parameters without a level
 * the last one is answered with PGRST108. On writes the root's filters, order and range belong to the write itself; the
 * root's logic trees apply to both.
 */
export function addConditions(context: ResolverContext, request: ApiRequest, plan: ReadPlan): ReadPlan {
  const { kind } = request.action;
  const { queryParams } = request;
  const ownsRoot = kind === "relation-read" || kind === "routine";
  let result = plan;
  for (const [path, filter] of (ownsRoot ? queryParams.filters : queryParams.filtersNotRoot).toReversed()) {
    result = updateLevel(result, path, (level) => {
      const own = { ...context, table: level.from };
      return { ...level, where: [resolveLogicTree(own, { kind: "filter", filter }), ...level.where] };
    });
  }
  if (kind !== "relation-mutate") {
    for (const [path, terms] of queryParams.order.toReversed()) {
      // The root's types serve every level here, as in PostgREST; it only matters for JSON paths.
      const order = terms.map((term) => resolveOrder(context, term));
      result = updateLevel(result, path, (level) => ({ ...level, order }));
    }
    // Names of levels are read only here, all of them before the first level is looked for.
    const ranges = [...queryParams.ranges].map(([name, range]) => [rangePath(name), range] as const);
    for (const [path, range] of ranges.toReversed())
      result = updateLevel(result, path, (level) => ({ ...level, range }));
    result = { ...result, range: request.topLevelRange };
  }
  for (const [path, tree] of queryParams.logic.toReversed()) {
    result = updateLevel(result, path, (level) => {
      const own = { ...context, table: level.from };
      return { ...level, where: [resolveLogicTree(own, tree), ...level.where] };
    });
  }
  return result;
}

/** `order=clients(name)`: the embed must be there and give one row at most (PGRST108, PGRST118). */
export const addRelatedOrders = (root: ReadPlan): ReadPlan =>
  changeDown(root, (plan) =>
    plan.order.length === 0 ? plan : { ...plan, order: plan.order.map((term) => relatedOrder(plan, term)) },
  );

function relatedOrder(plan: ReadPlan, term: CoercibleOrderTerm): CoercibleOrderTerm {
  if (term.kind === "field") return term;
  const embed = plan.children.find((child) => embedName(child) === term.relation);
  if (embed === undefined) throw notEmbedded(term.relation);
  if (embed.relToParent === null || !relationshipIsToOne(embed.relToParent)) {
    throw relatedOrderNotToOne(plan.from.name, embedName(embed));
  }
  return { ...term, relation: embed.relAggAlias };
}

/** `projects=is.null` beside an embed of that name asks whether the embed is empty, not for a column. */
export const addNullEmbedFilters = (root: ReadPlan): ReadPlan =>
  changeDown(root, (plan) =>
    plan.children.length === 0 ? plan : { ...plan, where: plan.where.map((tree) => withNullEmbeds(plan, tree)) },
  );

function withNullEmbeds(plan: ReadPlan, root: CoercibleLogicTree): CoercibleLogicTree {
  return foldLogic<CoercibleLogicTree, CoercibleLogicTree>(root, (tree, children) => {
    if (tree.kind === "expr") return { ...tree, children };
    if (tree.kind !== "filter" || tree.field.path.length > 0 || tree.expr.kind !== "op") return tree;
    const { negated, operation } = tree.expr;
    const embed = plan.children.find((child) => embedName(child) === tree.field.name);
    if (embed === undefined || operation.kind !== "is" || operation.value !== "null") return tree;
    return { kind: "null-embed", negated, embed: embed.relAggAlias };
  });
}

/** Caps every level at `db-max-rows`, if there is such a limit. What ends like `limit=0` is one, whatever its offset. */
export const restrictRanges = (plan: ReadPlan, maxRows: bigint | null): ReadPlan =>
  changeDown(plan, (level) => {
    const range = orLimitZero(level.range, restrictRange(maxRows, level.range));
    return range === level.range ? level : { ...level, range };
  });
