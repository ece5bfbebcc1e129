/**
 * JSON as PostgREST writes it into settings: keys of objects by code point, control characters as `\u00xx` apart from
 * `\n`, `\r` and `\t`, and numbers in Haskell's notation. Policies may look at the text.
 */
import { compareText } from "../text-order.ts";

export function encodeJson(json: unknown): string {
  if (json === null || json === undefined) return "null";
  if (typeof json === "string") return encodeString(json);
  if (typeof json === "number") return encodeNumber(json);
  if (typeof json !== "object") return String(json);
  if (Array.isArray(json)) return `[${json.map(encodeJson).join(",")}]`;
  const members = Object.entries(json)
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, member]) => `${encodeString(key)}:${encodeJson(member)}`);
  return `{${members.join(",")}}`;
}

const encodeString = (text: string): string =>
  JSON.stringify(text).replace(/\\(?:\\|b|f)/g, (short) =>
    short === "\\b" ? "\\u0008" : short === "\\f" ? "\\u000c" : short,
  );

/** Whole numbers in full; others plain from 0.1 up to 10⁷, else as `1.5e-2`. */
function encodeNumber(number: number): string {
  if (!Number.isFinite(number)) return "null";
  if (Number.isInteger(number)) return BigInt(number).toString();
  const size = Math.abs(number);
  if (size >= 0.1 && size < 1e7) return String(number);
  const [digits = "", exponent] = number.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}e${Number(exponent)}`;
}
