/**
 * Claims as the text SQL finds in `request.jwt.claims`: keys sorted, control characters and numbers as PostgREST's JSON
 * library prints them. Policies may compare the text, and ids of 18 digits must not lose the last ones.
 */
import { compareText, jsonNumber, jsonString } from "../haskell.ts";
import { traverse } from "../traverse.ts";

const NUMBER_MARK = "\0number:";

/**
 * Parses JSON so that `encodeClaims` prints every number as PostgREST does: those that JavaScript would not show as they came
 * become marked strings.
 * Throws SyntaxError.
 */
export function parseKeepingNumbers(json: string): unknown {
  return JSON.parse(
    json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
      token.startsWith('"') || String(Number(token)) === token
        ? token
        : JSON.stringify(NUMBER_MARK + jsonNumber(token)),
    ),
  );
}

export const encodeClaims = (claims: unknown): string =>
  traverse<unknown, unknown, string>(claims, {
    enter: (value) => (typeof value === "object" && value !== null ? container(value) : value),
    children: (value) => (value instanceof Container ? value.members : []),
    leave: (value, below) => (value instanceof Container ? value.encode(below) : encodeScalar(value)),
  });

/** An object, with the names of its members, or an array. */
class Container {
  readonly members: readonly unknown[];
  readonly encode: (members: readonly string[]) => string;

  constructor(members: readonly unknown[], encode: (members: readonly string[]) => string) {
    this.members = members;
    this.encode = encode;
  }
}

function container(value: object): Container {
  if (Array.isArray(value)) return new Container(value, (members) => `[${members.join(",")}]`);
  const members = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return new Container(
    members.map(([, member]) => member),
    (encoded) => `{${members.map(([key], index) => `${jsonString(key)}:${encoded[index]}`).join(",")}}`,
  );
}

function encodeScalar(value: unknown): string {
  if (typeof value === "number") return encodeNumber(value);
  if (typeof value !== "string") return String(value);
  return value.startsWith(NUMBER_MARK) ? value.slice(NUMBER_MARK.length) : jsonString(value);
}

/** Whole numbers in full; others plain from 0.1 up to 10⁷, else as `1.5e-2`. */
function encodeNumber(number: number): string {
  if (Number.isInteger(number)) return BigInt(number).toString();
  const size = Math.abs(number);
  if (size >= 0.1 && size < 1e7) return String(number);
  const [digits = "", exponent] = number.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}e${Number(exponent)}`;
}
