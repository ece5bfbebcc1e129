/** Functions that can be called. */
import type { Dialect } from "../dialect.ts";
import { type CatalogQuery, catalogQuery, listOf, namedIn } from "./catalog-query.ts";
import { compareRoutines } from "./routine-order.ts";
import { type IsolationLevel, identifierKey, type PgType, type Routine, type RoutineParameter } from "./types.ts";

export interface RoutineRow {
  readonly schema: string;
  readonly name: string;
  readonly description: string | null;
  readonly parameters: ReadonlyArray<{
    readonly name: string;
    readonly type: string;
    readonly type_max_length: string;
    readonly required: boolean;
    readonly variadic: boolean;
  }>;
  readonly return_schema: string;
  readonly return_name: string;
  readonly set_of: boolean;
  readonly composite: boolean;
  readonly alias: boolean;
  readonly volatility: "i" | "s" | "v";
  readonly has_variadic: boolean;
  readonly isolation: string | null;
  readonly settings: ReadonlyArray<readonly [string, string]>;
}

/**
 * Arguments are read as PostgREST reads them: names and modes of all arguments are laid beside the types of the input
 * arguments, so that an OUT argument before an IN argument lends it its name. A function with an unnamed argument is
 * callable only if that is its single one, of a type a body can be.
 *
 * `base` is what a domain is made of, all the way down. The types `bit` and `char` without length are widened, since as
 * parameters they take values of any length.
 */
const select = (where: string, settings: string): string => `
  with recursive bases as (
    select t.oid, t.typbasetype as next, t.oid as base from pg_type t
    union all
    select bases.oid, t.typbasetype, t.oid from bases join pg_type t on t.oid = bases.next
  )
  select n.nspname as schema, p.proname as name, d.description, arguments.parameters,
         base_schema.nspname as return_schema, coalesce(relation.relname, base.typname) as return_name,
         p.proretset as set_of,
         base.typtype = 'c' or coalesce(p.proargmodes::text[] && '{t,b,o}', false) as composite,
         p.prorettype <> base.oid as alias,
         p.provolatile as volatility, p.provariadic > 0 as has_variadic,
         (select lower(split_part(split_part(setting, '=', 2), ',', 1))
            from unnest(p.proconfig) setting where setting like 'default_transaction_isolation=%') as isolation,
         ${settings} as settings
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    join bases on bases.oid = p.prorettype and bases.next = 0
    join pg_type base on base.oid = bases.base
    join pg_namespace base_schema on base_schema.oid = base.typnamespace
    left join pg_class relation on relation.oid = base.typrelid
    left join pg_description d on d.objoid = p.oid and d.classoid = 'pg_proc'::regclass and d.objsubid = 0
    cross join lateral (
      select coalesce(json_agg(json_build_object(
               'name', coalesce(argument.name, ''),
               'type', argument.type::regtype::text,
               'type_max_length', case argument.type
                 when 'bit'::regtype then 'bit varying'
                 when 'bit[]'::regtype then 'bit varying[]'
                 when 'character'::regtype then 'character varying'
                 when 'character[]'::regtype then 'character varying[]'
                 else argument.type::regtype::text
               end,
               'required', argument.position <= p.pronargs - p.pronargdefaults,
               'variadic', coalesce(argument.mode = 'v', false)
             ) order by argument.position), '[]') as parameters,
             count(*) - count(argument.name) as unnamed,
             min(argument.type) as first_type
        from unnest(p.proargnames, p.proargtypes, p.proargmodes) with ordinality
          as argument(name, type, mode, position)
       where argument.type is not null
    ) arguments
   where p.prokind = 'f' and base.oid <> 'trigger'::regtype
     and (arguments.unnamed = 0
          or arguments.unnamed = 1 and arguments.first_type in (
               'bytea'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'xml'::regtype))
     and ${where}
   order by n.nspname, p.proname`;

/**
 * A function's own settings that are hoisted to the whole transaction. The names in `db-hoisted-tx-settings` are patterns,
 * found anywhere in a `name=value`. 12.0 hoists the timeout alone, in lower case and cut at a comma.
 */
function hoisting(
  names: readonly string[],
  dialect: Dialect,
): { sql: string; values: ReadonlyArray<readonly string[]> } {
  if (!dialect.hoistsConfiguredSettings)
    return {
      sql: `array(
        select json_build_array('statement_timeout', lower(split_part(split_part(setting, '=', 2), ',', 1)))
          from unnest(p.proconfig) setting where setting like 'statement_timeout=%')`,
      values: [],
    };
  return {
    sql: `array(
      select json_build_array(
               substr(setting, 1, strpos(setting, '=') - 1), substr(setting, strpos(setting, '=') + 1))
        from unnest(p.proconfig) setting where setting ~ any (array${listOf("$2")}))`,
    values: [names],
  };
}

/** Every function of the exposed schemas, whoever may execute it. */
export function routinesQuery(
  schemas: readonly string[],
  hoistedSettings: readonly string[],
  dialect: Dialect,
): CatalogQuery<RoutineRow> {
  const settings = hoisting(hoistedSettings, dialect);
  return catalogQuery<RoutineRow>(select(`n.nspname ${namedIn("$1")}`, settings.sql), schemas, ...settings.values);
}

/** The functions of one schema that the current role may execute. */
export function accessibleRoutinesQuery(
  schema: string,
  hoistedSettings: readonly string[],
  dialect: Dialect,
): CatalogQuery<RoutineRow> {
  const settings = hoisting(hoistedSettings, dialect);
  const where = "n.nspname = $1 and has_function_privilege(p.oid, 'execute')";
  return catalogQuery<RoutineRow>(select(where, settings.sql), schema, ...settings.values);
}

const volatilities = { i: "immutable", s: "stable", v: "volatile" } as const;

/** Anything but the two strict levels counts as the default one. */
export const isolationLevel = (name: string): IsolationLevel =>
  name === "repeatable read" || name === "serializable" ? name : "read committed";

function decodeRoutine(row: RoutineRow): Routine {
  const type = { schema: row.return_schema, name: row.return_name };
  const returned: PgType = row.composite ? { kind: "composite", type, isAlias: row.alias } : { kind: "scalar", type };
  const parameters: RoutineParameter[] = row.parameters.map(({ type_max_length, ...parameter }) => ({
    ...parameter,
    typeMaxLength: type_max_length,
  }));
  return {
    schema: row.schema,
    name: row.name,
    description: row.description,
    parameters,
    returnType: { setOf: row.set_of, type: returned },
    volatility: volatilities[row.volatility],
    hasVariadic: row.has_variadic,
    isolationLevel: row.isolation === null ? null : isolationLevel(row.isolation),
    settings: row.settings,
  };
}

/** By `keyOf`, overloads in their order. */
export function routineMap(rows: readonly RoutineRow[]): Map<string, Routine[]> {
  const map = new Map<string, Routine[]>();
  for (const row of rows) {
    const key = identifierKey(row.schema, row.name);
    map.set(key, [...(map.get(key) ?? []), decodeRoutine(row)]);
  }
  for (const overloads of map.values()) overloads.sort(compareRoutines);
  return map;
}
