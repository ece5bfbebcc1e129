/** Tokens explained where nothing runs; the directory is all there is to ask. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newSecrets } from "../../../src/project/secrets.ts";
import { explainTokenAtRest } from "../../../src/stack/explain-token-at-rest.ts";
import { StateFile } from "../../../src/stack/state.ts";
import { signJws } from "../../../src/tokens/jws.ts";
import { makeIdp, testKeys } from "../../support/idp.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "flux-dev-explain-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const claims = { sub: "user_1", role: "authenticated" };
const hs256 = { alg: "HS256", typ: "JWT" } as const;

async function judged(jwt: string) {
  const { verdicts, ...rest } = await explainTokenAtRest(jwt, directory);
  return { ...rest, doors: verdicts.map(({ accepts, provided }) => [accepts, provided !== undefined]) };
}

test("without secrets the signature is an open question, and what is wrong besides is not", async () => {
  const open = await judged(signJws(hs256, claims, "whatever"));
  expect(open.doors).toEqual([
    [true, true],
    [true, true],
    [false, false],
  ]);
  expect(open.advice).toEqual([expect.stringContaining("the signature could not be checked")]);
  const { verdicts } = await explainTokenAtRest(signJws(hs256, { ...claims, exp: 1 }, "whatever"), directory);
  expect(verdicts.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^The token expired/),
    "JWT expired.",
    expect.stringContaining("kid"),
  ]);
});

test("a session token may be one of Clerk's", async () => {
  const { idp } = await makeIdp();
  const { jwt } = idp.mint({ user: "alice", session: true, claims: { exp: 4_000_000_000 } });
  const { kind, doors } = await judged(jwt);
  expect(kind).toBe("session token");
  expect(doors).toEqual([
    [false, false],
    [false, false],
    [true, true],
  ]);
});

test("what is no token needs no stack to be refused", async () => {
  expect(await judged("nonsense")).toMatchObject({ kind: "not a token", advice: [] });
});

test("a secret that the configuration fixes is enough for Flux", async () => {
  writeFileSync(join(directory, "flux.json"), '{"slug": "app", "hash": "abcdef0"}');
  // PostgREST, and so v1, wants 32 characters.
  const fixed = "fixed".repeat(7);
  writeFileSync(join(directory, "flux-dev.config.json"), JSON.stringify({ secrets: { project: fixed } }));
  const verdicts = async (secret: string) =>
    (await judged(signJws(hs256, claims, secret))).doors.slice(0, 2).map(([accepts]) => accepts);
  expect([await verdicts(fixed), await verdicts("other".repeat(7))]).toEqual([
    [true, true],
    [false, false],
  ]);
});

test("after a stack has run, its secrets decide", async () => {
  const secrets = newSecrets();
  mkdirSync(join(directory, ".flux-dev"));
  const state = StateFile.inMemory({ secrets, idpKeys: await testKeys() }).now;
  writeFileSync(join(directory, ".flux-dev", "state.json"), JSON.stringify(state));
  const { doors, advice } = await judged(signJws(hs256, claims, secrets.project.v2));
  expect(doors).toEqual([
    [true, false],
    [false, false],
    [false, false],
  ]);
  expect(advice).toEqual([expect.stringContaining("v2 secret")]);
});
