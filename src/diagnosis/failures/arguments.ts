/** A function was called with a value that its argument's type does not take: Postgres tells the value, and not whose it is. */

import { isObject, parseJson } from "../../json/json.ts";
import type { RoutineParameter } from "../../postgrest/schema-cache/types.ts";
import type { SentRequest } from "../evidence.ts";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding } from "../types.ts";
import { quoteName, showValue } from "../words.ts";
import { constraintFinding } from "./constraints.ts";
import { adviceFor, isSame, refusal } from "./conversion.ts";
import { plainFinding } from "./sqlstate.ts";

/** Undefined for other requests, and when every argument can be read: then it is the function's body that fails. */
export async function argumentFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding | undefined> {
  const { plan } = inquiry.sent;
  if (plan.kind !== "call") return undefined;
  for (const { parameter, value } of valuesSent(inquiry.sent)) {
    if (!isSame(await refusal(inquiry, [[parameter.name, parameter.typeMaxLength]], value), failure)) continue;
    const base = (await constraintFinding(inquiry, failure)) ?? plainFinding(inquiry, failure);
    const type = parameter.typeMaxLength.replace(`${inquiry.names.schema}.`, "");
    const whose =
      parameter.name === "" ? "The body, which is the one argument," : `Argument ${quoteName(parameter.name)}`;
    const sent = isObject(value) ? value[parameter.name] : value;
    const shown = showValue(typeof sent === "string" ? sent : JSON.stringify(sent));
    return {
      ...base,
      title: `${whose} of ${quoteName(plan.routine.name)} is ${type} and cannot be ${shown}: ${failure.message}.`,
      because: [...base.because, `Postgres refused with ${failure.sqlState} before the function was called.`],
      ...(failure.sqlState.startsWith("23")
        ? {}
        : { fix: { text: await adviceFor(inquiry, { ...parameter, shown: type }) } }),
    };
  }
  return undefined;
}

interface Sent {
  readonly parameter: RoutineParameter;
  readonly value: unknown;
}

function valuesSent({ plan, body: sent }: SentRequest): Sent[] {
  if (plan.kind !== "call") return [];
  const { params, args } = plan.call;
  const text = (args.from === "body" ? sent : args.json).toString("utf8");
  if (params.kind === "one-positional") return [{ parameter: params.parameter, value: text }];
  const parsed = parseJson(text);
  const body: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isObject(body)) return [];
  return params.parameters.map((parameter) => ({
    parameter,
    value: { [parameter.name]: body[parameter.name] ?? null },
  }));
}
