/** The options of `flux-dev token`, read by commander as on the command line, and what `token explain` prints. */
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { type TokenFlags, tokenRequest, withTokenFlags } from "../../../src/cli/token/flags.ts";
import { explanationLines } from "../../../src/cli/token/report.ts";
import type { TokenExplanation } from "../../../src/idp/explain.ts";

function request(...args: string[]) {
  const command = withTokenFlags(new Command("token"))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(args, { from: "user" });
  const asked = tokenRequest("alice", command.opts<TokenFlags>());
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

describe("options become an order", () => {
  test.each<[string[], object]>([
    [[], { expiresIn: 3600 }],
    [["--session"], { session: true }],
    [["--expired", "10s"], { expiresIn: -10 }],
    [["--expired", "500ms", "--session"], { expiresIn: -1, session: true }],
    [["--not-before", "1m"], { notBefore: 60, expiresIn: 3600 }],
    [["--expires-in", "-5"], { expiresIn: -5 }],
    [["--secret", "other"], { secret: "other", expiresIn: 3600 }],
    [["--alg", "none"], { algorithm: "none", expiresIn: 3600 }],
    [["--no-sub"], { subject: null, expiresIn: 3600 }],
    [["--sub", ""], { subject: "", expiresIn: 3600 }],
    [["--drop", "exp", "--drop", "email"], { drop: ["exp", "email"], expiresIn: 3600 }],
    [["-c", "role=admin", "--claim", "n=1"], { claims: { role: "admin", n: 1 }, expiresIn: 3600 }],
    [["--template", "x", "--org", "acme"], { template: "x", organization: "acme", expiresIn: 3600 }],
    [["--organization", "acme"], { organization: "acme", expiresIn: 3600 }],
  ])("%j", (args, expected) => {
    expect(request(...args)).toEqual({ user: "alice", ...expected });
  });

  test.each([
    [["--alg", "HS257"], "Allowed choices are none, HS256, HS384, HS512, RS256"],
    [["--expired", "soon"], "A duration is written 30s, 5m or 500ms."],
    [["--expired", "10s", "--expires-in", "5"], "cannot be used with option '--expires-in"],
    [["--preset", "no-sub", "--alg", "none"], "cannot be used with option '--alg"],
  ])("%j is refused", (args, message) => {
    expect(() => request(...args)).toThrow(message);
  });
});

test("an explanation for people: content, times, one verdict per door, advice", () => {
  const explanation: TokenExplanation = {
    kind: "template token",
    header: { alg: "HS256", typ: "JWT" },
    claims: { email: "a@example.com", exp: 5 },
    times: ["expired 3 s ago"],
    verdicts: [
      { by: "v2 gateway", accepts: false, answer: "401", reason: "Too late." },
      { by: "v1 PostgREST", accepts: true, answer: "runs as anon", reason: "Leeway.", provided: "it is true" },
    ],
    advice: ["Hurry."],
  };
  expect(explanationLines(explanation)).toEqual([
    "Template token",
    '  header  alg  "HS256"',
    '          typ  "JWT"',
    '  claims  email  "a@example.com"',
    "          exp    5",
    "  expired 3 s ago",
    "",
    "✗ v2 gateway    401",
    "                Too late.",
    "? v1 PostgREST  runs as anon, if it is true",
    "                Leeway.",
    "",
    "Hurry.",
  ]);
});
