/** A difference as text. Pure. */
import { target } from "../../http/message.ts";
import type { Difference, Sides } from "./types.ts";

export function renderDifference({ v1 }: Sides, { title, points, because }: Difference): string {
  const { request } = v1.trace;
  const lines = points.flatMap(({ aspect, v1: one, v2: two }) => [`  ${aspect}`, `    v1  ${one}`, `    v2  ${two}`]);
  const blocks = [
    `${request.method} ${target(request)}`,
    title,
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
    ...(because.length === 0 ? [] : [because.map((text) => `  ${text}`).join("\n")]),
  ];
  return `${blocks.join("\n\n")}\n`;
}
