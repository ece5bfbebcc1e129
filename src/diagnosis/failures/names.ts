/** Postgres itself does not know a name: a table or a column of the request, or one inside a function. */
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import { unknownColumn, unknownTable } from "../requests/names.ts";
import type { Finding, Findings } from "../types.ts";
import { quoteName } from "../words.ts";
import { bodyNameFinding, isInFunction } from "./body-names.ts";

/** Undefined when the error is about something else. */
export async function nameFindings(inquiry: Inquiry, failure: SqlFailure): Promise<Findings | undefined> {
  // Inside a function the request's own names are right, so it is the function that has to be corrected.
  const finding = isInFunction(failure) ? await bodyNameFinding(inquiry, failure) : await find(inquiry, failure);
  return finding === undefined ? undefined : { finding, also: [] };
}

async function find(inquiry: Inquiry, { sqlState, message }: SqlFailure): Promise<Finding | undefined> {
  const { names, sent } = inquiry;
  if (sqlState === "42P01") {
    const written = /^relation "(.+)" does not exist$/.exec(message)?.[1];
    if (written === undefined) return undefined;
    // A table's name may hold dots of its own; its schema is the one that the request was looked up in.
    const { schema } = sent.plan.target;
    if (written.startsWith(`${schema}.`)) return unknownTable(inquiry, schema, written.slice(schema.length + 1));
    const [other, name] = written.includes(".") ? split(written) : [names.schema, written];
    return unknownTable(inquiry, other, name);
  }
  if (sqlState === "42703") {
    const written = /^column "?([^" ]+)"? (?:of relation "(.+)" )?does not exist$/.exec(message);
    if (written === null) return undefined;
    const [qualifier, column] = written[1]!.includes(".") ? split(written[1]!) : [undefined, written[1]!];
    const embed = sent.plan.read.children.find(({ relAggAlias }) => relAggAlias === qualifier);
    if (embed !== undefined) return unselected(embed.relAlias ?? embed.relName, column);
    return unknownColumn(inquiry, sent.plan.target.schema, written[2] ?? tableOf(inquiry, qualifier), column, false);
  }
  return undefined;
}

/** An embed is a sub-query of its own: outside of it there are only the columns that it selects. */
const unselected = (embed: string, column: string): Finding => ({
  code: "schema.unknown-column",
  layer: "request",
  title: `The order goes by ${quoteName(column)} of ${quoteName(embed)}, which the embed does not select.`,
  because: ["Rows can be ordered only by those columns of an embed that are selected in it."],
  fix: { text: `Select it as well: ${embed}(${column},…).` },
});

const split = (written: string): [string, string] => {
  const dot = written.lastIndexOf(".");
  return [written.slice(0, dot), written.slice(dot + 1)];
};

/** An alias made by PostgREST ends with a number. */
const tableOf = ({ sent }: Inquiry, qualifier: string | undefined): string =>
  qualifier === undefined || qualifier.startsWith("pgrst_")
    ? sent.plan.target.name
    : (qualifier.split(".").at(-1) ?? qualifier).replace(/_\d+$/, "");
