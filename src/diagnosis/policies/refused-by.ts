/** New rows against the policies that check them. */
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Findings, PolicyVerdict } from "../types.ts";
import { applicable, type Question } from "./applicable.ts";
import { assess } from "./assess.ts";
import { withBehind } from "./behind.ts";
import { causeFinding } from "./cause-finding.ts";
import { claimProof } from "./claim-proof.ts";
import type { Sample } from "./evaluate.ts";

export const refusalEffect = (inquiry: Inquiry, relation: Relation): string =>
  `Row security refuses the new row of ${inquiry.show(relation)}`;

/** Undefined when all rows pass. */
export async function refusedBy(
  inquiry: Inquiry,
  relation: Relation,
  role: string,
  question: Question,
  rows: readonly Sample[],
  effect: string,
): Promise<Findings | undefined> {
  const set = applicable(relation, role, question);
  const assessed = await assess(inquiry, relation, role, [set], rows);
  const code = (policy: PolicyVerdict | undefined) =>
    policy?.clause === "using as check" && question === "update-check"
      ? "policies.using-as-check"
      : "policies.with-check";
  const fix = () => ({ text: "Send a row that satisfies the policy, or widen the policy if it should be allowed." });
  const found = causeFinding(inquiry, relation, assessed, effect, { code, fix });
  if (found?.cause.kind !== "claim-dropped") return found && withBehind(inquiry, relation, found);
  return { ...found, finding: { ...found.finding, proof: await claimProof(inquiry, found.cause.claim) } };
}
