/** Compact JWS of any kind, right or wrong: the identity provider also has to make the tokens that must be refused. */
import { createHmac, type KeyObject, sign } from "node:crypto";

export type SigningAlgorithm = "HS256" | "HS384" | "HS512" | "RS256" | "none";

/** A text secret (its UTF-8 bytes are the key, as on Flux) for HS…, the RSA key for RS256, nothing for none. */
export type Signer =
  | { readonly algorithm: "HS256" | "HS384" | "HS512"; readonly secret: string }
  | { readonly algorithm: "RS256"; readonly key: KeyObject }
  | { readonly algorithm: "none" };

/** Serialises and signs; header and payload keep the order of their keys. */
export function signJws(header: object, payload: object, signer: Signer): string {
  const input = `${encode(header)}.${encode(payload)}`;
  switch (signer.algorithm) {
    case "none":
      return `${input}.`;
    case "RS256":
      return `${input}.${sign("sha256", Buffer.from(input), signer.key).toString("base64url")}`;
    default: {
      const hash = `sha${signer.algorithm.slice(2)}`;
      return `${input}.${createHmac(hash, signer.secret).update(input).digest("base64url")}`;
    }
  }
}

/** Clerk serialises Go maps: keys come out in alphabetical order, at every depth. */
export function sortKeys<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sortKeys) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  ) as T;
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
