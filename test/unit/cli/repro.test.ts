import { expect, test } from "vitest";
import { reproScript, shellWord } from "../../../src/cli/artifacts/repro.ts";
import type { Step } from "../../../src/trace/step.ts";
import type { Trace } from "../../../src/trace/trace.ts";

const alice = { name: "alice", id: "user_a" };
const token: Step = {
  layer: "token",
  outcome: "passed",
  code: "token.verified",
  evidence: { claims: { sub: "user_a" } },
};

function trace(method: string, query: string, status: number, more: { body?: string; prefer?: string } = {}): Trace {
  return {
    id: "t",
    startedAt: 0,
    mode: "v2",
    ms: 1,
    request: {
      method,
      path: "/notes",
      query,
      headers: more.prefer === undefined ? [] : [["prefer", more.prefer]],
      body: Buffer.from(more.body ?? ""),
    },
    steps: [
      token,
      { layer: "response", outcome: status < 400 ? "answered" : "refused", code: "response", evidence: {} },
    ],
    response: { status, headers: [], body: "" },
  };
}

const script = (...traces: Trace[]) =>
  reproScript({
    command: ["npm", "test"],
    flags: ["--mode", "v2"],
    exitCode: 1,
    directory: "/it's here",
    traces,
    users: [alice],
  });

test("runs the command again where it ran", () => {
  expect(script()).toContain("cd '/it'\\''s here' || exit 1");
  expect(script()).toContain("  npx flux-dev exec --mode v2 -- npm test\n");
  expect(script()).toContain("No request was refused");
});

test("asks again what was refused, as the user it was, with body and preference", () => {
  const refused = trace("POST", "", 403, { body: '{"body":"it\'s"}', prefer: "return=minimal" });
  expect(script(refused)).toContain(
    `  npx flux-dev why POST /notes --mode v2 --as alice --body '{"body":"it'\\''s"}' --header 'Prefer: return=minimal'\n`,
  );
});

test("leaves out what went well, and what was asked before", () => {
  const lines = script(trace("GET", "a", 200), trace("GET", "b", 403), trace("GET", "b", 403));
  expect(lines.match(/flux-dev why/g)).toHaveLength(1);
});

test("words are quoted where a shell would read more into them", () => {
  expect(["a-b=c", "", "a b", "$x", "it's"].map(shellWord)).toEqual(["a-b=c", "''", "'a b'", "'$x'", "'it'\\''s'"]);
});
