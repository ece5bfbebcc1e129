/** Which rows are looked at: those asked for with `--row`, else the first that the request means. */
import type { CoercibleLogicTree } from "../../postgrest/plan/types.ts";
import type { Statement } from "../../postgrest/sql/snippet.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import { namedRelations } from "../grants/needs.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Sample } from "../policies/scope.ts";
import { similar } from "../requests/similar.ts";
import { listed, quoteName } from "../words.ts";
import { equals, sampleTable, takeSamples } from "./sql.ts";

/** Rows looked at to find the reason; fewer are shown. */
export const SAMPLES = 20;

export interface Wanted {
  readonly relation: Relation;
  readonly filters: readonly CoercibleLogicTree[];
  /** In place of the filters. */
  readonly samples?: Statement;
}

export async function samplesOf(inquiry: Inquiry, { relation, filters, samples }: Wanted): Promise<Sample[]> {
  const { session } = inquiry;
  const asked = await rowsAsked(inquiry, relation);
  if (asked !== undefined) return asked;
  const named = samples === undefined ? undefined : await session.attempt(() => takeSamples(session, samples));
  if (named?.ok && named.value.length > 0) return named.value;
  return takeSamples(session, sampleTable(relation, filters, SAMPLES));
}

/** Undefined when no row was asked for, or the table has no such column or row. */
export async function rowsAsked(inquiry: Inquiry, relation: Relation): Promise<Sample[] | undefined> {
  const { row } = inquiry.options;
  if (row === undefined || !relation.columns.some(({ name }) => name === row.column)) return undefined;
  const tried = await inquiry.session.attempt(() =>
    takeSamples(inquiry.session, sampleTable(relation, [equals(row.column, row.value)], SAMPLES)),
  );
  if (tried.ok && tried.value.length > 0) return tried.value;
  inquiry.note(`${inquiry.show(relation)} has no row with ${quoteName(row.column)} = ${inquiry.value(row.value)}.`);
  return undefined;
}

/** A column that none of the request's tables has was meant for one of them: whoever asked for its rows gets others. */
export async function noteUnknownColumn(inquiry: Inquiry): Promise<void> {
  const { options, session, sent, role } = inquiry;
  if (options.row === undefined) return;
  const { column } = options.row;
  const relations = await relationsByName(session, namedRelations(sent.plan), [role]);
  const columns = relations.flatMap((one) => one.columns.map(({ name }) => name));
  if (relations.length === 0 || columns.includes(column)) return;
  const near = similar(column, [...new Set(columns)]).map(quoteName);
  const meant = near.length === 0 ? "" : ` Did you mean ${listed(near, "or")}?`;
  const tables = listed(relations.map((one) => inquiry.show(one)));
  inquiry.note(`${tables} has no column ${quoteName(column)}, so the row asked for was not looked for.${meant}`);
}
