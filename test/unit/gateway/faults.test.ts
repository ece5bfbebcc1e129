import { afterEach, describe, expect, it, vi } from "vitest";
import { Faults } from "../../../src/gateway/faults.ts";
import { AdjustableClock } from "../../../src/time/clock.ts";
import { bearer, bench } from "./support.ts";

afterEach(() => void vi.useRealTimers());

describe("a fault on v2", () => {
  it.each([
    ["429", 429, { error: "rate limit exceeded" }, "limits.rate"],
    ["502", 502, { error: "upstream error" }, "upstream.error"],
    ["503", 503, { error: "gateway overloaded, retry later", inflight: 1000, cap: 1000 }, "limits.inflight"],
    ["504", 504, { error: "upstream timeout" }, "upstream.timeout"],
  ] as const)("%s answers as the platform does", async (kind, status, body, code) => {
    const { get, steps, received } = bench({ fault: { kind } });
    const response = await get("/notes", [bearer()]);
    expect(response).toEqual({ status, headers: [["content-type", "application/json"]], body: JSON.stringify(body) });
    expect(steps.at(-1)).toMatchObject({ outcome: "refused", code, evidence: { fault: kind } });
    expect(received).toEqual([]);
  });

  it("names the configured limit in the evidence of a 429", async () => {
    const { get, steps } = bench({ fault: { kind: "429" }, config: { rateLimit: { limit: 5, windowSeconds: 10 } } });
    await get("/notes", [bearer()]);
    expect(steps.at(-1)?.evidence).toMatchObject({ count: 6, limit: 5, windowSeconds: 10 });
  });

  it("comes after the token: without one it is 401 and does not count", async () => {
    const { get } = bench({ fault: { kind: "429", count: 1 } });
    expect((await get("/notes")).status).toBe(401);
    expect((await get("/notes", [bearer()])).status).toBe(429);
    expect((await get("/notes", [bearer()])).status).toBe(200);
  });

  it("gives its place among the requests under way back", async () => {
    const { get } = bench({ fault: { kind: "502", count: 3 }, config: { maxInflight: 1 } });
    for (const status of [502, 502, 502, 200]) expect((await get("/notes", [bearer()])).status).toBe(status);
  });

  it("is over when its time is", async () => {
    const { get, clock } = bench({ fault: { kind: "503", forMs: 30_000 } });
    expect((await get("/notes", [bearer()])).status).toBe(503);
    clock.shift(30_000);
    expect((await get("/notes", [bearer()])).status).toBe(200);
  });
});

describe("slow", () => {
  it("answers late, and as ever", async () => {
    vi.useFakeTimers();
    const { get, received, steps } = bench({ fault: { kind: "slow", delayMs: 2000 } });
    const answer = get("/notes", [bearer()]);
    await vi.advanceTimersByTimeAsync(1999);
    expect(received).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect((await answer).status).toBe(200);
    expect(steps).toContainEqual(
      expect.objectContaining({ code: "limits.delayed", evidence: { delayMs: 2000, fault: "slow" } }),
    );
  });

  it("is a timeout where the gateway would not wait so long", async () => {
    vi.useFakeTimers();
    const { get, steps } = bench({ fault: { kind: "slow", delayMs: 20_000 } });
    const answer = get("/notes", [bearer()]);
    await vi.advanceTimersByTimeAsync(8000);
    expect((await answer).status).toBe(504);
    expect(steps.at(-1)).toMatchObject({ code: "upstream.timeout", evidence: { ms: 8000, fault: "slow" } });
  });
});

describe("a fault on v1", () => {
  it.each([
    ["502", 502, "Bad Gateway"],
    ["504", 504, "Gateway Timeout"],
  ] as const)("%s answers as its edge does", async (kind, status, body) => {
    const { get } = bench({ mode: "v1", fault: { kind } });
    expect(await get("/notes")).toMatchObject({ status, body });
  });

  it("503 is PostgREST's own", async () => {
    const { get, steps } = bench({ mode: "v1", fault: { kind: "503" } });
    const response = await get("/notes");
    expect(response.status).toBe(503);
    expect(response.headers).toEqual([
      ["Server", "postgrest/12.0.2"],
      ["Retry-After", "1"],
      ["Content-Type", "application/json; charset=utf-8"],
      ["Vary", "Origin"],
    ]);
    expect(response.body).toBe(
      '{"code":"PGRST002","details":null,"hint":null,"message":"Could not query the database for the schema cache. Retrying."}',
    );
    expect(steps.at(-1)).toMatchObject({ layer: "request", code: "request.pgrst002" });
  });

  it("429 does not exist there", () => {
    const faults = new Faults(new AdjustableClock());
    expect(() => faults.start({ kind: "429" }, "v1")).toThrow("v1 has no rate limit");
  });
});

describe("stale-cache", () => {
  it("holds reloads up until it is over, and then does the last one", () => {
    const faults = new Faults(new AdjustableClock());
    const done: string[] = [];
    faults.reload(() => done.push("before"));
    faults.start({ kind: "stale-cache" }, "v2");
    faults.reload(() => done.push("first"));
    faults.reload(() => done.push("second"));
    expect(done).toEqual(["before"]);
    faults.stop();
    expect(done).toEqual(["before", "second"]);
  });

  it("ends by itself", () => {
    vi.useFakeTimers();
    const faults = new Faults(new AdjustableClock());
    const done: string[] = [];
    faults.start({ kind: "stale-cache", forMs: 500 }, "v2");
    faults.reload(() => done.push("late"));
    vi.advanceTimersByTime(500);
    expect(done).toEqual(["late"]);
  });

  it("leaves requests alone, and cannot be counted by them", async () => {
    const { get, faults } = bench({ fault: { kind: "stale-cache" } });
    expect((await get("/notes", [bearer()])).status).toBe(200);
    expect(() => faults.start({ kind: "stale-cache", count: 3 }, "v2")).toThrow("not counted by requests");
  });
});
