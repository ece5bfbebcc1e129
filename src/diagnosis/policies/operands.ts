/** The sides of a comparison, and what else of a leaf has a value worth showing. Pure. */
import type { Expression, Leaf } from "../predicates.ts";
import { SUBSELECT, SUBSELECT_ROWS } from "../words.ts";

/** Expressions to evaluate besides the leaf itself, with what to call them. */
export function operandExpressions(leaf: Leaf): ReadonlyArray<{ readonly shown: string; readonly sql: string }> {
  switch (leaf.kind) {
    case "comparison":
      return [leaf.left, leaf.right].filter(({ constant }) => !constant).map(asIs);
    case "array":
      return [leaf.left, leaf.array].filter(notConstant).map(asIs);
    case "in-select":
      return [asIs(leaf.left), { shown: SUBSELECT, sql: valuesSql(leaf.select) }];
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

const asIs = ({ text }: Expression) => ({ shown: text, sql: text });
const notConstant = ({ constant, list, text }: Expression): boolean =>
  !constant && list !== true && !/^ARRAY\[[^(]*\]$/.test(text);

const valuesSql = (select: string): string =>
  `(SELECT coalesce(string_agg("flux_dev_v"::text, ', '), 'no row') FROM (SELECT * FROM (${select}) AS "flux_dev_s"("flux_dev_v") LIMIT 5) AS "flux_dev_q")`;
const countSql = (select: string): string =>
  `(SELECT count(*) FROM (SELECT 1 FROM (${select}) AS "flux_dev_s" LIMIT 100) AS "flux_dev_q")`;
