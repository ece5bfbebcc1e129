/** From a refusal to the one object, role and privilege that it is about: every candidate is tried until one helps. */
import { functionsCalled } from "../catalog/functions.ts";
import { relationsCalled } from "../catalog/relations.ts";
import type { FunctionInfo, Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Session, SqlFailure } from "../replay/session.ts";
import type { Denied } from "./denied.ts";
import { functionGrant, type Grant, schemaGrant, sequenceGrant, tableGrant } from "./grant.ts";
import { type MissingPrivilege, missingPrivileges } from "./missing.ts";
import { namedRelations, needsOn, type TablePrivilege } from "./needs.ts";
import { actingOwners } from "./users.ts";

export type Located = { readonly grant: Grant; readonly role: string } & (
  | {
      readonly kind: "relation";
      readonly relation: Relation;
      readonly missing: readonly MissingPrivilege[];
      /** Whether the request's plan names it, rather than a policy, a view or a function. */
      readonly named: boolean;
    }
  | { readonly kind: "sequence"; readonly relation: Relation }
  | { readonly kind: "function"; readonly fn: FunctionInfo }
  | { readonly kind: "schema"; readonly schema: string }
);

/** Undefined when no single GRANT changes the outcome. */
export async function locate(inquiry: Inquiry, denied: Denied, failure: SqlFailure): Promise<Located | undefined> {
  const { session, names, role } = inquiry;
  const roles = [role, ...(await actingOwners(session, names.schema))];
  for (const acting of [...new Set(roles)]) {
    for (const candidate of await candidates(inquiry, denied, acting))
      if (await helps(inquiry, candidate.grant, failure)) return candidate;
  }
  return undefined;
}

/** Whether the request gets further with it: no error, another error, or the same at another place. */
async function helps({ session, replay }: Inquiry, { tried }: Grant, failure: SqlFailure): Promise<boolean> {
  const outcome = await session.attempt(async () => {
    await session.run(tried);
    return replay.run();
  });
  if (!outcome.ok) return false;
  const after = outcome.value;
  return after.ok || after.failure.message !== failure.message || after.failure.where !== failure.where;
}

async function candidates(inquiry: Inquiry, { kind, name }: Denied, role: string): Promise<Located[]> {
  const { session, names } = inquiry;
  switch (kind) {
    case "schema": {
      const has = await privileged(inquiry, "has_schema_privilege($1, $2, 'USAGE')", [role, name]);
      return has ? [] : [{ kind, schema: name, role, grant: schemaGrant(inquiry, name, role) }];
    }
    case "function": {
      const found: Located[] = [];
      for (const fn of await functionsCalled(session, name))
        if (!(await privileged(inquiry, "has_function_privilege($1, $2::oid, 'EXECUTE')", [role, fn.oid])))
          found.push({ kind, fn, role, grant: functionGrant(inquiry, fn, role) });
      return found;
    }
    case "sequence": {
      const found: Located[] = [];
      for (const relation of await relationsCalled(session, name, names.schema, [role]))
        if (!(await privileged(inquiry, "has_sequence_privilege($1, $2::oid, 'USAGE')", [role, relation.oid])))
          found.push({ kind, relation, role, grant: sequenceGrant(inquiry, relation, role) });
      return found;
    }
    case "relation": {
      const found: Located[] = [];
      for (const relation of await relationsCalled(session, name, names.schema, [role]))
        found.push(...(await tableCandidates(inquiry, relation, role)));
      return found;
    }
  }
}

async function privileged({ session }: Inquiry, test: string, values: readonly unknown[]): Promise<boolean> {
  const [row] = await session.query<{ has: boolean | null }>(`SELECT ${test} AS has`, values);
  return row?.has !== false;
}

/** Where some columns may be read, one more may be enough for what reads the table: each by itself, then all of them. */
async function columnSets(session: Session, role: string, relation: Relation): Promise<MissingPrivilege[][]> {
  const [lacking] = await missingPrivileges(session, role, relation, [{ privilege: "SELECT", columns: ["*"] }]);
  const columns = lacking?.columns ?? [];
  const single = columns.length > 1 ? columns.slice(0, MOST_COLUMNS).map((name) => [name]) : [];
  return [...single, ...(columns.length > 0 ? [columns] : [])].map((set) => [{ privilege: "SELECT", columns: set }]);
}

const MOST_COLUMNS = 8;

const ALL: readonly TablePrivilege[] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/**
 * What the plan needs, where it names the table itself. What a policy, a view or a function needs of it is not written
 * anywhere, so single privileges come first, then pairs with SELECT, then all.
 */
async function tableCandidates(inquiry: Inquiry, relation: Relation, role: string): Promise<Located[]> {
  const { session, sent } = inquiry;
  const named = namedRelations(sent.plan).some(
    ({ schema, name }) => schema === relation.schema && name === relation.name,
  );
  const make = (missing: readonly MissingPrivilege[], isNamed: boolean): Located => ({
    kind: "relation",
    relation,
    missing,
    named: isNamed,
    role,
    grant: tableGrant(inquiry, relation, missing, role),
  });
  const found: Located[] = [];
  if (named && role === inquiry.role) {
    const needed = await missingPrivileges(session, role, relation, needsOn(sent.plan, relation));
    if (needed.length > 0) found.push(make(needed, true));
  } else found.push(...(await columnSets(session, role, relation)).map((set) => make(set, false)));
  const lacking = await missingPrivileges(
    session,
    role,
    relation,
    ALL.map((privilege) => ({ privilege, columns: [] })),
  );
  const whole = lacking.map(({ privilege }) => ({ privilege, columns: null }));
  const [first, ...others] = whole;
  const sets = [
    ...whole.map((one) => [one]),
    ...(first?.privilege === "SELECT" ? others.map((one) => [one, first]) : []),
    whole,
  ].filter((set) => set.length > 0);
  return [...found, ...sets.map((set) => make(set, false))];
}
