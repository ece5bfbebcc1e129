/** SQL raised an error: sorted by its SQLSTATE, and by what else the same request meets without row security. */
import type { StatementRole } from "../../postgrest/transaction/types.ts";
import { readDenied } from "../grants/denied.ts";
import { deniedFindings } from "../grants/findings.ts";
import type { Inquiry } from "../inquiry.ts";
import { checkFindings, isCheckFailure } from "../policies/check.ts";
import type { SqlFailure } from "../replay/session.ts";
import { whyEmpty } from "../rows/why-empty.ts";
import type { Finding, Findings } from "../types.ts";
import { argumentFinding } from "./arguments.ts";
import { constraintFinding } from "./constraints.ts";
import { contextFinding } from "./context.ts";
import { hintedFinding } from "./hinted.ts";
import { nameFindings } from "./names.ts";
import { policyErrorFindings } from "./policy-error.ts";
import { isRaised, raisedFinding } from "./raised.ts";
import { recursionFinding, stackFinding } from "./recursion.ts";
import { rowSecurityOffFinding } from "./row-security-off.ts";
import { plainFinding } from "./sqlstate.ts";
import { uniqueFinding } from "./unique.ts";

/** Causes behind causes are followed so far. */
const DEPTH = 4;

export async function failureFindings(
  inquiry: Inquiry,
  failure: SqlFailure,
  statement: StatementRole | null,
  depth = 0,
): Promise<Findings> {
  if (statement === "context" || statement === "pre-request") return alone(contextFinding(inquiry, failure, statement));
  if (depth === 0) {
    const adopted = await inquiry.replay.adopt();
    if (!adopted.ok) return alone(contextFinding(inquiry, adopted.failure, "context"));
  }
  if (isRaised(failure))
    return (await policyErrorFindings(inquiry, failure)) ?? alone(await raisedFinding(inquiry, failure));
  if (failure.sqlState === "42501") return privilegeFindings(inquiry, failure, depth);
  if (failure.sqlState === "42P17" && failure.message.startsWith("infinite recursion detected in policy"))
    return alone(await recursionFinding(inquiry, failure));
  if (failure.sqlState === "54001") {
    const circle = await stackFinding(inquiry);
    if (circle !== undefined) return alone(circle);
  }
  if (failure.sqlState === "23505") return alone(await uniqueFinding(inquiry, failure));
  // Nothing to find out that the time it would take again is worth.
  if (failure.sqlState === "57014" || failure.sqlState === "55P03") return alone(plainFinding(inquiry, failure));
  const argument = await argumentFinding(inquiry, failure);
  if (argument !== undefined) return alone(argument);
  const constraint = await constraintFinding(inquiry, failure);
  if (constraint !== undefined) return alone(constraint);
  return (
    (await policyErrorFindings(inquiry, failure)) ??
    (await nameFindings(inquiry, failure)) ??
    alone(await hintedFinding(inquiry, failure))
  );
}

const alone = (finding: Finding): Findings => ({ finding, also: [] });

/** With the privilege the request passes; it may reach nothing all the same, because of policies. */
async function emptyBehind(inquiry: Inquiry): Promise<readonly Finding[]> {
  const { plan } = inquiry.sent;
  const rows = await inquiry.replay.pageTotal();
  if (!rows.ok || rows.value > 0) return [];
  const found = await whyEmpty(inquiry, plan);
  if (found === undefined || !found.finding.code.startsWith("policies.")) return [];
  return [found.finding, ...found.also];
}

async function privilegeFindings(inquiry: Inquiry, failure: SqlFailure, depth: number): Promise<Findings> {
  if (isCheckFailure(failure)) return checkFindings(inquiry, failure);
  if (failure.message.startsWith("query would be affected by row-level security policy"))
    return alone(await rowSecurityOffFinding(inquiry, failure));
  if (readDenied(failure.message) === undefined) return alone(plainFinding(inquiry, failure));
  const { findings, next } = await deniedFindings(inquiry, failure);
  const [first, ...others] = findings;
  if (first === undefined) return alone(plainFinding(inquiry, failure));
  // A privilege that would not help is none that is missing.
  if (next?.sqlState === "42809") return failureFindings(inquiry, next, null, depth + 1);
  if (next === null) return { finding: first, also: [...others, ...(await emptyBehind(inquiry))] };
  if (next === undefined || depth >= DEPTH) return { finding: first, also: others };
  const behind = await failureFindings(inquiry, next, null, depth + 1);
  return { finding: first, also: [...others, behind.finding, ...behind.also] };
}
