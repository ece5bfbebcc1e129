/** Whose secret made a signature: tried against every secret that is known, and the ways in which secrets get bent. */
import { type HmacAlgorithm, hmacMatches, splitJws } from "../../tokens/jws.ts";
import type { KnownSecret } from "../context.ts";

export interface Signer {
  readonly secret: KnownSecret;
  /** How the key differs from the secret's text; null when it does not. */
  readonly bent: string | null;
}

const ALGORITHMS = new Set(["HS256", "HS384", "HS512"]);

/** Undefined when no known secret made it, or the token is not signed with a secret at all. */
export function signerOf(compact: string, secrets: readonly KnownSecret[]): Signer | undefined {
  const parts = splitJws(compact);
  if ("malformed" in parts) return undefined;
  const algorithm = (parts.header as { alg?: unknown } | null)?.alg;
  if (typeof algorithm !== "string" || !ALGORITHMS.has(algorithm)) return undefined;
  const matches = (key: string | Uint8Array) =>
    hmacMatches(algorithm as HmacAlgorithm, parts.signingInput, parts.signature, key);
  for (const secret of secrets) {
    if (matches(secret.secret)) return { secret, bent: null };
    const bent = bentKeys(secret.secret).find(({ key }) => matches(key));
    if (bent !== undefined) return { secret, bent: bent.how };
  }
  return undefined;
}

/** Decoding, and what copying a secret into an .env file does to it. */
function bentKeys(secret: string): Array<{ readonly key: string | Uint8Array; readonly how: string }> {
  return [
    { key: Buffer.from(secret, "base64"), how: "base64-decoded" },
    { key: Buffer.from(secret, "hex"), how: "hex-decoded" },
    { key: `${secret}\n`, how: "with a line break at its end" },
    { key: `${secret} `, how: "with a blank at its end" },
    { key: ` ${secret}`, how: "with a blank before it" },
    { key: `"${secret}"`, how: "with its quotes" },
    { key: `'${secret}'`, how: "with its quotes" },
    { key: secret.trim(), how: "without the blanks around it" },
    { key: Buffer.from(secret).toString("base64"), how: "base64-encoded once more" },
  ];
}
