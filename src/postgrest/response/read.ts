/** The answer to GET and HEAD on a relation. */
import { outOfBounds } from "../errors/catalogue.ts";
import { errorPayload } from "../errors/response.ts";
import type { ActionPlan } from "../plan/types.ts";
import { rangeAnswer } from "../request/range.ts";
import type { ApiRequest } from "../request/types.ts";
import type { ResultSet } from "../transaction/types.ts";
import { type Answer, appliedHeader, contentHeaders } from "./answer.ts";
import { overrideByGuc } from "./guc.ts";

export function readAnswer(
  plan: Extract<ActionPlan, { kind: "read" }>,
  request: ApiRequest,
  result: ResultSet,
): Answer {
  const { status, header } = rangeAnswer(request.topLevelRange, result.queryTotal, result.tableTotal);
  const { canonical } = request.queryParams;
  const headers = [
    header,
    ["Content-Location", `/${plan.target.name}${canonical === "" ? "" : `?${canonical}`}`] as const,
    ...contentHeaders(plan.media, request),
    ...appliedHeader(request, "count", "transaction", "handling", "timezone"),
  ];
  // Also a HEAD gets this body, were it not for the web server, which drops it.
  const body =
    status === 416
      ? errorPayload(outOfBounds(request.topLevelRange.lower, result.tableTotal))
      : plan.headersOnly
        ? ""
        : result.body;
  return overrideByGuc({ status, headers, body }, result);
}
