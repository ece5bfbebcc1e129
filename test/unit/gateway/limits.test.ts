import { describe, expect, it } from "vitest";
import { bearer, bench, message, project } from "./support.ts";

describe("the rate limit", () => {
  const config = { rateLimit: { limit: 2, windowSeconds: 60 } };

  it("is a fixed window per project that starts with its first request", async () => {
    const { get, clock, lines } = bench({ config });
    const status = async () => (await get("/notes", [bearer()])).status;
    expect(await status()).toBe(200);
    clock.shift(59_000);
    expect([await status(), await status()]).toEqual([200, 429]);
    expect(lines.at(-1)).toMatchObject({ status: 429, rate_limited: true });
    clock.shift(1000);
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
  });

  it("counts only requests with a valid token", async () => {
    const { get } = bench({ config });
    for (let times = 0; times < 5; times++) await get("/notes");
    expect((await get("/notes", [bearer()])).status).toBe(200);
  });

  it("is counted for each project by itself", async () => {
    const { get, catalog } = bench({ config });
    const other = { ...project, projectId: "11111111-2222-4333-8444-555555555555", slug: "other" };
    catalog.set(other, ["other.example.test"]);
    for (let times = 0; times < 3; times++) await get("/notes", [bearer()]);
    expect((await get("/notes", [bearer(), ["Host", "other.example.test"]])).status).toBe(200);
    const refused = await get("/notes", [bearer()]);
    expect(message(refused)).toBe("rate limit exceeded");
    expect(refused.headers).toEqual([["content-type", "application/json"]]);
  });
});

describe("the inflight cap", () => {
  it("refuses with its figures, and lets in again what has an answer", async () => {
    let answer = () => {};
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const upstream = async () => {
      await waiting;
      return { status: 200, headers: [], body: "" };
    };
    const { get } = bench({ config: { maxInflight: 1 }, upstream });
    const first = get("/notes", [bearer()]);
    const second = await get("/notes", [bearer()]);
    expect([second.status, second.body]).toEqual([
      503,
      '{"error":"gateway overloaded, retry later","inflight":1,"cap":1}',
    ]);
    answer();
    expect((await first).status).toBe(200);
    expect((await get("/notes", [bearer()])).status).toBe(200);
  });

  it("is given back after failures too", async () => {
    const upstream = () => Promise.reject(new Error("down"));
    const { get } = bench({ config: { maxInflight: 1 }, upstream });
    for (let times = 0; times < 2; times++) expect((await get("/notes", [bearer()])).status).toBe(502);
    for (let times = 0; times < 2; times++) expect((await get("/notes", [bearer()], "TRACE")).status).toBe(502);
  });
});
