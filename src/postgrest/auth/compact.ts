/** The three parts of a compact JWS, decoded and checked in the order of PostgREST's JOSE library. */
import { isObject, parseJson } from "../../json/json.ts";
import { showString } from "../haskell.ts";
import { invalidPartCount, undecodable } from "./token-error.ts";

const algorithms = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "ES256",
  "ES384",
  "ES512",
  "ES256K",
  "PS256",
  "PS384",
  "PS512",
  "none",
  "EdDSA",
] as const;
export type Algorithm = (typeof algorithms)[number];

export interface CompactToken {
  readonly algorithm: Algorithm;
  readonly payload: Buffer;
  readonly signature: Buffer;
  /** What was signed. */
  readonly signed: string;
}

/** Throws TokenError. */
export function decodeCompact(token: string): CompactToken {
  const parts = token.split(".");
  const [head, body, tail] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || tail === undefined) {
    throw invalidPartCount(parts.length);
  }
  const payload = base64url(body);
  const algorithm = readHeader(base64url(head));
  return { algorithm, payload, signature: base64url(tail), signed: `${head}.${body}` };
}

/** Unpadded and canonical (RFC 4648, section 3.5); Node alone would take nearly anything. */
function base64url(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw undecodable("Not valid base64url");
  return bytes;
}

const reserved = new Set(["alg", "jku", "jwk", "x5u", "x5t", "x5t#S256", "x5c", "kid", "typ", "cty", "crit"]);

function readHeader(bytes: Buffer): Algorithm {
  const header = parseJson(bytes.toString("utf8"));
  if (!isObject(header)) throw undecodable("protected header contains invalid JSON");
  if (!Object.hasOwn(header, "alg")) throw undecodable('missing required header "alg"');
  const algorithm = algorithms.find((name) => name === header["alg"]);
  if (algorithm === undefined) {
    throw undecodable(`unrecognised value; expected: [${algorithms.map(showString).join(",")}]`);
  }
  for (const name of ["kid", "typ", "cty"]) {
    const value = header[name];
    if (value !== undefined && typeof value !== "string") throw undecodable(expectation("Text", "String", value));
  }
  checkCritical(header["crit"]);
  return algorithm;
}

/** No extension is understood, so whatever `crit` names is refused. */
function checkCritical(critical: unknown): void {
  if (critical === undefined) return;
  if (!Array.isArray(critical)) throw undecodable(expectation("NonEmpty", "Array", critical));
  if (critical.length === 0) throw undecodable("parsing NonEmpty failed, unexpected empty list");
  for (const name of critical) {
    if (typeof name !== "string") throw undecodable(expectation("Text", "String", name));
    throw undecodable(reserved.has(name) ? "crit key is reserved" : "crit key is not understood");
  }
}

/** aeson's sentence for a value of another type. */
export function expectation(what: string, wanted: string, value: unknown): string {
  const got =
    value === null
      ? "Null"
      : Array.isArray(value)
        ? "Array"
        : ({ string: "String", number: "Number", boolean: "Boolean" }[typeof value as string] ?? "Object");
  return `parsing ${what} failed, expected ${wanted}, but encountered ${got}`;
}
