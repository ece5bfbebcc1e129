/** Why a request reached no row, whatever kind of request it is. */
import type { DatabasePlan } from "../../postgrest/sql/statements.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Findings } from "../types.ts";
import { callFindings } from "./calls.ts";
import { emptyFinding } from "./empty.ts";
import { untouchedFinding } from "./untouched.ts";

/** Undefined when it has rows now, or writes new ones. The request's settings must hold. */
export async function whyEmpty(inquiry: Inquiry, plan: DatabasePlan): Promise<Findings | undefined> {
  if (plan.kind === "read") return emptyFinding(inquiry, plan.read);
  return plan.kind === "mutate" ? untouchedFinding(inquiry, plan.mutate) : callFindings(inquiry, plan, 0);
}
