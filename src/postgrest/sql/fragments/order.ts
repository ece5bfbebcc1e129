/** ORDER BY, LIMIT and OFFSET. */
import { somethingWentWrong } from "../../errors/catalogue.ts";
import { unknownField } from "../../plan/resolve.ts";
import type { CoercibleOrderTerm } from "../../plan/types.ts";
import { nowhere, type Range } from "../../request/range.ts";
import type { QualifiedIdentifier } from "../../schema-cache/types.ts";
import { empty, join, raw, type Snippet, sql } from "../snippet.ts";
import { field } from "./field.ts";
import { bare, value } from "./names.ts";

export const orderBy = (table: QualifiedIdentifier, terms: readonly CoercibleOrderTerm[]): Snippet =>
  terms.length === 0
    ? empty
    : sql`ORDER BY ${join(
        terms.map((term) => orderTerm(table, term)),
        ", ",
      )}`;

function orderTerm(table: QualifiedIdentifier, term: CoercibleOrderTerm): Snippet {
  const column =
    term.kind === "field" ? field(table, term.field) : field(bare(term.relation), unknownField(term.name, term.path));
  const direction = term.direction === null ? "" : ` ${term.direction.toUpperCase()}`;
  const nulls = term.nulls === null ? "" : term.nulls === "nullsfirst" ? " NULLS FIRST" : " NULLS LAST";
  return sql`${column}${direction}${nulls}`;
}

export const isAllRows = ({ lower, upper }: Range): boolean => lower === 0n && upper === null;

export function limitOffset(range: Range): Snippet {
  if (isAllRows(range)) return empty;
  if (range === nowhere) throw somethingWentWrong();
  const limit = range.upper === null ? raw("ALL") : value(String(1n + range.upper - range.lower));
  return sql`LIMIT ${limit} OFFSET ${value(String(range.lower))}`;
}
