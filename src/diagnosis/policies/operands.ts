/** The sides of a comparison, and what else of a leaf has a value worth showing. Pure. */
import type { Expression, Leaf } from "../predicates.ts";
import { BODY_QUERY, listed, SUBSELECT, SUBSELECT_ROWS } from "../words.ts";

/** Expressions to evaluate besides the leaf itself, with what to call them. */
export function operandExpressions(leaf: Leaf): ReadonlyArray<{ readonly shown: string; readonly sql: string }> {
  switch (leaf.kind) {
    case "comparison":
      return [leaf.left, leaf.right].filter(({ constant }) => !constant).map(asIs);
    case "array":
      return [leaf.left, leaf.array].filter(notConstant).map(asIs);
    case "in-select":
      return [asIs(leaf.left), { shown: SUBSELECT, sql: valuesSql(leaf.select) }];
    case "query":
      return [{ shown: BODY_QUERY, sql: valuesSql(leaf.select) }];
    case "exists":
      return [{ shown: SUBSELECT_ROWS, sql: countSql(leaf.select) }];
    case "test":
      return [asIs(leaf.operand)];
    case "call":
      return leaf.arguments.filter(notConstant).map(asIs);
    case "value":
      return [];
  }
}

/** How an expression is called where its value is shown. The policy's text is there already, so a query is not repeated. */
export const shownAs = ({ text, shown, select, facts }: Expression): string =>
  shown ?? (select === undefined ? text : `${SUBSELECT} on ${listed(facts.tables)}`);

const asIs = (expression: Expression) => ({ shown: shownAs(expression), sql: expression.text });
const notConstant = ({ constant, list, text }: Expression): boolean =>
  !constant && list !== true && !/^ARRAY\[[^(]*\]$/.test(text);

/** The first few of what a query gives, as one text. */
export const valuesSql = (select: string): string =>
  `(SELECT coalesce(string_agg(coalesce("flux_dev_v"::text, 'NULL'), ', '), 'no row') FROM (SELECT * FROM (${select}) AS "flux_dev_s"("flux_dev_v") LIMIT 5) AS "flux_dev_q")`;
/** How many rows a query gives, up to 100. */
export const countSql = (select: string): string =>
  `(SELECT count(*) FROM (SELECT 1 FROM (${select}) AS "flux_dev_s" LIMIT 100) AS "flux_dev_q")`;
