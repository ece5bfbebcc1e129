/** Parts of an expression in sentences: what they gave, and what the functions gave that they call. */
import type { Inquiry } from "../inquiry.ts";
import type { CalledBody, Part } from "../types.ts";
import { capital, listed, showOperand } from "../words.ts";
import type { Cause } from "./cause.ts";

export interface Found {
  readonly part: Part;
  /** Calls that lead to it, from the outside in, each with the part that makes it. */
  readonly through: ReadonlyArray<{ readonly part: Part; readonly body: CalledBody }>;
}

/** The part that a cause is about. */
export function partOf(
  part: Part,
  { part: text, within: [call, ...within] = [] }: Pick<Cause, "part" | "within">,
): Found | undefined {
  if (call === undefined && part.text === text) return { part, through: [] };
  for (const body of part.calls ?? []) {
    if (call !== body.call || body.part === null) continue;
    const found = partOf(body.part, { part: text, within });
    if (found !== undefined) return { part: found.part, through: [{ part, body }, ...found.through] };
  }
  for (const inner of part.parts) {
    const found = partOf(inner, { part: text, within: call === undefined ? [] : [call, ...within] });
    if (found !== undefined) return found;
  }
  return undefined;
}

export function truthText(part: Part | undefined): string {
  if (part === undefined) return "is not true";
  if (part.value === "unknown") return part.note?.replace(/^not /, "was not ") ?? "was not evaluated";
  return `is ${part.value === "null" ? "NULL" : part.value}`;
}

/** `owner_id is 'user_b' (bob)`. */
export function operandTexts(inquiry: Inquiry, { operator, parts, operands }: Part): string[] {
  const sides = operator === "not" ? parts.flatMap((inner) => inner.operands) : operands;
  const texts = sides.map(({ text, value }) => showOperand(text, value, inquiry.context.users));
  const line = `${texts.join("; ")}.`;
  // Names keep their letters; a query has none and begins a sentence.
  return texts.length === 0 ? [] : [line.startsWith("the ") ? capital(line) : line];
}

/** `The body of is_member(integer) (migrations/001.sql:3) runs as owner (SECURITY DEFINER) with t = 1.` */
export function bodyText(
  inquiry: Inquiry,
  { function: signature, source, runsAs, definer, arguments: given }: CalledBody,
): string {
  const place = source === undefined ? "" : ` (${source})`;
  const values = given.map(({ text, value }) => `${text} = ${inquiry.value(value)}`);
  return `The body of ${signature}${place} runs as ${runsAs}${definer ? " (SECURITY DEFINER)" : ""}${values.length === 0 ? "" : ` with ${listed(values)}`}.`;
}

/** What the functions gave that decide a part together with something else. */
export function calledTexts(inquiry: Inquiry, { operator, parts, calls = [] }: Part): string[] {
  const all = operator === "not" ? parts.flatMap((inner) => inner.calls ?? []) : calls;
  return all.flatMap((body) => {
    const gives = body.gives === undefined ? "" : ` and gives ${inquiry.value(body.gives)}`;
    const told = `${bodyText(inquiry, body).slice(0, -1)}${gives}`;
    const why = body.note ?? body.part?.note;
    return [
      `${told}${why === undefined ? "" : `: ${why}`}.`,
      ...(body.part === null ? [] : calledTexts(inquiry, body.part)),
    ];
  });
}
