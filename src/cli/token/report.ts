/** A token's explanation for people. Pure, apart from colours on a terminal. */
import type { TokenExplanation } from "../../idp/explain.ts";
import { bold, dim } from "../terminal.ts";

export function explanationLines({ kind, header, claims, times, verdicts, advice }: TokenExplanation): string[] {
  const widest = Math.max(...verdicts.map(({ by }) => by.length));
  return [
    bold(`${kind[0]!.toUpperCase()}${kind.slice(1)}`),
    ...members("header", header),
    ...members("claims", claims),
    ...times.map((line) => `  ${line}`),
    "",
    ...verdicts.flatMap(({ by, accepts, answer, reason, provided }) => [
      `${mark(accepts, provided)} ${by.padEnd(widest)}  ${answer}${provided === undefined ? "" : `, if ${provided}`}`,
      dim(`  ${" ".repeat(widest)}  ${reason}`),
    ]),
    ...(advice.length === 0 ? [] : ["", ...advice]),
  ];
}

const mark = (accepts: boolean, provided: string | undefined): string =>
  provided !== undefined ? "?" : accepts ? "✓" : "✗";

function members(title: string, object: Readonly<Record<string, unknown>> | undefined): string[] {
  if (object === undefined) return [];
  const widest = Math.max(0, ...Object.keys(object).map((name) => name.length));
  const lines = Object.entries(object).map(([name, value]) => `${name.padEnd(widest)}  ${JSON.stringify(value)}`);
  return (lines.length === 0 ? ["{}"] : lines).map((line, index) => `  ${(index === 0 ? title : "").padEnd(8)}${line}`);
}
