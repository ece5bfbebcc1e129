/** The answer to a function call. */
import { outOfBounds } from "../errors/catalogue.ts";
import { errorPayload } from "../errors/response.ts";
import type { ActionPlan } from "../plan/types.ts";
import { rangeAnswer } from "../request/range.ts";
import type { ApiRequest } from "../request/types.ts";
import { returnsVoid } from "../schema-cache/types.ts";
import type { ResultSet } from "../transaction/types.ts";
import { type Answer, appliedHeader, contentHeaders } from "./answer.ts";
import { overrideByGuc } from "./guc.ts";

export function callAnswer(
  plan: Extract<ActionPlan, { kind: "call" }>,
  request: ApiRequest,
  result: ResultSet,
): Answer {
  const { status, header } = rangeAnswer(request.topLevelRange, result.queryTotal, result.tableTotal);
  const headers = [
    header,
    ...appliedHeader(request, "parameters", "count", "transaction", "handling", "timezone", "maxAffected"),
  ];
  if (returnsVoid(plan.routine)) return { ...overrideByGuc({ status: 204, headers }, result), body: "" };
  const answer = overrideByGuc({ status, headers: [...headers, ...contentHeaders(plan.media, request)] }, result);
  if (plan.invoke === "head") return { ...answer, body: "" };
  if (status !== 416) return { ...answer, body: result.body };
  return { ...answer, body: errorPayload(outOfBounds(request.topLevelRange.lower, result.tableTotal)) };
}
