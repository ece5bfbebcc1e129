/** Rows with each policy's parts and values. Pure. */
import type { KnownUser } from "../context.ts";
import type { CalledBody, Part, PolicyVerdict, RowExplanation, Truth } from "../types.ts";
import { listed, showOperand, showValue, tidy } from "../words.ts";
import type { Style } from "./style.ts";

export function rowLines(
  { table, key, passes, policies }: RowExplanation,
  style: Style,
  users: readonly KnownUser[],
): string[] {
  const named = Object.entries(key).map(([name, value]) => `${name} = ${showValue(value, users)}`);
  return [
    `${style.strong(`${table}  ${listed(named)}`)}${passes ? "" : style.dim("  stopped by:")}`,
    ...policies.flatMap((policy) => policyLines(policy, style, users).map((line) => `  ${line}`)),
  ];
}

function policyLines(verdict: PolicyVerdict, style: Style, users: readonly KnownUser[]): string[] {
  const { policy, kind, command, roles, clause, applies, value, part, source } = verdict;
  const about = [
    kind,
    `for ${command}`,
    `to ${listed(roles)}`,
    clause === "using" ? "USING" : clause === "check" ? "WITH CHECK" : "USING as WITH CHECK",
  ];
  const place = source === undefined ? "" : style.dim(`  ${source}`);
  if (!applies)
    return [
      `${mark("unknown", style)}  policy "${policy}" ${style.dim(`(${about.join(", ")}) does not apply`)}${place}`,
    ];
  return [
    `${mark(value, style)}  policy "${policy}" ${style.dim(`(${about.join(", ")})`)}${place}`,
    ...(part === null ? [] : partLines(part, style, users).map((line) => `  ${line}`)),
  ];
}

const WIDTH = "unknown".length;
const INDENT = " ".repeat(WIDTH + 4);

function mark(value: Truth, style: Style): string {
  const text = (value === "null" ? "NULL" : value === "unknown" ? "–" : value).padEnd(WIDTH);
  return value === "true" ? style.good(text) : value === "unknown" ? style.dim(text) : style.bad(text);
}

function partLines(part: Part, style: Style, users: readonly KnownUser[]): string[] {
  if (part.operator === "case") return caseLines(part, style, users);
  if (part.operator !== null) {
    const word = part.operator === "not" ? "NOT" : part.operator === "and" ? "all of" : "any of";
    return [
      `${mark(part.value, style)}  ${style.dim(word)}`,
      ...part.parts.flatMap((inner) => partLines(inner, style, users).map((line) => `  ${line}`)),
    ];
  }
  return [
    `${mark(part.value, style)}  ${tidy(part.text)}${part.gives === undefined ? "" : ` gives ${showValue(part.gives, users)}`}`,
    ...part.operands
      .filter(({ text }) => text !== part.text)
      .map(({ text, value }) => `${INDENT}${showOperand(text, value, users)}`),
    ...(part.note === undefined ? [] : [`${INDENT}${style.dim(part.note)}`]),
    ...(part.calls ?? []).flatMap((body) => calledLines(body, style, users).map((line) => `${INDENT}${line}`)),
  ];
}

/** The branch that was not taken says nothing. */
function caseLines({ value, parts, takes }: Part, style: Style, users: readonly KnownUser[]): string[] {
  const words = ["when", "then", "else"];
  const shown = parts.flatMap((part, index) =>
    index === 0 || index === takes
      ? [style.dim(words[index]!), ...partLines(part, style, users).map((line) => `  ${line}`)]
      : [],
  );
  return [`${mark(value, style)}  ${style.dim("case")}`, ...shown.map((line) => `  ${line}`)];
}

/** The body stands beneath the call. */
function calledLines(body: CalledBody, style: Style, users: readonly KnownUser[]): string[] {
  const { function: signature, runsAs, definer, arguments: given, part, note, source } = body;
  const values = given.map(({ text, value }) => `${text} = ${showValue(value, users)}`);
  const about = `in ${signature}, as ${runsAs}${definer ? " (SECURITY DEFINER)" : ""}`;
  return [
    `${style.dim(`${about}${values.length === 0 ? "" : `, with ${listed(values)}`}`)}${source === undefined ? "" : style.dim(`  ${source}`)}`,
    ...(note === undefined ? [] : [`  ${style.dim(note)}`]),
    ...(part === null ? [] : partLines(part, style, users).map((line) => `  ${line}`)),
  ];
}
