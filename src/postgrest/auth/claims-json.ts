/**
 * Claims as the text SQL finds in `request.jwt.claims`: keys sorted, control characters and numbers as PostgREST's JSON
 * library prints them. Policies may compare the text, and ids of 18 digits must not lose the last ones.
 */
import { exactNumber, withExactNumbers } from "../exact-number.ts";
import { compareText, jsonNumber, jsonString } from "../haskell.ts";
import { traverse } from "../traverse.ts";

/** Parses JSON so that `encodeClaims` prints every number as PostgREST does. Throws SyntaxError. */
export function parseKeepingNumbers(json: string): unknown {
  return JSON.parse(
    json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
      token.startsWith('"') ? token : JSON.stringify(exactNumber(token)),
    ),
  );
}

export const encodeClaims = (claims: unknown): string =>
  withExactNumbers(
    traverse<unknown, unknown, string>(claims, {
      enter: (value) => (typeof value === "object" && value !== null ? container(value) : value),
      children: (value) => (value instanceof Container ? value.members : []),
      leave: (value, below) => (value instanceof Container ? value.encode(below) : encodeScalar(value)),
    }),
  );

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
  if (typeof value === "number") return jsonNumber(String(value));
  return typeof value === "string" ? jsonString(value) : String(value);
}
