/** A function was called with a value that its argument's type does not take: Postgres tells the value, and not whose it is. */
import { escapeIdentifier as name } from "pg";
import type { CallPlan } from "../../postgrest/plan/types.ts";
import type { RoutineParameter } from "../../postgrest/schema-cache/types.ts";
import { isObject, parseJson } from "../../tokens/jws.ts";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding } from "../types.ts";
import { listed, quoteName, showValue } from "../words.ts";
import { constraintFinding } from "./constraints.ts";
import { plainFinding } from "./sqlstate.ts";

/** Undefined for other requests, and when every argument can be read: then it is the function's body that fails. */
export async function argumentFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding | undefined> {
  const { plan } = inquiry.sent;
  if (plan.kind !== "call") return undefined;
  for (const { parameter, value } of valuesSent(plan.call)) {
    const refused = await refusal(inquiry, parameter, value);
    if (refused?.sqlState !== failure.sqlState || refused.message !== failure.message) continue;
    const base = (await constraintFinding(inquiry, failure)) ?? plainFinding(inquiry, failure);
    const type = parameter.typeMaxLength.replace(`${inquiry.names.schema}.`, "");
    const whose =
      parameter.name === "" ? "The body, which is the one argument," : `Argument ${quoteName(parameter.name)}`;
    const shown = showValue(typeof value === "string" ? value : JSON.stringify(value));
    return {
      ...base,
      title: `${whose} of ${quoteName(plan.routine.name)} is ${type} and cannot be ${shown}: ${failure.message}.`,
      because: [...base.because, `Postgres refused with ${failure.sqlState} before the function was called.`],
      ...(failure.sqlState.startsWith("23") ? {} : { fix: { text: await adviceFor(inquiry, parameter, type) } }),
    };
  }
  return undefined;
}

interface Sent {
  readonly parameter: RoutineParameter;
  readonly value: unknown;
}

function valuesSent({ params, args }: CallPlan): Sent[] {
  const text = args?.toString("utf8") ?? "";
  if (params.kind === "one-positional") return [{ parameter: params.parameter, value: text }];
  const parsed = parseJson(text);
  const body: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isObject(body)) return [];
  return params.parameters.map((parameter) => ({ parameter, value: body[parameter.name] ?? null }));
}

/** How Postgres refuses the value by itself, read from JSON as the call reads it; undefined when it takes it. */
async function refusal(
  { session }: Inquiry,
  { name: parameter, typeMaxLength: type }: RoutineParameter,
  value: unknown,
): Promise<SqlFailure | undefined> {
  const tried = await session.attempt(() =>
    parameter === ""
      ? session.query(`SELECT $1::text::${type}`, [value])
      : session.query(`SELECT * FROM json_to_record($1) AS _(${name(parameter)} ${type})`, [
          JSON.stringify({ [parameter]: value }),
        ]),
  );
  return tried.ok ? undefined : tried.failure;
}

async function adviceFor(
  { session }: Inquiry,
  { name: parameter, type }: RoutineParameter,
  shown: string,
): Promise<string> {
  const what = parameter === "" ? "a body" : `${quoteName(parameter)} as`;
  if (type.endsWith("[]")) return `Send ${what} a JSON list of ${shown.slice(0, -2)}.`;
  const labels = await session.attempt(() =>
    session.query<{ label: string }>(
      "select enumlabel as label from pg_enum where enumtypid = $1::regtype order by enumsortorder",
      [type],
    ),
  );
  if (labels.ok && labels.value.length > 0)
    return `Send ${what} one of ${listed(
      labels.value.map(({ label }) => showValue(label)),
      "or",
    )}.`;
  const kind = /^(?:date|time|timestamp|interval)/.test(type) ? `, in ISO 8601` : "";
  return `Send ${what} ${shown}${kind}.`;
}
