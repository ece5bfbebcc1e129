/** Reads the catalogs of a live project database once, as the rules want them. */
import { modes } from "../../project/mode/mode.ts";
import type { ModeNames } from "../../project/mode/types.ts";
import { bodyFacts, FROM_FUNCTIONS, FUNCTION_COLUMNS } from "../catalog/functions.ts";
import { basesOf, relationsByOid } from "../catalog/relations.ts";
import type { Policy, Relation } from "../catalog/types.ts";
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
  RoleSetting,
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
  const roleSettings = await readRoleSettings(session, names);
  const sourceOf = sourceIndex(files);
  return { mode, names, roles, relations, partitions, policies, functions, roleSettings, files, sourceOf };
}

/** Of every schema a project may use: Postgres' own and the platform's are left out. */
const OWN_SCHEMAS = "n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'auth', 'flux')";

interface Extra extends Omit<LintRelation, keyof Relation | "privileges" | "readable" | "reads"> {
  readonly oid: number;
  readonly privileges: ReadonlyArray<{
    readonly role: string;
    readonly held: readonly Privilege[];
    readonly columns: readonly string[];
  }>;
}

const EXTRAS = `
select c.oid::int8::int4 as oid, n.nspname = $1 as exposed, obj_description(c.oid, 'pg_class') as comment,
  case when c.relispartition then (select i.inhparent::regclass::text from pg_inherits i where i.inhrelid = c.oid) end as "partitionOf",
  o.rolsuper or o.rolbypassrls as "ownerBypasses",
  (select json_agg(json_build_object('role', role, 'held', array(
      select privilege from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) privilege
      where has_table_privilege(role, c.oid, privilege)
         or privilege <> 'DELETE' and has_any_column_privilege(role, c.oid, privilege)), 'columns', array(
      select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and has_column_privilege(role, c.oid, a.attnum, 'SELECT'))))
    from unnest($2::name[]) role) as privileges,
  coalesce((select json_agg(json_build_object('name', t.tgname, 'function', t.tgfoid::int8::int4, 'events', array(
      select event from (values (4, 'INSERT'), (8, 'DELETE'), (16, 'UPDATE')) e (bit, event) where t.tgtype & bit <> 0)))
    from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled in ('O', 'A')), '[]') as triggers,
  array(select a.attname::text from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where i.indrelid = c.oid and i.indisvalid) as indexed,
  coalesce((select json_agg(json_build_object('column', a.attname, 'sequence', s.oid::regclass::text, 'usableBy', array(
      select role from unnest($2::name[]) role where has_sequence_privilege(role, s.oid, 'USAGE, UPDATE'))))
    from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    join pg_depend p on p.classid = 'pg_attrdef'::regclass and p.objid = d.oid and p.refclassid = 'pg_class'::regclass
    join pg_class s on s.oid = p.refobjid and s.relkind = 'S'
    where d.adrelid = c.oid), '[]') as sequences,
  coalesce((select json_agg(json_build_object('column', a.attname, 'function', f.oid::regprocedure::text, 'executableBy', array(
      select role from unnest($2::name[]) role where has_function_privilege(role, f.oid, 'EXECUTE'))))
    from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    join pg_depend p on p.classid = 'pg_attrdef'::regclass and p.objid = d.oid and p.refclassid = 'pg_proc'::regclass
    join pg_proc f on f.oid = p.refobjid
    where d.adrelid = c.oid), '[]') as "defaultCalls"
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
      readable: Object.fromEntries(privileges.map(({ role, columns }) => [role, columns])),
      reads: bases.map(({ relation: base, role, view }) => ({
        table: base.name,
        role,
        by: { schema: view.schema, name: view.name },
      })),
    });
  }
  return relations;
}

type FunctionRow = Omit<LintFunction, "tables" | "asksWho">;

async function readFunctions(session: Session, schema: string, roles: readonly string[]): Promise<LintFunction[]> {
  const rows = await session.query<FunctionRow>(
    `select ${FUNCTION_COLUMNS}, n.nspname = $1 as exposed, o.rolsuper or o.rolbypassrls as "ownerBypasses",
       p.prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as "forTrigger",
       p.prosqlbody is not null or coalesce(p.proconfig::text ~ 'search_path=', false) as "pathFixed",
       array(select role::text from unnest($2::name[]) role where has_function_privilege(role, p.oid, 'EXECUTE'))
         as "executableBy",
       (select substr(setting, 19) from unnest(p.proconfig) setting where setting like 'statement\\_timeout=%') as timeout
     ${FROM_FUNCTIONS} join pg_roles o on o.oid = p.proowner
     where p.prokind in ('f', 'p') and ${OWN_SCHEMAS}
       and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
       and p.proname not in ('flux_postgrest_config', 'flux_set_tenant_context')
     order by n.nspname <> $1, p.proname`,
    [schema, roles],
  );
  const facts = new Map(await Promise.all(rows.map(async (row) => [row, await bodyFacts(row)] as const)));
  const asksItself = (row: FunctionRow) => {
    const { claims, functions } = facts.get(row)!;
    return claims.length > 0 || functions.includes("auth.uid");
  };
  const asking = new Set(rows.filter(asksItself).flatMap(({ schema: own, name }) => [name, `${own}.${name}`]));
  return rows.map((row) => {
    const { tables, functions } = facts.get(row)!;
    return { ...row, tables, asksWho: asksItself(row) || functions.some((name) => asking.has(name)) };
  });
}

const readRoleSettings = (session: Session, { loginRole, anonymousRole, userRole, serviceRole }: ModeNames) =>
  session.query<RoleSetting>(
    `select r.rolname as role, setting, exists (select from pg_auth_members m
       where m.roleid = r.oid and m.member = (select oid from pg_roles where rolname = $1)) as "isAsked"
     from pg_roles r cross join unnest(r.rolconfig) setting where r.rolname = any($2)
     order by r.rolname, setting`,
    [loginRole, [anonymousRole, userRole, serviceRole]],
  );

async function readPolicies(
  session: Session,
  relations: readonly LintRelation[],
  functions: readonly LintFunction[],
): Promise<LintPolicy[]> {
  const read: Array<{ table: LintRelation; policy: Policy; clauses: ReadClause[] }> = [];
  for (const table of relations) {
    for (const policy of table.policies) read.push({ table, policy, clauses: await clausesOf(policy) });
  }
  const depended = await readColumns(session);
  const knowledge = await learnFunctions(
    session,
    read.flatMap(({ clauses }) => clauses.map(({ predicate }) => predicate.facts)),
  );
  const calledIn = (facts: Facts): LintFunction[] => {
    const called = new Set(knowledge.functionsOf(facts).map(({ oid }) => oid));
    return functions.filter(({ oid }) => called.has(oid));
  };
  return read.map(({ table, policy, clauses }) => {
    const facts = clauses.map(({ predicate }) => predicate.facts);
    const gather = <T>(pick: (one: Facts) => readonly T[]) => [...new Set(facts.flatMap(pick))];
    return {
      ...policy,
      table,
      clauses: clauses.map((clause) => ({ ...clause, functions: calledIn(clause.predicate.facts) })),
      claims: gather(knowledge.claimsOf),
      legacyClaims: gather(knowledge.legacyClaimsOf),
      tables: gather((one) => one.tables),
      columnsRead: depended.filter(({ home, policy: name }) => home === table.oid && name === policy.name),
      functions: gather(calledIn),
    };
  });
}

/** Of the policy's own table they are not told apart: a policy may read these of its row without any privilege. */
const readColumns = (session: Session) =>
  session.query<{ home: number; policy: string; table: number; columns: string[] }>(
    `select p.polrelid::int8::int4 as home, p.polname::text as policy, d.refobjid::int8::int4 as table,
       coalesce(array_agg(distinct a.attname::text) filter (where a.attnum is not null), '{}') as columns
     from pg_policy p join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
       and d.refclassid = 'pg_class'::regclass and d.refobjid <> p.polrelid
     left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid and d.refobjsubid > 0
     group by p.oid, p.polrelid, p.polname, d.refobjid`,
  );

type ReadClause = Omit<LintClause, "functions">;

async function clausesOf({ using, check }: Policy): Promise<ReadClause[]> {
  const clause = async (name: LintClause["clause"], text: string): Promise<ReadClause> => {
    const predicate: Predicate = await splitPredicate(text);
    return { clause: name, text, predicate };
  };
  return [
    ...(using === null ? [] : [await clause("using", using)]),
    ...(check === null ? [] : [await clause("check", check)]),
  ];
}
