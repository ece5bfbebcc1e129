/** Functions that PostgREST does not know, or not with these arguments. */
import type { Finding } from "../types.ts";
import { listed, quoteName } from "../words.ts";
import { columnsOf, type NameQuestion, SYSTEM, stale } from "./names.ts";
import { similar } from "./similar.ts";

interface Candidate {
  readonly schema: string;
  /** How to call what PostgREST does not show; null for what it does. */
  readonly hidden: string | null;
  readonly arguments: string;
  readonly names: string[];
  /** Declared types of those. */
  readonly types: string[];
  readonly defaults: number;
}

/** `sent` are the names of the arguments given. */
export async function unknownFunction(
  question: NameQuestion,
  schema: string,
  name: string,
  sent: readonly string[],
): Promise<Finding> {
  const { session, names } = question;
  const found = await session.query<Candidate>(
    `select n.nspname as schema, case when p.prokind = 'p' then 'a procedure' when p.prokind <> 'f' then 'an aggregate or window function'
         when p.prorettype = 'trigger'::regtype then 'a trigger function' end as hidden, pg_get_function_arguments(p.oid) as arguments, p.pronargdefaults as defaults,
       coalesce((select array_agg(a.name order by a.place) from unnest(p.proargnames, p.proargmodes)
         with ordinality as a(name, mode, place) where a.mode is null or a.mode in ('i', 'b', 'v')), '{}') as names,
       array(select format_type(t.oid, null) from unnest(p.proargtypes) with ordinality as t(oid, place) order by t.place) as types
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.proname = $1 and ${SYSTEM}`,
    [name],
  );
  const here = found.filter((one) => one.schema === schema && one.hidden === null);
  const hidden = found.find((one) => one.schema === schema && one.hidden !== null);
  if (here.length === 0 && hidden !== undefined)
    return {
      code: "schema.unknown-function",
      layer: "schema-cache",
      title: `${quoteName(name)} is ${hidden.hidden}, and PostgREST calls functions only.`,
      because: [`${schema}.${name}(${hidden.arguments}) is in the database, but not in the API.`],
      fix: { text: "Write a function that does it, and call that." },
    };
  if (here.length > 0) {
    const fits = here.some((one) => matches(one, sent));
    if (fits) return stale(`function ${quoteName(name)}`, `${schema}.${name}(${here[0]!.arguments})`);
    return wrongArguments(name, sent, here);
  }
  const [elsewhere] = found;
  if (elsewhere !== undefined)
    return {
      code: "schema.other-schema",
      layer: "schema-cache",
      title: `The function ${quoteName(name)} is in schema ${listed(found.map((one) => one.schema))}; the request looked in ${schema}.`,
      because: [`Requests call functions of ${names.schema}.`],
      fix: {
        text: "Move it into the project's schema.",
        sql: `ALTER FUNCTION ${quoteName(elsewhere.schema)}.${quoteName(name)} SET SCHEMA ${quoteName(names.schema)};`,
      },
    };
  const known = await session.query<{ name: string }>(
    "select distinct p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = $1 order by 1",
    [schema],
  );
  const table = await columnsOf(session, schema, name);
  const near = similar(
    name,
    known.map((row) => row.name),
  );
  return {
    code: "schema.unknown-function",
    layer: "schema-cache",
    title: `There is no function ${quoteName(name)}, in ${schema} or in any other schema.`,
    because: [
      known.length === 0
        ? `Schema ${schema} has no functions.`
        : `Schema ${schema} has ${listed(known.slice(0, 12).map((row) => quoteName(row.name)))}.`,
    ],
    fix: {
      text:
        table.length > 0
          ? `It is a table or view: ask for /${name}.`
          : near.length > 0
            ? `Did you mean ${listed(near.map(quoteName), "or")}?`
            : "Create the function in a migration and push it.",
    },
  };
}

function matches(candidate: Candidate, sent: readonly string[]): boolean {
  const { lacking, extra } = difference(candidate, sent);
  return lacking.length === 0 && extra.length === 0;
}

function wrongArguments(name: string, sent: readonly string[], found: readonly Candidate[]): Finding {
  const [nearest] = found
    .map((candidate) => ({ one: candidate, ...difference(candidate, sent) }))
    .sort((a, b) => a.distance - b.distance);
  const { one, lacking, extra, meant } = nearest!;
  const declared = (argument: string) => `${argument} (${one.types[one.names.indexOf(argument)]})`;
  const required = one.names.slice(0, one.names.length - one.defaults);
  const optional = one.names.slice(required.length);
  return {
    code: "schema.function-arguments",
    layer: "schema-cache",
    title: `The function ${quoteName(name)} takes other arguments than ${sent.length === 0 ? "none" : listed(sent)}.`,
    because: [
      ...found.map((candidate) => `It is ${quoteName(name)}(${candidate.arguments}).`),
      ...(lacking.length > 0 ? [`Missing: ${listed(lacking.map(declared))}.`] : []),
      ...(extra.length > 0 ? [`Not among its arguments: ${listed(extra)}.`] : []),
      "PostgREST finds a function by the names of the arguments sent, not by their order.",
    ],
    fix: {
      text:
        meant.length > 0
          ? `Send ${listed(meant.map(({ right, wrong }) => `${right} in place of ${wrong}`))}.`
          : `Send ${required.length === 0 ? "no arguments" : listed(required.map(declared))}${
              optional.length > 0 ? `, and ${listed(optional.map(declared))} if you like` : ""
            }.`,
    },
  };
}

/** What a call lacks and what it has too much; a name that is nearly right counts for less. */
function difference({ names, defaults }: Candidate, sent: readonly string[]) {
  const lacking = names.slice(0, names.length - defaults).filter((argument) => !sent.includes(argument));
  const extra = sent.filter((argument) => !names.includes(argument));
  const free = lacking.length > 0 ? lacking : names.filter((argument) => !sent.includes(argument));
  const meant = extra.flatMap((wrong) => similar(wrong, free, 1).map((right) => ({ wrong, right })));
  return { lacking, extra, meant, distance: lacking.length + extra.length - meant.length };
}
