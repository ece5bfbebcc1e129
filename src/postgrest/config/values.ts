/** Values of the configuration file, and how options make texts, numbers and flags of them. Lenient as PostgREST is. */
import { readInteger, showString } from "../haskell.ts";

export type ConfigValue = string | number | boolean | readonly ConfigValue[];

/** Anything but a text is printed the way the parser's own data type prints: `Bool False`, `Number 5.0`. */
export function toText(value: ConfigValue): string {
  return typeof value === "string" ? value : showValue(value);
}

function showValue(value: ConfigValue): string {
  if (typeof value === "string") return `String ${showString(value)}`;
  if (typeof value === "number") return `Number ${showNumber(value)}`;
  if (typeof value === "boolean") return `Bool ${value ? "True" : "False"}`;
  return `List [${value.map(showValue).join(",")}]`;
}

/** `5.0` near one, `1.5e10` away from it. */
function showNumber(value: number): string {
  if (value === 0 || (value >= 0.1 && value < 10_000_000)) return Number.isInteger(value) ? `${value}.0` : `${value}`;
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}e${exponent.replace("+", "")}`;
}

/** undefined, and with it the default, for what is no whole number. */
export function toInteger(value: ConfigValue): bigint | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" ? readInteger(value) : undefined;
}

/** A text counts by its letters, in any case and whatever else stands between them, or as a number above zero. */
export function toBoolean(value: ConfigValue): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  const letters = value.replace(/\P{L}/gu, "").toLowerCase();
  if (letters === "true" || letters === "false") return letters === "true";
  const number = readInteger(value);
  return number === undefined ? undefined : number > 0n;
}

/** Parts without the blanks around them. Nothing but a text has parts. */
export const toList = (value: ConfigValue): string[] =>
  typeof value === "string" ? value.split(",").map((part) => part.trim()) : [];
