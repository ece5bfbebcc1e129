/** Reads the catalogs of a live project database once, as the rules want them. */
import { modes } from "../../project/mode/mode.ts";
import { bodyFacts } from "../catalog/functions.ts";
import { basesOf, relationsByOid } from "../catalog/relations.ts";
import type { FunctionInfo, Policy, Relation } from "../catalog/types.ts";
import { learnFunctions } from "../policies/knowledge.ts";
import { type Facts, type Predicate, splitPredicate } from "../predicates.ts";
import type { Session } from "../replay/session.ts";
import { sourceIndex } from "../sources.ts";
import { quoteName } from "../words.ts";
import type {
  LintCatalog,
  LintClause,
  LintContext,
  LintFunction,
  LintPolicy,
  LintRelation,
  Privilege,
} from "./types.ts";

export async function readLintCatalog(session: Session, context: LintContext): Promise<LintCatalog> {
  const { mode, project, files } = context;
  const names = modes[mode].names(project);
  const roles = [...new Set([...(mode === "v1" ? [names.anonymousRole] : []), names.userRole])];
  await session.run(`SET LOCAL search_path = ${quoteName(names.schema)}`);
  const read = await readRelations(session, names.schema, roles);
  const relations = read.filter(({ partitionOf }) => partitionOf === null);
  const partitions = read.filter(({ partitionOf }) => partitionOf !== null);
  const functions = await readFunctions(session, names.schema, roles);
  const policies = await readPolicies(session, relations, functions);
  return { mode, names, roles, relations, partitions, policies, functions, files, sourceOf: sourceIndex(files) };
}

/** Of every schema a project may use: Postgres' own and the platform's are left out. */
const OWN_SCHEMAS = "n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'auth', 'flux')";

interface Extra extends Omit<LintRelation, keyof Relation | "privileges" | "reads"> {
  readonly oid: number;
  readonly privileges: ReadonlyArray<{ readonly role: string; readonly held: readonly Privilege[] }>;
}

const EXTRAS = `
select c.oid::int8::int4 as oid, n.nspname = $1 as exposed, obj_description(c.oid, 'pg_class') as comment,
  case when c.relispartition then (select i.inhparent::regclass::text from pg_inherits i where i.inhrelid = c.oid) end as "partitionOf",
  o.rolsuper or o.rolbypassrls as "ownerBypasses",
  (select json_agg(json_build_object('role', role, 'held', array(
      select privilege from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) privilege
      where has_table_privilege(role, c.oid, privilege)
         or privilege <> 'DELETE' and has_any_column_privilege(role, c.oid, privilege))))
    from unnest($2::name[]) role) as privileges,
  array(select a.attname::text from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where i.indrelid = c.oid and i.indisvalid) as indexed,
  coalesce((select json_agg(json_build_object('column', a.attname, 'sequence', s.oid::regclass::text, 'usableBy', array(
      select role from unnest($2::name[]) role where has_sequence_privilege(role, s.oid, 'USAGE, UPDATE'))))
    from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    join pg_depend p on p.classid = 'pg_attrdef'::regclass and p.objid = d.oid and p.refclassid = 'pg_class'::regclass
    join pg_class s on s.oid = p.refobjid and s.relkind = 'S'
    where d.adrelid = c.oid), '[]') as sequences
from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles o on o.oid = c.relowner
where c.relkind in ('r', 'p', 'v', 'm') and ${OWN_SCHEMAS}
order by n.nspname <> $1, c.relname`;

async function readRelations(session: Session, schema: string, roles: readonly string[]): Promise<LintRelation[]> {
  const extras = await session.query<Extra>(EXTRAS, [schema, roles]);
  const known = await relationsByOid(
    session,
    extras.map(({ oid }) => oid),
    roles,
  );
  const relations: LintRelation[] = [];
  for (const { privileges, ...extra } of extras) {
    const relation = known.find(({ oid }) => oid === extra.oid);
    if (relation === undefined) continue;
    const isView = relation.kind === "view" || relation.kind === "materialized view";
    const bases = isView ? await basesOf(session, relation, roles.at(-1)!) : [];
    relations.push({
      ...relation,
      ...extra,
      privileges: Object.fromEntries(privileges.map(({ role, held }) => [role, held])),
      reads: bases.map(({ relation: base, role, view }) => ({
        table: base.name,
        role,
        by: { schema: view.schema, name: view.name },
      })),
    });
  }
  return relations;
}

type FunctionRow = Omit<LintFunction, "tables">;

async function readFunctions(session: Session, schema: string, roles: readonly string[]): Promise<LintFunction[]> {
  const rows = await session.query<FunctionRow>(
    `select p.oid::int8::int4 as oid, n.nspname as schema, p.proname as name, p.oid::regprocedure::text as signature,
       pg_get_userbyid(p.proowner) as owner, p.prosecdef as definer, p.provolatile = 'v' as volatile,
       l.lanname as language, coalesce(nullif(p.prosrc, ''), pg_get_function_sqlbody(p.oid), '') as body,
       n.nspname = $1 as exposed, o.rolsuper or o.rolbypassrls as "ownerBypasses",
       array(select role::text from unnest($2::name[]) role where has_function_privilege(role, p.oid, 'EXECUTE'))
         as "executableBy"
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
     join pg_roles o on o.oid = p.proowner
     where p.prokind in ('f', 'p') and ${OWN_SCHEMAS}
       and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
       and p.proname not in ('flux_postgrest_config', 'flux_set_tenant_context')
     order by n.nspname <> $1, p.proname`,
    [schema, roles],
  );
  return Promise.all(rows.map(async (row) => ({ ...row, tables: (await bodyFacts(row)).tables })));
}

async function readPolicies(
  session: Session,
  relations: readonly LintRelation[],
  functions: readonly LintFunction[],
): Promise<LintPolicy[]> {
  const read: Array<{ table: LintRelation; policy: Policy; clauses: LintClause[] }> = [];
  for (const table of relations) {
    for (const policy of table.policies) read.push({ table, policy, clauses: await clausesOf(policy) });
  }
  const knowledge = await learnFunctions(
    session,
    read.flatMap(({ clauses }) => clauses.map(({ predicate }) => predicate.facts)),
  );
  return read.map(({ table, policy, clauses }) => {
    const facts = clauses.map(({ predicate }) => predicate.facts);
    const gather = <T>(pick: (one: Facts) => readonly T[]) => [...new Set(facts.flatMap(pick))];
    const called = new Set<FunctionInfo["oid"]>(facts.flatMap(knowledge.functionsOf).map(({ oid }) => oid));
    return {
      ...policy,
      table,
      clauses,
      claims: gather(knowledge.claimsOf),
      legacyClaims: gather(knowledge.legacyClaimsOf),
      tables: gather((one) => one.tables),
      functions: functions.filter(({ oid }) => called.has(oid)),
    };
  });
}

async function clausesOf({ using, check }: Policy): Promise<LintClause[]> {
  const clause = async (name: LintClause["clause"], text: string): Promise<LintClause> => {
    const predicate: Predicate = await splitPredicate(text);
    return { clause: name, text, predicate };
  };
  return [
    ...(using === null ? [] : [await clause("using", using)]),
    ...(check === null ? [] : [await clause("check", check)]),
  ];
}
