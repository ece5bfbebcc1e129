/** Statements made for a marked query, whose marks become places for the values that a request gives. */
import { holdsMark, markedValue } from "../request/query-shape.ts";
import type { FromRequest, OpenStatement, ParamValue } from "./snippet.ts";
import type { MainStatements } from "./statements.ts";

/** @returns undefined where a mark is anything but a parameter of its own, or the main statement lacks one of so many */
export function withPlaces({ main, count }: MainStatements, marks: number): MainStatements | undefined {
  const found = new Set<number>();
  const open = opened(main, found);
  const openCount = count && opened(count, new Set());
  if (open === undefined || found.size < marks || (count !== undefined && openCount === undefined)) return undefined;
  return openCount === undefined ? { main: open } : { main: open, count: openCount };
}

function opened({ text, values }: OpenStatement, found: Set<number>): OpenStatement | undefined {
  if (holdsMark(text)) return undefined;
  const places: Array<ParamValue | FromRequest> = [];
  for (const value of values) {
    const index = typeof value === "string" ? markedValue(value) : undefined;
    if (index === undefined) {
      if (value !== null && typeof value !== "function" && holdsMark(asText(value))) return undefined;
      places.push(value);
    } else {
      found.add(index);
      places.push(({ values }) => values[index]!);
    }
  }
  return { text, values: places };
}

const asText = (value: string | Buffer): string => (typeof value === "string" ? value : value.toString("latin1"));
