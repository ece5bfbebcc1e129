/** Numbers that JavaScript would print otherwise than PostgREST does: in parsed JSON they are marked texts. */
import { randomUUID } from "node:crypto";
import { jsonNumber } from "./haskell.ts";

/** Of this process alone, so that no text somebody sends is taken for a number. */
const MARK = `number ${randomUUID()}:`;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, "g");

/** A number as JSON has it, for a place in parsed JSON. */
export function exactNumber(token: string): number | string {
  const text = jsonNumber(token);
  return text === String(Number(token)) ? Number(token) : MARK + text;
}

/** JSON made of such data, with the numbers as PostgREST prints them. */
export const withExactNumbers = (json: string): string => json.replace(MARKED, "$1");
