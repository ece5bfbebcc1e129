/** Names that PostgREST or Postgres does not know: where they exist, and why they are not found. */
import type { ModeNames } from "../../project/mode/types.ts";
import type { Trace } from "../../trace/trace.ts";
import type { DiagnosisContext } from "../context.ts";
import type { Session } from "../replay/session.ts";
import type { Finding } from "../types.ts";
import { listed, quoteName } from "../words.ts";
import { similar } from "./similar.ts";

export interface NameQuestion {
  readonly trace: Trace;
  readonly context: DiagnosisContext;
  readonly session: Session;
  readonly names: ModeNames;
}

export const SYSTEM = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

interface Place {
  readonly schema: string;
  readonly kind: string;
}

const RELOAD = "NOTIFY pgrst, 'reload schema';";

/** `schema` is where the request looked. */
export async function unknownTable(question: NameQuestion, schema: string, name: string): Promise<Finding> {
  const { session, names } = question;
  const places = await session.query<Place>(
    `select n.nspname as schema, case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') and ${SYSTEM} order by n.nspname`,
    [name],
  );
  const here = places.find((place) => place.schema === schema);
  if (here !== undefined) return stale(`${here.kind} ${quoteName(name)}`, `${schema}.${name}`);
  const [elsewhere] = places;
  if (elsewhere !== undefined) return otherSchema(question, schema, name, places);
  const known = await session.query<{ name: string }>(
    "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1",
    [schema],
  );
  const all = known.map((row) => row.name);
  const near = similar(name, all);
  const qualified = name.includes(".") ? all.find((one) => one === name.slice(name.indexOf(".") + 1)) : undefined;
  const callable = await isFunction(session, schema, name);
  return {
    code: "schema.unknown-table",
    layer: "schema-cache",
    title: `There is no table or view ${quoteName(name)}, in ${schema} or in any other schema.`,
    because: [
      all.length === 0
        ? `Schema ${schema} has no tables at all: was the project pushed?`
        : `Schema ${schema} has ${listed(all.slice(0, 12).map(quoteName))}${all.length > 12 ? " and more" : ""}.`,
      ...(names.schema === schema ? [] : [`The project's own schema is ${names.schema}.`]),
    ],
    fix: {
      text: callable
        ? `It is a function: call it as /rpc/${name}.`
        : qualified !== undefined
          ? `Ask for /${qualified}: a path names no schema.`
          : near.length > 0
            ? `Did you mean ${listed(near.map(quoteName), "or")}?`
            : "Create the table in a migration and push it.",
    },
  };
}

async function isFunction(session: Session, schema: string, name: string): Promise<boolean> {
  const rows = await session.query(
    "select from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = $1 and p.proname = $2 and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype",
    [schema, name],
  );
  return rows.length > 0;
}

function otherSchema({ trace, names }: NameQuestion, schema: string, name: string, places: readonly Place[]): Finding {
  const [first] = places;
  if (places.some((place) => place.schema === names.schema))
    return {
      code: "schema.other-schema",
      layer: "request",
      title: `${quoteName(name)} is in the project's own schema ${names.schema}; the profile header asked for ${schema}.`,
      because: [`Without a profile header a request looks in ${names.schema}.`],
      fix: { text: "Leave the profile header out (in supabase-js: no db.schema and no .schema(…))." },
    };
  const where = listed(places.map((place) => place.schema));
  const reachable = trace.mode === "v1" && places.some((place) => place.schema === "public");
  return {
    code: "schema.other-schema",
    layer: "schema-cache",
    title: `${quoteName(name)} is in schema ${where}; the request looked in ${schema}.`,
    because: [
      trace.mode === "v2"
        ? `On v2 a request sees ${names.schema} and nothing else, whatever its profile headers say.`
        : `On v1 a request looks in ${names.schema} unless a profile header names another exposed schema; api and public are exposed.`,
    ],
    fix: {
      text: reachable
        ? `Move it, or send Accept-Profile: public (and grant ${names.userRole} what it needs there).`
        : "Move it into the project's schema, or show it through a view there.",
      sql: `ALTER ${first!.kind.toUpperCase()} ${quoteName(first!.schema)}.${quoteName(name)} SET SCHEMA ${quoteName(names.schema)};`,
    },
  };
}

