/** Which value of a write's body it is that its column's type does not take. */
import type { Inquiry } from "../inquiry.ts";
import { bodyRows } from "../policies/new-rows.ts";
import type { SqlFailure } from "../replay/session.ts";
import { quoteName, showValue } from "../words.ts";
import { adviceFor, misread } from "./conversion.ts";

export interface BodyValue {
  readonly fact: string;
  /** What to send instead. */
  readonly advice: string;
}

/** Undefined when every value of the body can be read, or the body is none of JSON objects. */
export async function bodyValue(inquiry: Inquiry, failure: SqlFailure): Promise<BodyValue | undefined> {
  const { plan } = inquiry.sent;
  if (plan.kind !== "mutate" || plan.mutate.kind === "delete") return undefined;
  const bodies = bodyRows(inquiry.sent);
  if (bodies === undefined || bodies.length === 0) return undefined;
  const columns = plan.mutate.columns.map(({ name, irType }) => [name, irType] as const);
  const found = await misread(inquiry, bodies, columns, failure);
  if (found === undefined) return undefined;
  const { row, column } = found;
  const type = columns.find(([name]) => name === column)?.[1] ?? "";
  const shown = type.replace(`${inquiry.names.schema}.`, "");
  const sent = bodies[row]?.[column];
  const value = typeof sent === "string" ? sent : JSON.stringify(sent);
  const place = bodies.length > 1 ? ` in row ${row + 1} of ${bodies.length}` : "";
  const told = failure.message.includes(`"${value}"`) ? "" : ` as ${showValue(value)}`;
  return {
    fact: `It was sent for ${quoteName(column)}${told}${place}; ${quoteName(column)} is ${shown}.`,
    advice: await adviceFor(inquiry, { name: column, type, shown }),
  };
}
