import { createHmac, type KeyObject, sign } from "node:crypto";
import type { EngineConfig } from "../../../../src/postgrest/config/types.ts";

export const SECRET = "a-secret-of-more-than-thirty-two-bytes";
/** Half past nothing in particular, in seconds. */
export const NOW = 1_700_000_000;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export function hs(claims: unknown, options: { secret?: string; alg?: string; header?: object } = {}): string {
  const { secret = SECRET, alg = "HS256", header = {} } = options;
  const signed = `${encode({ alg, ...header })}.${encode(claims)}`;
  return `${signed}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(signed)
    .digest("base64url")}`;
}

export function asymmetric(claims: unknown, alg: string, key: KeyObject, options: object = {}): string {
  const signed = `${encode({ alg })}.${encode(claims)}`;
  const hash = alg === "EdDSA" ? null : alg === "ES256K" ? "sha256" : `sha${alg.slice(2)}`;
  return `${signed}.${sign(hash, Buffer.from(signed), { key, dsaEncoding: "ieee-p1363", ...options }).toString("base64url")}`;
}

export const configWith = (config: Partial<EngineConfig>): EngineConfig =>
  ({
    dbAnonRole: "anon",
    jwtSecret: SECRET,
    jwtSecretIsBase64: false,
    jwtAudience: null,
    jwtRoleClaimKey: [{ kind: "key", key: "role" }],
    ...config,
  }) as EngineConfig;
