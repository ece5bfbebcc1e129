/** Whether a key made a signature. An algorithm that does not fit the key simply does not verify. */
import { constants, createHmac, timingSafeEqual, verify } from "node:crypto";
import type { Algorithm, CompactToken } from "./compact.ts";
import type { VerificationKey } from "./keys.ts";

const curves: Partial<Record<Algorithm, string>> = {
  ES256: "prime256v1",
  ES384: "secp384r1",
  ES512: "secp521r1",
  ES256K: "secp256k1",
};

export function verifySignature(token: CompactToken, key: VerificationKey): boolean {
  const { algorithm, signature } = token;
  const family = algorithm.slice(0, 2);
  const hash = algorithm === "ES256K" ? "sha256" : `sha${algorithm.slice(2)}`;
  if (key.kind === "secret") {
    if (family !== "HS") return false;
    // A secret shorter than the digest is refused (RFC 7518, section 3.2): it never verifies.
    if (key.secret.length * 8 < Number(algorithm.slice(2))) return false;
    const wanted = createHmac(hash, key.secret).update(token.signed).digest();
    return wanted.length === signature.length && timingSafeEqual(wanted, signature);
  }
  const type = key.key.asymmetricKeyType;
  const data = Buffer.from(token.signed);
  if (family === "RS") return type === "rsa" && verify(hash, data, key.key, signature);
  if (family === "PS") {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
    return type === "rsa" && verify(hash, data, { key: key.key, padding, saltLength }, signature);
  }
  if (family === "ES") {
    if (type !== "ec" || key.key.asymmetricKeyDetails?.namedCurve !== curves[algorithm]) return false;
    return verify(hash, data, { key: key.key, dsaEncoding: "ieee-p1363" }, signature);
  }
  return algorithm === "EdDSA" && (type === "ed25519" || type === "ed448") && verify(null, data, key.key, signature);
}
