/** Compact JWS (RFC 7515): made from any header and payload, taken apart without judging it. Who verifies decides. */
import { createHmac, createSign, type KeyObject, timingSafeEqual } from "node:crypto";
import { parseJson } from "../json/json.ts";

export type HmacAlgorithm = "HS256" | "HS384" | "HS512";
export type SigningAlgorithm = HmacAlgorithm | "RS256" | "none";

/** Text is used as its UTF-8 bytes; RS256 wants a private key, `none` wants nothing. */
export type SigningKey = string | Uint8Array | KeyObject;

export type Claims = Readonly<Record<string, unknown>>;
export type JwsHeader = Readonly<Record<string, unknown>> & { readonly alg: SigningAlgorithm };

const DIGESTS: Readonly<Record<HmacAlgorithm, string>> = { HS256: "sha256", HS384: "sha384", HS512: "sha512" };

const encode = (value: string): string => Buffer.from(value, "utf8").toString("base64url");

/** `header.payload.signature`; the header is written exactly as given, member order included. A text payload goes in raw. */
export function signJws(header: JwsHeader, payload: Claims | string, key: SigningKey = ""): string {
  const content = typeof payload === "string" ? payload : JSON.stringify(payload);
  const input = `${encode(JSON.stringify(header))}.${encode(content)}`;
  return `${input}.${signature(header.alg, input, key)}`;
}

function signature(algorithm: SigningAlgorithm, input: string, key: SigningKey): string {
  if (algorithm === "none") return "";
  if (algorithm === "RS256")
    return createSign("RSA-SHA256")
      .update(input)
      .sign(key as KeyObject, "base64url");
  return createHmac(DIGESTS[algorithm], key).update(input).digest("base64url");
}

/** Whether `mac` is the HMAC of the signing input under that key; an empty key is a key like any other. */
export function hmacMatches(algorithm: HmacAlgorithm, input: string, mac: Uint8Array, key: SigningKey): boolean {
  const expected = createHmac(DIGESTS[algorithm], key).update(input).digest();
  return expected.length === mac.length && timingSafeEqual(expected, mac);
}

export interface JwsParts {
  /** What the first part holds, whatever JSON it is. */
  readonly header: unknown;
  /** The second part as text, not yet parsed. */
  readonly payload: string;
  /** The bytes that were signed, as text. */
  readonly signingInput: string;
  readonly signature: Buffer;
}

export type MalformedJws = { readonly malformed: "parts"; readonly parts: number } | { readonly malformed: "header" };

const utf8 = new TextDecoder();

/**
 * Base64url is read leniently (padding, stray characters), as the platform's verifier reads it: only the signature
 * decides whether a token is intact.
 */
export function splitJws(compact: string): JwsParts | MalformedJws {
  const parts = compact.split(".");
  if (parts.length !== 3) return { malformed: "parts", parts: parts.length };
  const [header, payload, mac] = parts as [string, string, string];
  const parsed = parseJson(readPart(header));
  if (parsed === undefined) return { malformed: "header" };
  return {
    header: parsed,
    payload: readPart(payload),
    signingInput: `${header}.${payload}`,
    signature: Buffer.from(mac, "base64url"),
  };
}

const readPart = (part: string): string => utf8.decode(Buffer.from(part, "base64url"));
