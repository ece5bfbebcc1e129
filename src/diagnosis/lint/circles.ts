/**
 * Ways on which a policy leads back to its own table, as Postgres goes them. A table in a policy's sub-select is read under
 * its policies for SELECT. Postgres gives up (42P17) when it comes to a table whose policies it is already applying, but
 * only if these have a sub-select of any kind, `(select auth.uid())` included. What a function reads is a query of its own:
 * there the same policy has to call the function again, which ends when the stack is full (54001). Pure.
 */
import { hasSubselect } from "./per-row.ts";
import type { LintCatalog, LintClause, LintFunction, LintPolicy, LintRelation } from "./types.ts";

export interface Circle {
  /** The tables on the way, the policy's own last. */
  readonly tables: readonly LintRelation[];
  /** The first function on the way. */
  readonly through?: LintFunction;
}

interface Way extends Circle {
  /** Whether the policy's own table has a sub-select in its policies for SELECT, so that Postgres notices. */
  readonly closed: boolean;
}

/** The mistake itself; undefined where the way back is one that Postgres can go. */
export function circleOf(policy: LintPolicy, catalog: LintCatalog): Circle | undefined {
  return waysBack(policy, catalog).find(({ through, closed }) => through !== undefined || closed);
}

/** Whether a sub-select more in the policies for SELECT of a table would make circles of ways that are none yet. */
export function wouldClose(table: LintRelation, catalog: LintCatalog): boolean {
  const own = catalog.policies.filter((policy) => policy.table === table);
  return own.some((policy) =>
    waysBack(policy, catalog).some(({ through, closed }) => through === undefined && !closed),
  );
}

function waysBack(policy: LintPolicy, catalog: LintCatalog): Way[] {
  if (!policy.table.rowSecurity) return [];
  return catalog.roles
    .filter((role) => policy.appliesTo.includes(role))
    .flatMap((role) => policy.clauses.flatMap((clause) => wayFrom(policy, clause, role, catalog) ?? []));
}

function wayFrom(policy: LintPolicy, from: LintClause, caller: string, catalog: LintCatalog): Way | undefined {
  const home = policy.table;
  const isRead = from.clause === "using" && isForSelect(policy);
  const seen = new Set<string>();
  const walk = (clauses: readonly LintClause[], as: string, before: Circle): Way | undefined => {
    for (const { table, role, through = before.through } of clauses.flatMap((one) => stepsOf(one, as, catalog))) {
      const circle = { tables: [...before.tables, table], ...(through === undefined ? {} : { through }) };
      const next = readClauses(table, role, catalog);
      // A function reads under the policies for SELECT; only one of those can be asked again by it.
      if (table === home && (through === undefined || (isRead && next.includes(from))))
        return { ...circle, closed: next.some(({ text }) => hasSubselect(text)) };
      const state = `${table.oid} ${role}`;
      if (table === home || seen.has(state)) continue;
      seen.add(state);
      const found = walk(next, role, circle);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk([from], caller, { tables: [] });
}

interface Step {
  readonly table: LintRelation;
  /** Whose policies count. */
  readonly role: string;
  readonly through?: LintFunction;
}

/** Tables that an expression reads under row security: by itself, behind views, and in functions. */
function stepsOf({ predicate, functions }: LintClause, role: string, catalog: LintCatalog): Step[] {
  const own = named(predicate.facts.tables, catalog).flatMap((relation) => behind(relation, role, catalog));
  const called = functions.flatMap((fn) => {
    const runsAs = fn.definer ? fn.owner : role;
    if (fn.definer && fn.ownerBypasses) return [];
    return named(fn.tables, catalog)
      .flatMap((relation) => behind(relation, runsAs, catalog))
      .map((step) => ({ ...step, through: fn }));
  });
  return [...own, ...called].filter(({ table, role: reader }) => isBound(reader, table));
}

/** Whether policies bind a role that is a table's owner or somebody whom they are for. */
export const isBound = (role: string, { rowSecurity, forced, owner, ownerBypasses }: LintRelation): boolean =>
  rowSecurity && (role !== owner || (forced && !ownerBypasses));

function behind(relation: LintRelation, role: string, catalog: LintCatalog): Step[] {
  if (relation.kind !== "view") return [{ table: relation, role }];
  return relation.reads.flatMap(({ table, role: reader }) =>
    named([table], catalog).map((base) => ({
      table: base,
      // Views were read as the last of the roles that requests have.
      role: reader === catalog.roles.at(-1) ? role : reader,
    })),
  );
}

const named = (written: readonly string[], { relations, names }: LintCatalog): LintRelation[] =>
  relations.filter(({ schema, name }) =>
    written.some((one) => one === `${schema}.${name}` || (one === name && schema === names.schema)),
  );

const isForSelect = ({ command }: LintPolicy): boolean => command === "SELECT" || command === "ALL";

/** What a role that reads the table is asked. */
const readClauses = (table: LintRelation, role: string, { policies }: LintCatalog): LintClause[] =>
  policies
    .filter((policy) => policy.table === table && isForSelect(policy) && isFor(policy, role))
    .flatMap(({ clauses }) => clauses.filter(({ clause }) => clause === "using"));

const isFor = ({ roles, appliesTo }: LintPolicy, role: string): boolean =>
  appliesTo.includes(role) || roles.includes(role) || roles.includes("PUBLIC");
