/** SQL of a read plan: one SELECT, every embed a lateral join. */
import { starSelect } from "../plan/select.ts";
import { foldUp } from "../plan/tree.ts";
import type { ReadPlan, RelSelectField } from "../plan/types.ts";
import type { QualifiedIdentifier } from "../schema-cache/types.ts";
import { groupBy, selectItem, spreadItem } from "./fragments/field.ts";
import { joinCondition, logicTree, where } from "./fragments/filter.ts";
import { bare, qualified } from "./fragments/names.ts";
import { limitOffset, orderBy } from "./fragments/order.ts";
import { ident, join, raw, type Snippet, sql, words } from "./snippet.ts";

export const readQuery = (root: ReadPlan): Snippet => foldUp(root, selectQuery);

/** @param embeds the queries of the plan's children, in their order */
function selectQuery(plan: ReadPlan, embeds: readonly Snippet[]): Snippet {
  const { select, relSelect, children } = plan;
  const table = relationName(plan);
  // An empty select without embeds reads all columns; of an embed nothing is shown then.
  const own = select.length === 0 && children.length === 0 ? [starSelect] : select;
  const columns = [...own.map((item) => selectItem(table, item)), ...relSelect.flatMap(embedColumn)];
  return words(
    "SELECT",
    join(columns, ", "),
    from(plan),
    ...relSelect.map((item) => lateralJoin(plan, embeds, item)),
    where([...plan.where.map((tree) => logicTree(table, tree)), ...plan.joinConditions.map(joinCondition)]),
    groupBy(table, select, relSelect),
    orderBy(table, plan.order),
    limitOffset(plan.range),
  );
}

/** What columns of this level are qualified with. */
export function relationName({ from: relation, fromAlias, relToParent }: ReadPlan): QualifiedIdentifier {
  if (fromAlias !== null) return bare(fromAlias);
  return relToParent?.kind === "computed" ? bare(relToParent.function.name) : relation;
}

/** FROM, with the junction beside it for many-to-many. */
export function from({ from: relation, fromAlias, relToParent: rel }: ReadPlan): string {
  // The argument is cast to its table, because the row may come from a CTE and the function may be overloaded.
  const source =
    rel?.kind === "computed"
      ? `${qualified(rel.function)}(${ident(rel.tableAlias.name)}::${qualified(rel.table)})`
      : qualified(relation);
  const alias = fromAlias === null ? "" : ` AS ${ident(fromAlias)}`;
  const junction =
    rel?.kind === "relationship" && rel.cardinality.kind === "M2M"
      ? `, ${qualified(rel.cardinality.junction.table)}`
      : "";
  return `FROM ${source}${alias}${junction}`;
}

function embedColumn(item: RelSelectField): Snippet[] {
  if (item.kind === "spread") {
    const fields = item.fields.map((field) => spreadItem(item.aggAlias, field));
    // A spread of nothing leaves an empty item behind, as in PostgREST, and so a syntax error.
    return [join(fields, ", ")];
  }
  if (item.isEmpty) return [];
  const alias = ident(item.aggAlias);
  const json = item.mode === "object" ? `row_to_json(${alias}.*)::jsonb` : `COALESCE( ${alias}.${alias}, '[]')`;
  return [raw(`${json} AS ${ident(item.name)}`)];
}

/** Of embeds that go by the same name the first is joined every time, for Postgres to refuse the name (42712). */
function lateralJoin({ children }: ReadPlan, embeds: readonly Snippet[], item: RelSelectField): Snippet {
  const index = children.findIndex((other) => other.relAggAlias === item.aggAlias);
  const child = children[index]!;
  const query = embeds[index]!;
  const alias = ident(item.aggAlias);
  const inner = child.relJoinType === "inner";
  const kind = inner ? "INNER" : "LEFT";
  if (item.kind === "spread" || item.mode === "object") {
    return sql`${kind} JOIN LATERAL ( ${query} ) AS ${alias} ON TRUE`;
  }
  const list = sql`SELECT json_agg(${alias})::jsonb AS ${alias} FROM (${query} ) AS ${alias}`;
  // An aggregate always gives a row, so emptiness of the list is what an inner join has to look at.
  return sql`${kind} JOIN LATERAL ( ${list} ) AS ${alias} ON ${inner ? `${alias} IS NOT NULL` : "TRUE"}`;
}
