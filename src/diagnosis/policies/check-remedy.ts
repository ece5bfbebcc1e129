/** What would make a refused row acceptable, tried in the same request. */
import { type RowTrigger, triggersBefore } from "../catalog/triggers.ts";
import type { Column, Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Finding, Findings, Fix } from "../types.ts";
import { listed, quoteName } from "../words.ts";
import { type CheckFix, checkFix, checkProof } from "./check-fix.ts";
import { bodyRows } from "./new-rows.ts";

/** Only for findings that are about values; mistakes in policies have remedies of their own. */
export async function withRemedy(
  inquiry: Inquiry,
  relation: Relation,
  { finding, also }: Findings,
  unseen: boolean,
): Promise<Findings> {
  const plain = finding.code === "policies.with-check" || finding.code === "policies.using-as-check";
  if (!plain) return { finding, also };
  const reason =
    finding.code === "policies.using-as-check"
      ? "The policy has no WITH CHECK, so its USING is asked of the new row as well: a row cannot be moved out of its writer's view."
      : "A row that is written must satisfy WITH CHECK (or USING, where WITH CHECK is left out).";
  return {
    finding: {
      ...finding,
      because: [...finding.because, reason],
      ...(await remedy(inquiry, relation, finding, unseen)),
    },
    also,
  };
}

/** What to send instead, tried; or, where that was sent and did not stay, that it did not. */
async function remedy(
  inquiry: Inquiry,
  relation: Relation,
  finding: Finding,
  unseen: boolean,
): Promise<Pick<Finding, "fix" | "proof">> {
  const found = await checkFix(inquiry, relation, finding, unseen);
  if (found === undefined) return {};
  const proof = found.column === undefined ? undefined : await checkProof(inquiry, relation, found.column, found.value);
  if (proof === undefined) return { fix: found.fix };
  if (proof.holds || found.column === undefined) return { fix: found.fix, proof };
  const { kind } = inquiry.sent.plan.kind === "mutate" ? inquiry.sent.plan.mutate : { kind: "insert" as const };
  const triggers = await triggersBefore(inquiry.session, relation, kind);
  return sentAsWanted(inquiry, found) || (triggers.length > 0 && isOverridden(inquiry, found.column, finding))
    ? { fix: changedOnTheWay(found.column.name, triggers), proof }
    : { fix: notEnough(found.fix, finding), proof };
}

/** One value cannot make up for what other conditions want. */
const notEnough = (fix: Fix, { because }: Finding): Fix =>
  because.some((fact) => / also (?:wants|calls) /.test(fact))
    ? { ...fix, text: `${fix.text} That alone is not enough: what else is wanted has to hold as well.` }
    : fix;

const bodiesOf = ({ sent }: Inquiry) =>
  sent.plan.kind === "mutate" && sent.plan.mutate.kind !== "delete" ? bodyRows(sent) : undefined;

const sentAsWanted = (inquiry: Inquiry, { column, value }: CheckFix): boolean =>
  column !== undefined && (bodiesOf(inquiry)?.every((row) => row[column.name] === value) ?? false);

/** Whether the new row has something else than what was sent, or than what the default would have made. */
function isOverridden(inquiry: Inquiry, { name, default: expression }: Column, { rows = [] }: Finding): boolean {
  const [body] = bodiesOf(inquiry) ?? [];
  if (body === undefined) return false;
  return name in body ? rows.every(({ row }) => row[name] !== body[name]) : expression?.includes("auth.uid()") === true;
}

function changedOnTheWay(column: string, triggers: readonly RowTrigger[]): Fix {
  const named = triggers.map((one) => `${quoteName(one.name)} (${one.function})`);
  return {
    text: `The right value for ${quoteName(column)} does not stay: ${
      named.length === 0
        ? "look for a trigger that changes it before the row is written."
        : `trigger ${listed(named, "or")} changes it before the row is checked.`
    }`,
  };
}
