/** The same count under different conditions: as the request's role, or with nothing hidden. */
import { levelsOf } from "../../postgrest/plan/tree.ts";
import type { ReadPlan } from "../../postgrest/plan/types.ts";
import type { Statement } from "../../postgrest/sql/snippet.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Identity } from "../replay/session.ts";
import { countRows } from "./sql.ts";

/** Under row security. What raises counts as nothing, and is noted. */
export async function visibleCount(inquiry: Inquiry, statement: Statement, role = inquiry.role): Promise<number> {
  return counted(inquiry, inquiry.identity(role, { readOnly: true }), statement);
}

/** The superuser sees every row; what is read with the rights of `owners` is not hidden either. */
export async function unsecuredCount(
  inquiry: Inquiry,
  statement: Statement,
  owners: readonly string[] = [],
): Promise<number> {
  return counted(inquiry, { login: "postgres", role: "postgres", lifted: owners, readOnly: true }, statement);
}

async function counted(inquiry: Inquiry, identity: Identity, statement: Statement): Promise<number> {
  const { session } = inquiry;
  const tried = await session.as(identity, () => countRows(session, statement));
  if (tried.ok) return tried.value;
  const { sqlState, message } = tried.failure;
  inquiry.note(`Rows could not be counted as ${identity.role}: ${message} (SQLSTATE ${sqlState}).`);
  return 0;
}

/** Owners of the views a read goes through: their tables are read as them. */
export async function viewOwners(inquiry: Inquiry, plan: ReadPlan): Promise<string[]> {
  const relations = await relationsByName(inquiry.session, relationsOf(plan), [inquiry.role]);
  const owners = relations.filter(({ kind }) => kind === "view").map(({ owner }) => owner);
  return [...new Set(owners)].filter((owner) => owner !== "postgres");
}

const relationsOf = (plan: ReadPlan): ReadPlan["from"][] => [...levelsOf(plan)].map(({ from }) => from);
