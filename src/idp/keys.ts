/**
 * What one Clerk instance is known by: an RSA key, a publishable key that names the Frontend API host, a secret key.
 *
 * All of it is kept over restarts: app servers cache the JWKS for five minutes, and a new key under an old `kid` would
 * fail there with `token-invalid-signature` until the cache runs out. Hence the `kid` is derived from the key.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { idFrom, randomText } from "./ids.ts";

/** JSON to keep in the state folder. */
export interface IdpKeys {
  /** Frontend API host that the publishable key carries, such as `flux-notes.clerk.accounts.dev`. */
  readonly host: string;
  /** `sk_test_…`, opaque. */
  readonly secretKey: string;
  /** RSA-2048, PKCS #8, PEM. */
  readonly privateKey: string;
}

export interface JsonWebKeySet {
  readonly keys: ReadonlyArray<{
    readonly use: "sig";
    readonly kty: "RSA";
    readonly kid: string;
    readonly alg: "RS256";
    readonly n: string;
    readonly e: string;
  }>;
}

/** Keys ready for use, with everything that is derived from them. */
export interface Instance {
  readonly host: string;
  /** `https://<host>`: the SDKs ignore an unsuffixed `__session` cookie whose `iss` is not the publishable key's host. */
  readonly issuer: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** The instance's id, which is also the `kid` of its key. */
  readonly id: string;
  readonly privateKey: KeyObject;
  /** SPKI PEM, what Clerk calls the JWT public key (`jwtKey`). */
  readonly publicKey: string;
  readonly jwks: JsonWebKeySet;
  /** The suffix clerk-js and the server SDKs give their cookies, so that projects on one host do not meet. */
  readonly cookieSuffix: string;
}

/**
 * A Frontend API host for the project of that name. The suffix `accounts.dev` makes clerk-js identify a browser by a
 * query parameter instead of a third-party cookie, which browsers refuse between `localhost` and `127.0.0.1`.
 */
export function instanceHost(name: string): string {
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 50)
    .replace(/^-+|-+$/g, "");
  return `flux-${label === "" ? "dev" : label}.clerk.accounts.dev`;
}

/** New keys for a host (see `instanceHost`). Takes some 100 ms: two primes have to be found. */
export async function generateKeys(host: string): Promise<IdpKeys> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { host, secretKey: `sk_test_${randomText(42)}`, privateKey };
}

const opened = new WeakMap<IdpKeys, Instance>();

/**
 * Derives what the clients see, once for the same keys: reading an RSA key takes milliseconds. Throws Node's error when
 * `privateKey` is not an RSA key in PEM.
 */
export function openInstance(keys: IdpKeys): Instance {
  const known = opened.get(keys) ?? deriveInstance(keys);
  opened.set(keys, known);
  return known;
}

function deriveInstance(keys: IdpKeys): Instance {
  const privateKey = createPrivateKey(keys.privateKey);
  const publicKey = createPublicKey(privateKey);
  const { n, e } = publicKey.export({ format: "jwk" }) as { n: string; e: string };
  const id = idFrom("ins", n);
  // Clerk drops the base64 padding; the key is split at `_` into exactly three parts, so the url-safe alphabet is out.
  const publishableKey = `pk_test_${Buffer.from(`${keys.host}$`).toString("base64").replace(/=+$/, "")}`;
  return {
    host: keys.host,
    issuer: `https://${keys.host}`,
    publishableKey,
    secretKey: keys.secretKey,
    id,
    privateKey,
    publicKey: publicKey.export({ type: "spki", format: "pem" }) as string,
    jwks: { keys: [{ use: "sig", kty: "RSA", kid: id, alg: "RS256", n, e }] },
    cookieSuffix: createHash("sha1").update(publishableKey).digest("base64url").slice(0, 8),
  };
}
