/** The body of a function names what Postgres does not find: it looks where the function's search_path says. */
import { functionsCalled } from "../catalog/functions.ts";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import { unknownTable } from "../requests/names.ts";
import type { Finding } from "../types.ts";
import { listed, placeText, quoteName } from "../words.ts";

const PLACE = /(?:SQL|PL\/pgSQL) function "?([^"\s(]+)/;

export const isInFunction = ({ where }: SqlFailure): boolean => where !== null && PLACE.test(where);

const KINDS = {
  "42P01": { pattern: /^relation "(.+)" does not exist$/, kind: "table or view" },
  "42883": { pattern: /^function ([^(]+)\(/, kind: "function" },
} as const;

/** Undefined when the error is about something else than a name. */
export async function bodyNameFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding | undefined> {
  const { sqlState, message, where, hint } = failure;
  const place = `Postgres was in: ${placeText(where ?? "")}.`;
  const caller = await signatureOf(inquiry, PLACE.exec(where ?? "")?.[1] ?? "");
  if (sqlState === "42703") {
    return {
      code: "schema.unknown-column",
      layer: "constraints",
      title: `The function ${caller} names a column that does not exist: ${message}.`,
      because: [place, ...(hint === null ? [] : [`Hint: ${hint}`])],
      fix: { text: "Correct the function's body; the request is right." },
    };
  }
  if (sqlState !== "42P01" && sqlState !== "42883") return undefined;
  const { pattern, kind } = KINDS[sqlState];
  const written = pattern.exec(message)?.[1];
  if (written === undefined || written.includes(".")) return undefined;
  const schemas = await schemasOf(inquiry, sqlState, written);
  const [schema] = schemas;
  if (schema === undefined) {
    if (sqlState === "42883") return undefined;
    const unknown = await unknownTable(inquiry, inquiry.names.schema, written);
    return { ...unknown, because: [place, ...unknown.because] };
  }
  const found = schemas.includes(inquiry.names.schema) ? inquiry.names.schema : schema;
  return {
    code: "schema.search-path",
    layer: "constraints",
    title: `The function ${caller} names the ${kind} ${quoteName(written)}, which is in schema ${listed(schemas)}, where its search_path does not look.`,
    because: [
      place,
      "A name without a schema is looked up along search_path: the function's own, if it has one, else the request's.",
      ...(inquiry.trace.mode === "v2" && found === "public"
        ? ["On v2 the request's search_path leaves out public."]
        : []),
    ],
    fix: {
      text: `Write ${quoteName(found)}.${quoteName(written)} in the body, or let the function look there.`,
      sql: `ALTER FUNCTION ${caller} SET search_path = ${[...new Set([inquiry.names.schema, found])].map(quoteName).join(", ")};`,
    },
  };
}

/** As ALTER FUNCTION wants it. */
async function signatureOf({ session, names }: Inquiry, written: string): Promise<string> {
  const name = written.split(".").at(-1) ?? written;
  const found = await functionsCalled(session, name);
  return (found.find(({ schema }) => schema === names.schema) ?? found[0])?.signature ?? `${name}()`;
}

async function schemasOf({ session }: Inquiry, sqlState: "42P01" | "42883", name: string): Promise<string[]> {
  const source =
    sqlState === "42P01"
      ? "pg_class o join pg_namespace n on n.oid = o.relnamespace where o.relname = $1 and o.relkind in ('r', 'p', 'v', 'm', 'f')"
      : "pg_proc o join pg_namespace n on n.oid = o.pronamespace where o.proname = $1";
  const rows = await session.query<{ schema: string }>(
    `select distinct n.nspname as schema from ${source} and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1`,
    [name],
  );
  return rows.map(({ schema }) => schema);
}
