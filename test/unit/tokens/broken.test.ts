import { expect, it } from "vitest";
import { type BrokenPreset, brokenTokens } from "../../../src/tokens/broken.ts";
import { unverifiedToken, verifyProjectToken } from "../../../src/tokens/project-token.ts";

const clock = { now: () => 1_800_000_000_000 };
const secret = "c2VjcmV0IHRleHQgb2YgYSBwcm9qZWN0";
const claims = { sub: "user_1", role: "authenticated", iat: 1_800_000_000, exp: 1_800_000_600 };

const expected: Record<BrokenPreset, object> = {
  expired: { refused: { reason: "expired", seconds: 60 } },
  "not-yet": { refused: { reason: "not-yet-valid", seconds: 60 } },
  "wrong-secret": { refused: { reason: "signature" } },
  "decoded-secret": { refused: { reason: "signature", signedWith: "base64-decoded secret" } },
  "alg-none": { refused: { reason: "algorithm", algorithm: "none" } },
  rs256: { refused: { reason: "algorithm", algorithm: "RS256" } },
  hs512: { refused: { reason: "algorithm", algorithm: "HS512" } },
  "no-sub": { refused: { reason: "subject-missing" } },
  "blank-sub": { refused: { reason: "subject-blank" } },
  "wrong-audience": { sub: "user_1" },
  tampered: { refused: { reason: "signature" } },
};

it.each(Object.entries(expected))("%s is wrong in that one way", (preset, result) => {
  const token = brokenTokens[preset as BrokenPreset].make({ claims, secret, clock });
  expect(verifyProjectToken(unverifiedToken(token), secret, clock)).toMatchObject(result);
});
