/** A column with its JSON path, and what is selected of it. */
import type { CoercibleField, CoercibleSelectField, RelSelectField, SpreadSelectField } from "../../plan/types.ts";
import type { AggregateFunction, JsonOperation } from "../../request/types.ts";
import type { QualifiedIdentifier } from "../../schema-cache/types.ts";
import { empty, ident, join, raw, type Snippet, sql } from "../snippet.ts";
import { bare, columnOf, value } from "./names.ts";

export function field(table: QualifiedIdentifier, { name, path, toJson }: CoercibleField): Snippet {
  const column = columnOf(table, name);
  if (path.length === 0) return raw(column);
  return sql`${toJson ? `to_jsonb(${column})` : column}${jsonPath(path)}`;
}

const jsonPath = (path: readonly JsonOperation[]): Snippet =>
  join(
    path.map(({ arrow, operand }) => sql`${arrow}${value(operand.value)}${operand.kind === "index" ? "::int" : ""}`),
    "",
  );

export function selectItem(table: QualifiedIdentifier, item: CoercibleSelectField): Snippet {
  const column = field(table, item.field);
  const formatted = item.field.transform === null ? column : sql`${item.field.transform}(${column})`;
  return sql`${aggregated(item, cast(item.cast, formatted))}${as(item.alias)}`;
}

export function spreadItem(aggAlias: string, item: SpreadSelectField): Snippet {
  return sql`${aggregated(item, raw(columnOf(bare(aggAlias), item.name)))}${as(item.alias)}`;
}

function aggregated(
  item: { readonly aggregate: AggregateFunction | null; readonly aggregateCast: string | null },
  snippet: Snippet,
): Snippet {
  if (item.aggregate === null) return snippet;
  return cast(item.aggregateCast, sql`${item.aggregate.toUpperCase()}(${snippet})`);
}

/** The type's name stays unquoted: `"bigint"` would be another type than `bigint`. The parser admits only what names one. */
const cast = (type: string | null, snippet: Snippet): Snippet =>
  type === null ? snippet : sql`CAST( ${snippet} AS ${type} )`;

const as = (alias: string | null): string => (alias === null ? "" : ` AS ${ident(alias)}`);

/** GROUP BY whatever is not aggregated, once anything is. */
export function groupBy(
  table: QualifiedIdentifier,
  select: readonly CoercibleSelectField[],
  relSelect: readonly RelSelectField[],
): Snippet {
  const aggregates =
    select.some((item) => item.aggregate !== null) ||
    relSelect.some((item) => item.kind === "spread" && item.fields.some((sub) => sub.aggregate !== null));
  if (!aggregates) return empty;
  const terms = [
    ...select
      .filter((item) => item.aggregate === null)
      .map((item) => (item.alias === null ? field(table, item.field) : raw(ident(item.alias)))),
    ...relSelect.flatMap((item) =>
      item.kind === "embed"
        ? [raw(ident(item.name))]
        : item.fields
            .filter((sub) => sub.aggregate === null)
            .map((sub) => raw(`${ident(item.aggAlias)}.${ident(sub.alias ?? sub.name)}`)),
    ),
  ];
  return terms.length === 0 ? empty : sql`GROUP BY ${join(terms, ", ")}`;
}
