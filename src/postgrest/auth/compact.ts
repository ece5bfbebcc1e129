/** The three parts of a compact JWS, decoded and checked in the order of PostgREST's JOSE library. */
import { showString } from "../haskell.ts";
import { readJson } from "../json-reader.ts";
import { invalidPartCount, undecodable } from "./token-error.ts";
import { isUri } from "./uri.ts";

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
  let header: Record<string, unknown> | null;
  try {
    header = JSON.parse(readJson(bytes)) as Record<string, unknown> | null;
  } catch {
    throw undecodable("protected header contains invalid JSON");
  }
  if (typeof header !== "object" || Array.isArray(header)) {
    throw undecodable("protected header contains invalid JSON");
  }
  if (header === null || !Object.hasOwn(header, "alg")) throw undecodable('missing required header "alg"');
  const algorithm = algorithms.find((name) => name === header["alg"]);
  if (algorithm === undefined) {
    throw undecodable(`unrecognised value; expected: [${algorithms.map(showString).join(",")}]`);
  }
  for (const [name, check] of Object.entries(checks)) if (Object.hasOwn(header, name)) check(header[name]);
  return algorithm;
}

const text = (value: unknown): void => {
  if (typeof value !== "string") throw undecodable(expectation("Text", "String", value));
};
const uri = (value: unknown): void => {
  if (typeof value !== "string") throw undecodable(expectation("URI", "String", value));
  if (!isUri(value)) throw undecodable("not a URI");
};
const hash = (name: string, size: number) => (value: unknown) => {
  if (typeof value !== "string") throw undecodable(expectation(`base64url ${name}`, "String", value));
  if (base64url(value).length !== size) throw undecodable("incorrect number of bytes");
};

/** What the library makes sure of, in its order. It uses none of it: keys are those of `jwt-secret`. */
const checks: Readonly<Record<string, (value: unknown) => void>> = {
  jku: uri,
  jwk: checkKey,
  kid: text,
  x5u: uri,
  x5c: (value) =>
    checkList(value, (one) => {
      if (typeof one !== "string") throw undecodable(expectation("base64url X.509 certificate", "String", one));
    }),
  x5t: hash("SHA-1", 20),
  "x5t#S256": hash("SHA-256", 32),
  typ: text,
  cty: text,
  crit: checkCritical,
};

/** Only what kind of key it is; the parts of one are not looked at. */
function checkKey(value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw undecodable(expectation("JWK", "Object", value));
  }
  const { kty } = value as { kty?: unknown };
  if (kty === undefined) throw undecodable('missing "kty" parameter');
  if (typeof kty === "string" && !["EC", "RSA", "oct", "OKP"].includes(kty)) {
    throw undecodable(`unsupported "kty": String ${showString(kty)}`);
  }
}

function checkList(list: unknown, check: (one: unknown) => void): void {
  if (!Array.isArray(list)) throw undecodable(expectation("NonEmpty", "Array", list));
  if (list.length === 0) throw undecodable("parsing NonEmpty failed, unexpected empty list");
  list.forEach(check);
}

/** No extension is understood, so whatever `crit` names is refused. */
function checkCritical(critical: unknown): void {
  checkList(critical, text);
  const [first] = critical as readonly string[];
  throw undecodable(reserved.has(first ?? "") ? "crit key is reserved" : "crit key is not understood");
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
