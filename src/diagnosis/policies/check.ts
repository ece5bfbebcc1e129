/** `new row violates row-level security policy`: which policy, which clause, which values, and whether it is that at all. */
import type { MutatePlan } from "../../postgrest/plan/types.ts";
import { relationsCalled } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import { actingOwners } from "../grants/users.ts";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Findings } from "../types.ts";
import { type Question, silence } from "./applicable.ts";
import { withRemedy } from "./check-remedy.ts";
import { conflictFindings } from "./conflict.ts";
import { indirectFindings, unexplained } from "./indirect-check.ts";
import { newRows } from "./new-rows.ts";
import { refusalEffect, refusedBy } from "./refused-by.ts";
import { returningFindings } from "./returning.ts";
import type { Sample } from "./scope.ts";
import { silenceFinding } from "./silence-finding.ts";

const MESSAGE = /^new row violates row-level security policy(?: "(.+)")?( \(USING expression\))? for table "(.+)"$/;

export const isCheckFailure = ({ sqlState, message }: SqlFailure): boolean =>
  sqlState === "42501" && MESSAGE.test(message);

export async function checkFindings(inquiry: Inquiry, failure: SqlFailure): Promise<Findings> {
  const [, , conflict, table = ""] = MESSAGE.exec(failure.message) ?? [];
  const { plan } = inquiry.sent;
  const target = plan.kind === "mutate" ? plan.mutate.target : undefined;
  const again = await inquiry.replay.run();
  if (again.ok) return changedSince(failure, table);
  const { names, role } = inquiry;
  const roles = [role, names.ownerRole, ...(await actingOwners(inquiry.session, names.schema))];
  const called = await relationsCalled(inquiry.session, table, inquiry.names.schema, roles);
  const direct = called.find(({ schema, name }) => schema === target?.schema && name === target.name);
  const relation = direct ?? called.find(({ rowSecurity }) => rowSecurity);
  if (relation === undefined) return unexplained(failure, table);
  if (direct !== undefined && conflict !== undefined) return conflictFindings(inquiry, direct);
  if (direct !== undefined && plan.kind === "mutate" && failure.where === null) {
    const found = await directFindings(inquiry, direct);
    if (found !== undefined) return found;
  }
  return indirectFindings(inquiry, relation, failure);
}

/** The request writes the table itself. Undefined when the policies, asked again, have nothing against it. */
async function directFindings(inquiry: Inquiry, relation: Relation): Promise<Findings | undefined> {
  const { plan } = inquiry.sent;
  if (plan.kind !== "mutate") return undefined;
  const { mutate } = plan;
  const inserts = mutate.kind === "insert";
  const question: Question = inserts ? "insert-check" : "update-check";
  const effect = refusalEffect(inquiry, relation);
  const silent = silence(relation, inquiry.role, question);
  if (silent !== undefined)
    return { finding: silenceFinding(inquiry, relation, inquiry.role, question, silent, effect), also: [] };
  const rows = await newRows(inquiry, relation, mutate);
  const found = await refusedBy(inquiry, relation, inquiry.role, question, rows, effect);
  if (found !== undefined)
    return withRemedy(inquiry, relation, found, await isUnseen(inquiry, relation, mutate, found, rows));
  // On a conflict an upsert has to pass the checks of UPDATE as well.
  if (inserts && mutate.onConflict?.resolution === "merge-duplicates") {
    const updated = await refusedBy(inquiry, relation, inquiry.role, "update-check", rows, effect);
    if (updated !== undefined) return updated;
  }
  return returningFindings(inquiry, relation, mutate, rows);
}

/** Whether a wider WITH CHECK would not be enough, because an UPDATE that reads has to see the new row as well. */
async function isUnseen(
  inquiry: Inquiry,
  relation: Relation,
  mutate: MutatePlan,
  { finding }: Findings,
  rows: readonly Sample[],
): Promise<boolean> {
  const reads = mutate.kind === "update" && (mutate.where.length > 0 || mutate.returning.length > 0);
  if (finding.code !== "policies.using-as-check" || !reads) return false;
  if (silence(relation, inquiry.role, "select") !== undefined) return true;
  return (await refusedBy(inquiry, relation, inquiry.role, "select", rows, "")) !== undefined;
}

const changedSince = (failure: SqlFailure, table: string): Findings => ({
  finding: {
    code: "policies.unexplained",
    layer: "policies",
    title: `Row security refused a new row of ${table}; asked again, the same request passes.`,
    because: [`Postgres said: ${failure.message}.`, "Policies, data or grants have changed since the request."],
  },
  also: [],
});
