/** PGRST100: which parameter of the query string it was, and how it should be written. Pure. */

import type { ErrorBody } from "../../postgrest/errors/pgrst-error.ts";
import type { Trace } from "../../trace/trace.ts";
import { listed, quoteName } from "../words.ts";
import { similar } from "./similar.ts";

export interface QueryHelp {
  readonly facts: readonly string[];
  readonly fix: string;
}

const OPERATORS =
  "eq gt gte lt lte neq like ilike match imatch in is isdistinct fts plfts phfts wfts cs cd ov sl sr nxr nxl adj not".split(
    " ",
  );

/** `columns` of the table asked for, where they are known: every other parameter is taken for a filter. */
export function queryHelp(trace: Trace, { message }: ErrorBody, columns?: readonly string[]): QueryHelp {
  const [, what = "", value = ""] =
    /failed to parse (filter|order|select parameter|logic tree|columns parameter|on_conflict parameter) \(([\s\S]*)\)"? \(line \d+, column \d+\)$/.exec(
      message,
    ) ?? [];
  switch (what) {
    case "filter":
      return filterHelp(nameOf(trace, value), value, columns);
    case "order":
      return { facts: [], fix: "Write order=column, or order=column.desc, with .nullsfirst or .nullslast behind it." };
    case "select parameter":
      return {
        facts: unbalanced(value),
        fix: "Write select=column,alias:column,embed(column), every parenthesis closed.",
      };
    case "logic tree":
      return {
        facts: unbalanced(value),
        fix: "Write or=(column.operator.value,column.operator.value): in parentheses, with dots, closed at the end.",
      };
    default:
      return { facts: [], fix: "Write filters as column=operator.value." };
  }
}

const nameOf = ({ request }: Trace, value: string): string =>
  [...new URLSearchParams(request.query)].find(([, given]) => given === value)?.[0] ?? "column";

const unbalanced = (value: string): string[] => {
  const count = (symbol: string) => value.split(symbol).length - 1;
  const open = count("(") - count(")");
  return open > 0 ? [`${open === 1 ? "A parenthesis is" : `${open} parentheses are`} not closed.`] : [];
};

function filterHelp(name: string, value: string, columns?: readonly string[]): QueryHelp {
  if (name === "apikey")
    return {
      facts: ["PostgREST takes every parameter that it does not know for a filter; apikey has no meaning on Flux."],
      fix: "Leave apikey out; send Authorization: Bearer <token>.",
    };
  const column = name.split(".").at(-1)!.replace(/->.*$/, "");
  if (columns !== undefined && name !== "column" && !name.includes(".") && !columns.includes(column))
    return {
      facts: [
        `PostgREST takes every parameter that it does not know for a filter on a column; there is no column ${quoteName(column)}, only ${listed(columns.map(quoteName))}.`,
      ],
      fix: PARAMETERS[name.toLowerCase()] ?? `Leave ${name} out, or filter by a column: column=operator.value.`,
    };
  const word = /^(?:not\.)?([a-z]+)(?=[.(]|$)/i.exec(value)?.[1]?.toLowerCase();
  if (word === "in")
    return {
      facts: unbalanced(value),
      fix: `Write the list in parentheses: ${name}=${value.startsWith("not.") ? "not." : ""}in.(${value.replace(/^(?:not\.)?in[.(]*/i, "").replace(/\)$/, "")}).`,
    };
  if (word === "is") return { facts: [], fix: `Write ${name}=is.null, or is.true, is.false, is.unknown.` };
  if (word !== undefined && OPERATORS.includes(word))
    return {
      facts: [`${value} has no value behind its operator.`],
      fix: `Write ${name}=${value.replace(/\.$/, "")}.value.`,
    };
  const near = value.includes(".") && word !== undefined ? similar(word, OPERATORS) : [];
  if (word !== undefined && value.includes(".") && SYNONYMS[word] !== undefined) near.unshift(SYNONYMS[word]);
  if (near.length > 0)
    return {
      facts: [`There is no operator ${word}.`],
      fix: `Write ${name}=${near[0]}.${value.slice(value.indexOf(".") + 1)}.`,
    };
  return {
    facts: [`${name}=${value} has no operator before its value; every filter needs one, eq. for equality.`],
    fix: `Write ${name}=eq.${value}, or another operator before the value.`,
  };
}

/** What other APIs call it. */
const SYNONYMS: Readonly<Record<string, string>> = {
  equals: "eq",
  equal: "eq",
  is_not: "neq",
  ne: "neq",
  contains: "cs",
  ge: "gte",
  le: "lte",
  regex: "match",
};

const PARAMETERS: Readonly<Record<string, string>> = {
  page: "Pages are asked for with limit and offset: limit=20&offset=20.",
  per_page: "Pages are asked for with limit and offset: limit=20&offset=20.",
  pagesize: "Pages are asked for with limit and offset: limit=20&offset=20.",
  sort: "Rows are ordered with order: order=column.desc.",
  orderby: "Rows are ordered with order: order=column.desc.",
  fields: "Columns are chosen with select: select=id,name.",
  include: "Other tables are embedded in select: select=*,other(*).",
  where: "Every filter is a parameter of its own: column=operator.value.",
  filter: "Every filter is a parameter of its own: column=operator.value.",
};