/** `what` names the object in a sentence. */
export function stale(what: string, where: string): Finding {
  return {
    code: "schema.stale-cache",
    layer: "schema-cache",
    title: `The ${what} exists, but PostgREST's schema cache did not know it when the request came.`,
    because: [
      `${where} is in the database now.`,
      "PostgREST reads the catalogs at start and when it is told to. A push tells it, and the reload takes some milliseconds; DDL run by hand does not.",
    ],
    fix: { text: "Reload the schema cache and try again.", sql: RELOAD },
  };
}

export async function columnsOf(session: Session, schema: string, table: string): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    "select a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped order by a.attnum",
    [schema, table],
  );
  return rows.map(({ name }) => name);
}

export async function unknownColumn(
  { session, trace }: NameQuestion,
  schema: string,
  table: string,
  column: string,
  fromCache: boolean,
): Promise<Finding> {
  const columns = await columnsOf(session, schema, table);
  if (fromCache && columns.includes(column))
    return stale(`column ${quoteName(column)}`, `${schema}.${table}.${column}`);
  const logic = bareLogic(trace, column);
  if (logic !== undefined)
    return {
      code: "request.query",
      layer: "request",
      title: `${logic.name}=${logic.value} has no parentheses, so PostgREST reads ${logic.name} as the beginning of a column's name.`,
      because: [`${quoteName(table)} has no column ${quoteName(column)}.`],
      fix: { text: `Write ${logic.name}=(${logic.value}).` },
    };
  const near = similar(column, columns);
  return {
    code: "schema.unknown-column",
    layer: "schema-cache",
    title: `${quoteName(table)} has no column ${quoteName(column)}.`,
    because: [`It has ${listed(columns.map(quoteName))}.`],
    fix: {
      text:
        near.length > 0
          ? `Did you mean ${listed(near.map(quoteName), "or")}?`
          : "Correct the name, or add the column in a migration.",
    },
  };
}

/** `or=id.eq.1`: PostgREST puts the parameter's name before its value and reads both together. */
function bareLogic({ request }: Trace, column: string): { name: string; value: string } | undefined {
  for (const [key, value] of new URLSearchParams(request.query)) {
    const name = key.split(".").at(-1)!;
    if ((name === "or" || name === "and") && !value.startsWith("(") && `${name}${value}`.startsWith(`${column}.`))
      return { name: key, value };
  }
  return undefined;
}

export async function noRelationship(
  { session, names }: NameQuestion,
  parent: string,
  child: string,
  hint?: string,
): Promise<Finding> {
  const keys = await session.query<{ from: string; to: string; name: string }>(
    `select a.relname as from, b.relname as to, k.conname as name from pg_constraint k
       join pg_class a on a.oid = k.conrelid join pg_class b on b.oid = k.confrelid
      where k.contype = 'f' and (a.relname, b.relname) in (($1, $2), ($2, $1))`,
    [parent, child],
  );
  const [key] = keys;
  if (key !== undefined && hint !== undefined && keys.every(({ name }) => name !== hint))
    return {
      code: "schema.no-relationship",
      layer: "schema-cache",
      title: `No foreign key between ${quoteName(parent)} and ${quoteName(child)} is called ${quoteName(hint)}.`,
      because: [`There ${keys.length === 1 ? "is" : "are"} ${listed(keys.map(({ name }) => quoteName(name)))}.`],
      fix: {
        text: `${keys.length === 1 ? `Leave the hint out, or write` : "Write"} ${listed(
          keys.map(({ name }) => `${child}!${name}(…)`),
          "or",
        )}.`,
      },
    };
  if (key !== undefined) return stale(`foreign key ${quoteName(key.name)}`, `${key.from} → ${key.to}`);
  const rows = await session.query<{ name: string }>(
    "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1",
    [names.schema],
  );
  const tables = rows.map(({ name }) => name);
  const near = tables.includes(child) ? [] : similar(child, tables);
  return {
    code: "schema.no-relationship",
    layer: "schema-cache",
    title: `${quoteName(child)} cannot be embedded in ${quoteName(parent)}: no foreign key connects them.`,
    because: [
      tables.includes(child)
        ? "Both exist; PostgREST embeds along foreign keys, and along those of the tables behind a view."
        : `Schema ${names.schema} has no ${quoteName(child)}.`,
    ],
    fix:
      near.length > 0
        ? { text: `Did you mean ${listed(near.map(quoteName), "or")}?` }
        : {
            text: "Add a foreign key from the column that refers to the other table.",
            sql: `ALTER TABLE ${quoteName(child)} ADD FOREIGN KEY (${quoteName(`${parent.replace(/s$/, "")}_id`)}) REFERENCES ${quoteName(parent)};`,
          },
  };
}
