/** Functions that expressions call: whose rights they run with, whether they can be called again, which claims they read. */

import { bodyStatements } from "../predicates/bodies.ts";
import { factsOf } from "../predicates/facts.ts";
import { parseStatements } from "../predicates/parser.ts";
import { type Facts, loadParser } from "../predicates.ts";
import type { Session } from "../replay/session.ts";
import type { FunctionInfo } from "./types.ts";

/** A `FunctionInfo`, selected `FROM_FUNCTIONS`. */
export const FUNCTION_COLUMNS = `p.oid::int8::int4 as oid, n.nspname as schema, p.proname as name,
  p.oid::regprocedure::text as signature, pg_get_userbyid(p.proowner) as owner, p.prosecdef as definer,
  p.provolatile = 'v' as volatile, l.lanname as language,
  coalesce(nullif(p.prosrc, ''), pg_get_function_sqlbody(p.oid), '') as body`;

export const FROM_FUNCTIONS = `from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  join pg_language l on l.oid = p.prolang`;

/** Names as written in an expression, with or without schema. All overloads. `path`: see `Session.under`. */
export async function functionsWritten(
  session: Session,
  written: readonly string[],
  path: string | null = null,
): Promise<FunctionInfo[]> {
  if (written.length === 0) return [];
  return session.under<FunctionInfo>(
    path,
    `select ${FUNCTION_COLUMNS} ${FROM_FUNCTIONS}
     where p.proname = any($2) and (n.nspname || '.' || p.proname = any($1)
        or p.proname = any($1) and (pg_function_is_visible(p.oid) or n.nspname = 'pg_catalog'))`,
    // Names by themselves too, for the sake of the index.
    [written, written.map((name) => name.slice(name.lastIndexOf(".") + 1))],
  );
}

/** Every function of that name. */
export async function functionsCalled(session: Session, name: string): Promise<FunctionInfo[]> {
  const rows = await session.query<{ written: string }>(
    "select distinct n.nspname || '.' || p.proname as written from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.proname = $1",
    [name],
  );
  return functionsWritten(
    session,
    rows.map(({ written }) => written),
  );
}

/** What a function's body depends on: parsed where it is SQL, else read for its string constants. */
export async function bodyFacts(
  fn: FunctionInfo,
): Promise<Pick<Facts, "claims" | "spareClaims" | "legacyClaims" | "tables" | "functions">> {
  await loadParser();
  const trees = fn.language === "sql" ? bodyStatements(fn.body).flatMap(parseStatements) : [];
  if (trees.length > 0) return factsOf(trees);
  return {
    claims: fn.body.includes("request.jwt.claims") ? unique(fn.body.matchAll(MEMBER)) : [],
    spareClaims: unique(fn.body.matchAll(/\bcoalesce\s*\([^,]*->>?\s*'([^']+)'[^,]*,\s*\(\s*select\b/gi)),
    legacyClaims: unique(fn.body.matchAll(/'request\.jwt\.claim\.([^']+)'/g)),
    tables: unique(fn.body.matchAll(/\b(?:from|join|into|update)\s+(?!select\b)([a-z_][\w.]*)/gi)),
    functions: unique(fn.body.matchAll(/\b([a-z_][\w]*(?:\.[a-z_]\w*)?)\s*\(/gi)),
  };
}

/** `-> 'a'`, `->> 'a'` and `['a']`, but not `ARRAY['a']`. */
const MEMBER = /(?:->>?|(?<!\barray\s*)\[)\s*'([^']+)'/gi;

const unique = (matches: Iterable<RegExpMatchArray>): string[] => [...new Set([...matches].map((match) => match[1]!))];

const WRITES =
  /\b(?:insert\s+into|update\s+\S+\s+set|delete\s+from|truncate|nextval|setval|create|drop|alter|notify|pg_notify|dblink|copy)\b/i;
const CHANGES = /\b(random|clock_timestamp|timeofday|gen_random_uuid|pg_sleep|pg_sleep_for)\s*\(/i;

/**
 * Why a function is not called again for an explanation; null when it may be. VOLATILE alone is no reason, because it is
 * what every function is that says nothing else: it counts when the body writes, or gives another answer every time.
 */
export function notRepeatable(fn: FunctionInfo): string | null {
  const name = `${fn.schema === "pg_catalog" ? "" : `${fn.schema}.`}${fn.name}()`;
  if (!fn.volatile) return null;
  if (fn.schema === "pg_catalog") return `${name} gives another answer at every call`;
  if (fn.language !== "sql" && fn.language !== "plpgsql") return `${name} is VOLATILE and written in ${fn.language}`;
  if (WRITES.test(fn.body)) return `${name} is VOLATILE and writes`;
  const changing = CHANGES.exec(fn.body)?.[1];
  return changing === undefined ? null : `${name} is VOLATILE and calls ${changing}()`;
}
