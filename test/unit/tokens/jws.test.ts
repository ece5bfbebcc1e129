import { generateKeyPairSync } from "node:crypto";
import { CompactSign, compactVerify } from "jose";
import { describe, expect, it } from "vitest";
import { hmacMatches, signJws, splitJws } from "../../../src/tokens/jws.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("what is signed here verifies elsewhere", () => {
  it.each(["HS256", "HS384", "HS512"] as const)("%s", async (alg) => {
    const key = "k".repeat(64);
    const token = signJws({ alg }, { sub: "ü" }, key);
    const { payload, protectedHeader } = await compactVerify(token, bytes(key));
    expect([new TextDecoder().decode(payload), protectedHeader]).toEqual(['{"sub":"ü"}', { alg }]);
  });

  it("RS256", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const token = signJws({ alg: "RS256", kid: "ins_1" }, { sub: "u" }, privateKey);
    expect((await compactVerify(token, publicKey)).protectedHeader).toEqual({ alg: "RS256", kid: "ins_1" });
  });

  it("none has an empty signature", () => expect(signJws({ alg: "none" }, {})).toBe("eyJhbGciOiJub25lIn0.e30."));
});

describe("what was signed elsewhere", () => {
  it("comes apart", async () => {
    const token = await new CompactSign(bytes("raw")).setProtectedHeader({ alg: "HS256" }).sign(bytes("k".repeat(32)));
    const parts = splitJws(token);
    if ("malformed" in parts) throw new Error("not taken apart");
    expect([parts.header, parts.payload]).toEqual([{ alg: "HS256" }, "raw"]);
    expect(hmacMatches("HS256", parts.signingInput, parts.signature, "k".repeat(32))).toBe(true);
    expect(hmacMatches("HS256", parts.signingInput, parts.signature, "other")).toBe(false);
    expect(hmacMatches("HS512", parts.signingInput, parts.signature, "k".repeat(32))).toBe(false);
  });

  it.each([
    ["", { malformed: "parts", parts: 1 }],
    ["a.b", { malformed: "parts", parts: 2 }],
    ["..", { malformed: "header" }],
    ["bm8.e30.x", { malformed: "header" }],
  ])("%j does not", (token, malformed) => expect(splitJws(token)).toEqual(malformed));
});
