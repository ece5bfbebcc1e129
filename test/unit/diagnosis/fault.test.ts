import { expect, it } from "vitest";
import { onDemand } from "../../../src/diagnosis/gateway/fault.ts";
import type { Finding } from "../../../src/diagnosis/types.ts";
import type { Trace } from "../../../src/trace/trace.ts";

const finding: Finding = {
  code: "limits.rate",
  layer: "limits",
  title: "The rate limit is used up.",
  because: ["Why."],
};

const trace = (evidence: Record<string, unknown>): Trace => ({
  id: "t",
  startedAt: 0,
  mode: "v2",
  request: { method: "GET", path: "/", query: "", headers: [], body: Buffer.alloc(0) },
  steps: [{ layer: "limits", outcome: "refused", code: "limits.rate", evidence }],
  response: { status: 429, headers: [], body: "" },
  ms: 1,
});

it("says that a failure was asked for, and how to end it", () => {
  expect(onDemand(trace({ fault: "429" }), finding)).toMatchObject({
    code: "limits.rate",
    title: "flux-dev fault 429 made this answer; on the platform it means: The rate limit is used up.",
    fix: { text: "flux-dev fault off ends it." },
  });
});

it("leaves a real one alone", () => {
  expect(onDemand(trace({}), finding)).toBe(finding);
});
