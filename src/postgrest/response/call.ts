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
  if (returnsVoid(plan.routine)) return overrideByGuc({ status: 204, headers, body: "" }, result);
  const outside = () => errorPayload(outOfBounds(request.topLevelRange.lower, result.tableTotal));
  const body = plan.invoke === "head" ? "" : status === 416 ? outside() : result.body;
  return overrideByGuc({ status, headers: [...headers, ...contentHeaders(plan.media, request)], body }, result);
}
