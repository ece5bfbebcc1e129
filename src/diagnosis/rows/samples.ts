/** Which rows are looked at: those asked for with `--row`, else the first that the request means. */
import type { CoercibleLogicTree } from "../../postgrest/plan/types.ts";
import type { Statement } from "../../postgrest/sql/snippet.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Sample } from "../policies/scope.ts";
import { quoteName } from "../words.ts";
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
