/** What would make a refused row acceptable, tried in the same request. */
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Finding, Findings, Fix } from "../types.ts";
import { quoteName } from "../words.ts";
import { type CheckFix, checkFix, checkProof } from "./check-fix.ts";
import { bodyRows } from "./new-rows.ts";

/** Only for findings that are about values; mistakes in policies have remedies of their own. */
export async function withRemedy(inquiry: Inquiry, relation: Relation, { finding, also }: Findings): Promise<Findings> {
  const plain = finding.code === "policies.with-check" || finding.code === "policies.using-as-check";
  if (!plain) return { finding, also };
  const reason =
    finding.code === "policies.using-as-check"
      ? "The policy has no WITH CHECK, so its USING is asked of the new row as well: a row cannot be moved out of its writer's view."
      : "A row that is written must satisfy WITH CHECK (or USING, where WITH CHECK is left out).";
  return {
    finding: { ...finding, because: [...finding.because, reason], ...(await remedy(inquiry, relation, finding)) },
    also,
  };
}

/** What to send instead, tried; or, where that was sent and did not stay, that it did not. */
async function remedy(inquiry: Inquiry, relation: Relation, finding: Finding): Promise<Pick<Finding, "fix" | "proof">> {
  const found = await checkFix(inquiry, relation, finding);
  if (found === undefined) return {};
  const proof = found.column === undefined ? undefined : await checkProof(inquiry, relation, found.column, found.value);
  if (proof === undefined) return { fix: found.fix };
  if (proof.holds || found.column === undefined) return { fix: found.fix, proof };
  return sentAsWanted(inquiry, found) ? { fix: changedOnTheWay(found.column.name), proof } : { fix: found.fix, proof };
}

function sentAsWanted({ sent }: Inquiry, { column, value }: CheckFix): boolean {
  const { plan } = sent;
  const bodies = plan.kind === "mutate" && plan.mutate.kind !== "delete" ? bodyRows(plan.mutate) : undefined;
  return column !== undefined && (bodies?.every((row) => row[column.name] === value) ?? false);
}

const changedOnTheWay = (column: string): Fix => ({
  text: `${quoteName(column)} was sent as it should be: look for a trigger that changes it before the row is written.`,
});
