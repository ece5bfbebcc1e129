import { expect, it } from "vitest";
import { TraceRing } from "../../../src/trace/ring.ts";
import type { Step } from "../../../src/trace/step.ts";
import type { Trace } from "../../../src/trace/trace.ts";

const traceOf = (id: string, response: Partial<Trace["response"]> = {}): Trace => ({
  id,
  startedAt: 1,
  mode: "v2",
  request: { method: "GET", path: "/x", query: "", headers: [["Host", "a"]], body: Buffer.alloc(0) },
  steps: [{ layer: "response", outcome: "answered", code: "response.200", evidence: {} }],
  stepTimes: [0.5],
  response: { status: 200, headers: [], body: "", ...response },
  ms: 2,
});

it.each([
  ["bytes that are no text", { body: Buffer.from([0, 255, 195, 10]) }],
  ["a body of many bytes", { body: Buffer.alloc(10_000, 7) }],
  ["an empty body", { body: Buffer.alloc(0) }],
  ["text", { body: "[] é" }],
  [
    "fields and a reason phrase",
    {
      status: 299,
      reason: "Odd",
      headers: [
        ["a", ""],
        ["b", "2, 3"],
        ["a", "é"],
      ] as const,
    },
  ],
])("gives a trace back as it came: %s", (_, response) => {
  const ring = new TraceRing();
  const trace = traceOf("a", response);
  ring.add(trace);
  expect(ring.get("a")).toEqual(trace);
  expect(ring.all()).toEqual([trace]);
});

it("keeps the steps of requests that went the same way apart from those that went another", () => {
  const step = (layer: Step["layer"], code: string): Step => ({ layer, outcome: "passed", code, evidence: {} });
  const asked = step("request", "request.relation-read");
  const [passed, failed] = [step("transaction", "transaction.committed"), step("transaction", "transaction.42501")];
  const ring = new TraceRing();
  const ways = [[asked, passed], [asked, failed], [asked, failed], [asked], [asked, passed], [failed]];
  for (const [index, steps] of ways.entries()) ring.add({ ...traceOf(String(index)), steps });
  expect(ring.all().map(({ steps }) => steps)).toEqual(ways);
});

it("gives back what a place holds now, whatever it held before and holds after", () => {
  const ring = new TraceRing({ traces: 1, bytes: 1e6 });
  const bodies = ["long ".repeat(500), "", "text", "y".repeat(70_000), "x"].map((text) => Buffer.from(text));
  for (const [index, body] of bodies.entries()) {
    const trace = { ...traceOf(String(index), { body }), stepTimes: Array.from({ length: index }, () => index) };
    ring.add(trace);
    const [held] = ring.all();
    ring.add(traceOf("after", { body: Buffer.alloc(10, 1) }));
    expect(held!.response.body.toString()).toBe(body.toString());
    expect(held).toMatchObject({ id: trace.id, stepTimes: trace.stepTimes });
  }
});

it("forgets the oldest beyond its number", () => {
  const ring = new TraceRing({ traces: 3, bytes: 1e6 });
  for (const id of ["a", "b", "c", "d", "e", "f", "g", "h"]) ring.add(traceOf(id));
  expect(ring.all().map(({ id }) => id)).toEqual(["f", "g", "h"]);
  expect(ring.get("e")).toBeUndefined();
  expect(ring.last()?.id).toBe("h");
  expect(ring.last(({ id }) => id < "h")?.id).toBe("g");
});

it("forgets the oldest beyond its bytes, but never the last", () => {
  const ring = new TraceRing({ traces: 10, bytes: 100 });
  for (const id of ["a", "b", "c"]) ring.add(traceOf(id, { body: Buffer.alloc(60) }));
  expect(ring.all().map(({ id }) => id)).toEqual(["c"]);
  ring.add(traceOf("d", { body: "x".repeat(500) }));
  expect(ring.all().map(({ id }) => id)).toEqual(["d"]);
});
