/** `jwt-secret` as keys: a JWK Set, a JWK, or else the bytes of a symmetric secret. */

import { createPublicKey, type KeyObject } from "node:crypto";
import { isObject, parseJson } from "../../json/json.ts";

export type VerificationKey =
  | { readonly kind: "secret"; readonly secret: Buffer }
  | { readonly kind: "public"; readonly key: KeyObject };

/**
 * A JWK Set with one key that cannot be read is no JWK Set, and then its text is the secret: so PostgREST.
 * Throws when `isBase64` is set and the text is not base64.
 */
export function verificationKeys(secret: string, isBase64: boolean): readonly VerificationKey[] {
  const bytes = isBase64 ? decodeBase64(secret) : Buffer.from(secret, "utf8");
  return fromJson(bytes.toString("utf8")) ?? [{ kind: "secret", secret: bytes }];
}

/** URL-safe characters and `.` for padding are accepted. */
function decodeBase64(text: string): Buffer {
  const plain = text.trim().replaceAll("_", "/").replaceAll("-", "+").replaceAll(".", "=");
  const bytes = Buffer.from(plain, "base64");
  if (bytes.toString("base64") !== plain) {
    throw new Error("jwt-secret-is-base64 is set, but jwt-secret is not base64. Encode it with padding, or unset it.");
  }
  return bytes;
}

function fromJson(text: string): readonly VerificationKey[] | null {
  const json = parseJson(text);
  if (!isObject(json)) return null;
  const { keys } = json;
  const entries: unknown[] = Array.isArray(keys) ? keys : [json];
  const read = entries.map(fromJwk);
  return read.every((key) => key !== null) ? read : null;
}

function fromJwk(jwk: unknown): VerificationKey | null {
  if (typeof jwk !== "object" || jwk === null) return null;
  const { kty, k } = jwk as { kty?: unknown; k?: unknown };
  if (kty === "oct") return typeof k === "string" ? { kind: "secret", secret: Buffer.from(k, "base64url") } : null;
  try {
    return { kind: "public", key: createPublicKey({ key: jwk as never, format: "jwk" }) };
  } catch {
    return null;
  }
}
