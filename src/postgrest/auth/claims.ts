/** The payload of a token: read, checked against the clock and the audience, and made what SQL will see. */
import { isObject } from "../../json/json.ts";
import { readJson } from "../json-reader.ts";
import { parseKeepingNumbers } from "./claims-json.ts";
import { expectation } from "./compact.ts";
import { badClaims, expired, issuedInFuture, notInAudience, notYetValid } from "./token-error.ts";
import { isUri, showUri } from "./uri.ts";

/** PostgREST allows half a minute of difference between its clock and the issuer's. */
const LEEWAY_SECONDS = 30;

export interface Claims {
  readonly values: Readonly<Record<string, unknown>>;
  /** Numbers that JavaScript cannot hold stand in `values` as they are and here as they were sent. */
  readonly exact: Readonly<Record<string, unknown>>;
  readonly audience: readonly string[] | null;
  readonly expires: number | null;
  readonly notBefore: number | null;
  readonly issued: number | null;
}

/** Throws TokenError. Registered claims are checked in the library's order, so the first wrong one is reported. */
export function readClaims(payload: Buffer): Claims {
  let text: string;
  try {
    text = readJson(payload);
  } catch (error) {
    throw badClaims(`Error in $: ${(error as Error).message}`);
  }
  const values: unknown = JSON.parse(text);
  const exact = parseKeepingNumbers(text);
  if (!isObject(values) || !isObject(exact)) {
    throw badClaims(`Error in $: ${expectation("JWT Claims Set", "Object", values)}`);
  }
  const claims: Record<string, unknown> = { ...values };
  const sent: Record<string, unknown> = { ...exact };
  stringOrUri(claims["iss"], "iss");
  stringOrUri(claims["sub"], "sub");
  const audience = readAudience(claims["aud"]);
  const expires = numericDate(claims["exp"], "exp");
  const notBefore = numericDate(claims["nbf"], "nbf");
  const issued = numericDate(claims["iat"], "iat");
  const id = claims["jti"];
  if (id !== undefined && id !== null && typeof id !== "string") {
    throw badClaims(`Error in $.jti: ${expectation("Text", "String", id)}`);
  }
  // The library knows registered claims as optional fields: null is the same as absent, and one audience loses its list.
  for (const target of [claims, sent]) {
    for (const name of ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"])
      if (target[name] === null) delete target[name];
    if (audience?.length === 1) target["aud"] = audience[0];
    for (const name of ["iss", "sub", "aud"]) if (name in target) target[name] = shown(target[name]);
    for (const name of ["exp", "nbf", "iat"]) if (name in target) target[name] = claims[name];
  }
  return { values: claims, exact: sent, audience, expires, notBefore, issued };
}

/**
 * @param now seconds since the epoch
 * Throws TokenError. `exp` first, then `iat`, `nbf` and the audience.
 */
export function checkClaims(claims: Claims, now: number, audience: string | null): void {
  if (claims.expires !== null && now >= claims.expires + LEEWAY_SECONDS) throw expired();
  if (claims.issued !== null && claims.issued > now + LEEWAY_SECONDS) throw issuedInFuture();
  if (claims.notBefore !== null && now < claims.notBefore - LEEWAY_SECONDS) throw notYetValid();
  if (claims.audience === null) return;
  // Without a configured audience any will do, but an empty list still has none that does.
  if (!claims.audience.some((one) => audience === null || one === audience)) throw notInAudience();
}

function numericDate(value: unknown, name: string): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "number") throw badClaims(`Error in $.${name}: ${expectation("NumericDate", "Number", value)}`);
  return value;
}

function readAudience(value: unknown): readonly string[] | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value) && value.every((one) => typeof one === "string" && isStringOrUri(one))) return value;
  return [stringOrUri(value, "aud")!];
}

/** RFC 7519, section 2: a text with a colon must be a URI. */
function stringOrUri(value: unknown, name: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw badClaims(`Error in $.${name}: ${expectation("StringOrURI", "String", value)}`);
  if (!isStringOrUri(value)) throw badClaims(`Error in $.${name}: failed to parse StringOrURI`);
  return value;
}

const isStringOrUri = (text: string): boolean => !text.includes(":") || isUri(text);

/** A claim that was read as a URI is sent on as one is shown. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  return typeof value === "string" && value.includes("@") && isUri(value) ? showUri(value) : value;
}
