/** Functions as they were made: what is needed to have another expression evaluated in place of a body. */
import { escapeIdentifier as name } from "pg";
import type { Session } from "../replay/session.ts";
import { quoteText } from "../words.ts";
import { FROM_FUNCTIONS, FUNCTION_COLUMNS } from "./functions.ts";
import type { FunctionInfo } from "./types.ts";

export interface Parameter {
  /** Empty for one that is known by its place only. */
  readonly name: string;
  readonly type: string;
  readonly composite: boolean;
  /** Expression; null without one. */
  readonly default: string | null;
}

export interface Definition extends FunctionInfo {
  /** Whether names in its body mean what they meant when the function was made. */
  readonly standard: boolean;
  /** With NULL for an argument it gives NULL without being run. */
  readonly strict: boolean;
  readonly returnsSet: boolean;
  readonly returns: string;
  readonly variadic: boolean;
  /** Of the rows that it gives, where they have names. */
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string }>;
  /** What may be given to it, in order. */
  readonly parameters: readonly Parameter[];
  /** `search_path=public`, as it is stored. */
  readonly settings: readonly string[];
}

/** Whether it gives one truth value. */
export const givesTruth = ({ returns, returnsSet }: Definition): boolean => returns === "boolean" && !returnsSet;

export async function definitionsOf(session: Session, oids: readonly number[]): Promise<Definition[]> {
  if (oids.length === 0) return [];
  return session.remembered<Definition>(
    `select ${FUNCTION_COLUMNS}, p.prosqlbody is not null as standard, p.proisstrict as strict,
       p.proretset as "returnsSet", format_type(p.prorettype, null) as returns, p.provariadic <> 0 as variadic,
       coalesce(p.proconfig, '{}') as settings,
       (select coalesce(json_agg(json_build_object('name', coalesce(p.proargnames[a.place], ''), 'type', format_type(a.type, null),
           'composite', t.typtype = 'c', 'default', pg_get_function_arg_default(p.oid, a.place::int)) order by a.place), '[]')
          from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as a(type, place)
          join pg_type t on t.oid = a.type
         where coalesce(p.proargmodes[a.place], 'i') in ('i', 'b', 'v')) as parameters,
       coalesce(
         (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum)
            from pg_type t join pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
           where t.oid = p.prorettype and t.typtype = 'c'),
         (select json_agg(json_build_object('name', p.proargnames[a.place], 'type', format_type(a.type, null)) order by a.place)
            from unnest(p.proallargtypes) with ordinality as a(type, place) where p.proargmodes[a.place] in ('t', 'o', 'b')),
         '[]') as columns
     ${FROM_FUNCTIONS}
     where p.oid = any($1::oid[]) and p.prokind = 'f'`,
    [oids],
  );
}

/** Settings that are lists of names, stored with quotes where a name needs them. */
const LISTS = new Set(["search_path", "temp_tablespaces"]);

/** Where its body's names are looked up, as SET takes it; null: where the caller's are. Those of a standard body are found. */
export function pathOf({ settings, standard }: Definition): string | null {
  const path = standard ? undefined : settings.find((one) => one.startsWith("search_path="));
  return path === undefined ? null : valueSql(path);
}

const settingSql = (setting: string): string =>
  `SET ${name(setting.slice(0, setting.indexOf("=")))} TO ${valueSql(setting)}`;

function valueSql(setting: string): string {
  const at = setting.indexOf("=");
  const value = setting.slice(at + 1);
  if (!LISTS.has(setting.slice(0, at))) return quoteText(value);
  const names = value.match(/"(?:[^"]|"")*"|[^",\s]+/g) ?? [];
  return names.map((one) => quoteText(one.replace(/^"([\s\S]*)"$/, "$1").replaceAll('""', '"'))).join(", ") || "''";
}

/** What the function of these statements is called by. */
export const standInName = ({ name: own }: Definition): string => `pg_temp.${name(own)}`;

/** How a call tells the stand-in a value more than the function takes. */
export const EXTRA = '"flux_dev_wanted"';

/**
 * Statements of the superuser that make a function with the same name, parameters, rights and settings, which gives the
 * array of texts `sql` instead: so that what stands in a body means what it means there.
 */
export function standInSql(definition: Definition, sql: string, extra?: string): string[] {
  const { definer, owner, parameters, settings, standard, strict } = definition;
  const own = parameters.map(
    ({ name: parameter, type, default: value }) =>
      `${parameter === "" ? "" : `${name(parameter)} `}${type}${value === null ? "" : ` DEFAULT ${value}`}`,
  );
  const all = extra === undefined ? own : [...own, `${EXTRA} ${extra} DEFAULT NULL`];
  const kept = settings.filter((one) => !(standard && one.startsWith("search_path=")));
  const head = [
    `CREATE FUNCTION ${standInName(definition)}(${all.join(", ")}) RETURNS text[] LANGUAGE sql STABLE`,
    ...(strict ? ["STRICT"] : []),
    ...(definer ? ["SECURITY DEFINER"] : []),
    ...kept.map(settingSql),
  ];
  const types = [...parameters.map(({ type }) => type), ...(extra === undefined ? [] : [extra])].join(", ");
  const made = `${standInName(definition)}(${types})`;
  return [
    "SET LOCAL check_function_bodies = off",
    `${head.join(" ")} AS $flux_dev$SELECT ${sql}$flux_dev$`,
    `GRANT EXECUTE ON FUNCTION ${made} TO PUBLIC`,
    ...(definer ? [`ALTER FUNCTION ${made} OWNER TO ${name(owner)}`] : []),
  ];
}
