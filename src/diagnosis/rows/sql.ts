/** Questions about the rows a request means, built from its own plan. */
import type { CoercibleLogicTree, ReadPlan } from "../../postgrest/plan/types.ts";
import { countQuery } from "../../postgrest/sql/count.ts";
import { logicTree, where } from "../../postgrest/sql/fragments/filter.ts";
import { columnOf, qualified } from "../../postgrest/sql/fragments/names.ts";
import { from, relationName } from "../../postgrest/sql/read.ts";
import { ident, raw, render, type Snippet, type Statement, sql } from "../../postgrest/sql/snippet.ts";
import type { Relation } from "../catalog/types.ts";
import type { Sample } from "../policies/scope.ts";
import type { Session } from "../replay/session.ts";

/** Rows are counted so far; beyond it "more than" is enough to know. */
const COUNT_LIMIT = 10_001;

const counted = (rows: Snippet): Statement =>
  render(
    sql`SELECT pg_catalog.count(*)::int AS n FROM (SELECT 1 FROM (${rows}) AS "flux_dev_c" LIMIT ${String(COUNT_LIMIT)}) AS "flux_dev_n"`,
  );

/** Rows of the root that a read gives without its range. */
export const countPlan = (plan: ReadPlan): Statement => counted(countQuery(plan));

/** Filters on embeds need their joins, so a count of the table alone leaves them out. */
export const ownFilters = (trees: readonly CoercibleLogicTree[]): CoercibleLogicTree[] =>
  trees.filter((tree) => !mentionsEmbed(tree));

const mentionsEmbed = (tree: CoercibleLogicTree): boolean =>
  tree.kind === "null-embed" || (tree.kind === "expr" && tree.children.some(mentionsEmbed));

type Target = Pick<Relation, "schema" | "name">;

const conditions = (target: Target, trees: readonly CoercibleLogicTree[]): Snippet =>
  where(ownFilters(trees).map((tree) => logicTree(target, tree)));

export const countTable = (target: Target, trees: readonly CoercibleLogicTree[] = []): Statement =>
  counted(sql`SELECT 1 FROM ${qualified(target)} ${conditions(target, trees)}`);

/** `condition` is SQL as the catalogs print it. */
export const countWhere = (target: Target, condition: string): Statement =>
  counted(sql`SELECT 1 FROM ${qualified(target)} WHERE ${condition}`);

const sampled = (rows: Snippet, limit: number): Statement =>
  render(
    sql`SELECT "flux_dev_r"::text AS raw, pg_catalog.to_jsonb("flux_dev_r") AS json FROM (${rows} LIMIT ${String(limit)}) AS "flux_dev_r"`,
  );

/** A few rows, the first by primary key. */
export function sampleTable(
  { schema, name, primaryKey }: Pick<Relation, "schema" | "name" | "primaryKey">,
  trees: readonly CoercibleLogicTree[],
  limit: number,
): Statement {
  const target = { schema, name };
  const order =
    primaryKey.length === 0
      ? ""
      : ` ORDER BY ${primaryKey.map((key) => `${qualified(target)}.${ident(key)}`).join(", ")}`;
  return sampled(
    sql`SELECT ${raw(`${qualified(target)}.*`)} FROM ${qualified(target)} ${conditions(target, trees)}${order}`,
    limit,
  );
}

/** `column = value`, as a filter of the request would say it. */
export const equals = (name: string, value: string): CoercibleLogicTree => ({
  kind: "filter",
  field: { name, path: [], toJson: false, irType: "", transform: null, default: null },
  expr: { kind: "op", negated: false, operation: { kind: "quant", op: "eq", quantifier: null, value } },
});

/** Values of these columns, as text, row by row. */
export const keysOfTable = (
  target: Target,
  columns: readonly string[],
  trees: readonly CoercibleLogicTree[],
  limit: number,
): Statement =>
  render(
    sql`SELECT ARRAY[${raw(columns.map((name) => `${columnOf(target, name)}::text`).join(", "))}] AS key FROM ${qualified(target)} ${conditions(target, trees)} LIMIT ${String(limit)}`,
  );

export async function takeKeys(session: Session, { text, values }: Statement): Promise<string[][]> {
  const rows = await session.query<{ key: string[] }>(text, values.map(asText));
  return rows.map(({ key }) => key);
}

export type KeyFilter = Extract<CoercibleLogicTree, { kind: "expr" }>;

/** The rows with these keys. */
export const keyFilter = (columns: readonly string[], keys: ReadonlyArray<readonly string[]>): KeyFilter => ({
  kind: "expr",
  negated: false,
  operator: "or",
  children: keys.map((key) => ({
    kind: "expr",
    negated: false,
    operator: "and",
    children: columns.map((column, index) => equals(column, key[index]!)),
  })),
});

/** Rows of an embed that belong to rows of its parent. The parent stands inside here, so its aliases still hold. */
export function sampleJoined(parent: ReadPlan, child: ReadPlan, limit: number): Statement {
  const table = relationName(child);
  const inside = countQuery({
    ...parent,
    where: ownFilters(parent.where),
    children: [],
    relToParent: null,
    joinConditions: child.joinConditions,
  });
  const conditionsOf = [...ownFilters(child.where).map((tree) => logicTree(table, tree)), sql`EXISTS (${inside})`];
  return sampled(sql`SELECT ${columnOf(table, "*")} ${from(child)} ${where(conditionsOf)}`, limit);
}

export async function countRows(session: Session, { text, values }: Statement): Promise<number> {
  const rows = await session.query<{ n: number }>(text, values.map(asText));
  return rows[0]?.n ?? 0;
}

export const takeSamples = (session: Session, { text, values }: Statement): Promise<Sample[]> =>
  session.query<Sample>(text, values.map(asText));

const asText = (value: string | Buffer | null): string | null =>
  Buffer.isBuffer(value) ? value.toString("utf8") : value;

/** `the one row`, `both rows`, `all 7 rows`. */
export const allRows = (count: number): string =>
  count === 1 ? "the one row" : count === 2 ? "both rows" : `all ${countText(count)} rows`;

/** `3`, or `more than 10000`. */
export const countText = (count: number): string =>
  count >= COUNT_LIMIT ? `more than ${COUNT_LIMIT - 1}` : String(count);

/** `1 row`, or `more than 10000 rows`. */
export const rowsText = (count: number): string => `${countText(count)} ${count === 1 ? "row" : "rows"}`;

/** `1 other row`: those of `all` that are not among `some`. */
export function othersText(all: number, some: number): string {
  const others = all >= COUNT_LIMIT ? `more than ${COUNT_LIMIT - 1 - some}` : String(all - some);
  return `${others} other ${others === "1" ? "row" : "rows"}`;
}
