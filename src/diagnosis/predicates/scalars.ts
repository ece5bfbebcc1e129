/** Queries that stand for one value: `owner = (SELECT org FROM members WHERE …)`. Pure. */
import { factsOf } from "./facts.ts";
import { member, type Node, offsetOf, parseExpression, walk, withoutCasts } from "./parser.ts";
import { nestedTokens } from "./spans.ts";

export interface ScalarSelect {
  /** Without its parentheses. */
  readonly select: string;
  readonly tables: readonly string[];
}

/** Those that read a table, wherever they stand in the expression, apart from those inside other queries. Call after `loadParser`. */
export function scalarSelects(text: string): ScalarSelect[] {
  const found: ScalarSelect[] = [];
  walk(parseExpression(text), found, (name, link) => {
    if (name !== "SubLink") return found;
    const select = isScalar(link) ? insideAt(text, offsetOf(text, link["location"])) : undefined;
    if (select !== undefined) found.push({ select, tables: factsOf(link["subselect"]).tables });
    return undefined;
  });
  return found;
}

/** The query, when the expression is one and nothing else, casts apart. Call after `loadParser`. */
export function scalarSelectOf(text: string): string | undefined {
  const link = member(withoutCasts(parseExpression(text)), "SubLink");
  return link !== undefined && isScalar(link) ? insideAt(text, offsetOf(text, link["location"])) : undefined;
}

/** `(SELECT auth.uid())` is a way to have a function called once, and no query to speak of. */
const isScalar = (link: Node): boolean =>
  link["subLinkType"] === "EXPR_SUBLINK" && factsOf(link["subselect"]).tables.length > 0;

/** What stands in the parentheses that open there. */
export function insideAt(text: string, open: number): string | undefined {
  if (text[open] !== "(") return undefined;
  const tokens = nestedTokens(text);
  const first = tokens.findIndex(({ start }) => start === open);
  const close = tokens.slice(first + 1).find(({ depth }) => depth === tokens[first]?.depth);
  return close === undefined ? undefined : text.slice(open + 1, close.start).trim();
}
