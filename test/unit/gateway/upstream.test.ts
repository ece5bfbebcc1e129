import { describe, expect, it } from "vitest";
import { presentResponse } from "../../../src/gateway/present.ts";
import type { Upstream } from "../../../src/gateway/types.ts";
import type { HeaderList } from "../../../src/http/message.ts";
import type { Step } from "../../../src/trace/step.ts";
import { bearer, bench, HOST } from "./support.ts";

describe("an upstream's answer", () => {
  const present = (status: number, headers: HeaderList, method = "GET") =>
    presentResponse({ status, headers, body: "x" }, method).headers;

  it("passes but for hop-by-hop fields and identities, in lower case and merged", () => {
    const sent: HeaderList = [
      ["Content-Type", "application/json; charset=utf-8"],
      ["Content-Range", "0-0/*"],
      ["Server", "postgrest/12.2.12"],
      ["Vary", "a"],
      ["Vary", "b"],
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
      ["Connection", "close"],
      ["Transfer-Encoding", "chunked"],
      ["X-Tenant-Id", "x"],
      ["X-Role", "x"],
    ];
    expect(present(200, sent)).toEqual([
      ["content-type", "application/json; charset=utf-8"],
      ["content-range", "0-0/*"],
      ["server", "postgrest/12.2.12"],
      ["vary", "a, b"],
      ["set-cookie", "b=2"],
    ]);
  });

  it("has no body with 204, 205 and 304", () => {
    const body = (status: number) => presentResponse({ status, headers: [], body: "x" }, "GET").body;
    expect([200, 204, 205, 304].map(body)).toEqual(["x", "", "", ""]);
  });

  it.each([
    [201, "POST", true],
    [200, "OPTIONS", true],
    [404, "GET", true],
    [204, "PATCH", false],
    [205, "GET", false],
    [304, "GET", false],
    [200, "HEAD", false],
  ])("%i to %s without a content type gains one: %s", (status, method, gains) => {
    expect(present(status, [], method)).toEqual(gains ? [["content-type", "text/plain; charset=UTF-8"]] : []);
  });
});

describe("an upstream that fails", () => {
  it("answers 502 when it cannot be reached", async () => {
    const { get, steps } = bench({ upstream: () => Promise.reject(new Error("connect ECONNREFUSED")) });
    const response = await get("/notes", [bearer()]);
    expect(response).toEqual({
      status: 502,
      headers: [["content-type", "application/json"]],
      body: '{"error":"upstream error"}',
    });
    expect(steps.at(-1)).toMatchObject({ code: "upstream.error", evidence: { message: "connect ECONNREFUSED" } });
  });

  it("answers 502 to a status that only announces another", async () => {
    const { get } = bench({ upstream: async () => ({ status: 100, headers: [], body: "" }) });
    expect((await get("/notes", [bearer()])).status).toBe(502);
  });

  it("hears how long PostgREST's phases took", async () => {
    const committed: Step = { layer: "transaction", outcome: "passed", code: "transaction.committed", evidence: {} };
    const upstream: Upstream = async (_, observe) => {
      observe(committed, 1.5);
      return { status: 200, headers: [], body: "" };
    };
    const { get, times } = bench({ upstream });
    await get("/notes", [bearer()]);
    expect(times.get(committed)).toBe(1.5);
  });

  it("answers 504 when it is too slow, and hears nothing of it later", async () => {
    let late = () => {};
    const upstream: Upstream = async (_, observe) => {
      await new Promise<void>((resolve) => {
        late = resolve;
      });
      observe({ layer: "transaction", outcome: "passed", code: "transaction.done", evidence: {} });
      return { status: 200, headers: [], body: "" };
    };
    const { get, steps } = bench({ upstream, config: { upstreamTimeoutMs: 20 } });
    const response = await get("/notes", [bearer()]);
    expect([response.status, response.body]).toEqual([504, '{"error":"upstream timeout"}']);
    late();
    await new Promise((resolve) => setTimeout(resolve));
    expect(steps.at(-1)).toMatchObject({ code: "upstream.timeout", evidence: { ms: 20 } });
  });
});

describe("redirects of the upstream", () => {
  const to =
    (status: number, location: string): Upstream =>
    async ({ method, path, query }) =>
      path === "/there"
        ? { status: 200, headers: [], body: `${method} ${path}?${query}` }
        : { status, headers: [["Location", location]], body: "" };

  it.each([
    [302, "GET", "/there?a=1", "GET /there?a=1"],
    [303, "PATCH", "../there", "GET /there?"],
    [303, "POST", "http://flux-postgrest-pool:3000/there", "GET /there?"],
    [308, "GET", "/there", "GET /there?"],
  ])("%i to %s is followed to %s", async (status, method, location, body) => {
    const response = await bench({ upstream: to(status, location) }).get("/rpc/go", [bearer()], method);
    expect(response).toMatchObject({ status: 200, body });
  });

  it("are followed on the platform's terms: no body twice, no loop, no other host", async () => {
    const failing = async (upstream: Upstream, method = "GET") => {
      const { get, steps } = bench({ upstream });
      expect((await get("/rpc/go", [bearer()], method)).status).toBe(502);
      return steps.at(-1)!.evidence["message"];
    };
    for (const method of ["POST", "DELETE", "OPTIONS"]) {
      for (const status of [301, 302, 307, 308]) {
        expect(await failing(to(status, "/there"), method), `${status} ${method}`).toBe("redirected with a body");
      }
    }
    expect(await failing(to(302, "/rpc/go"))).toBe("more than 20 redirects");
    expect(await failing(to(302, "http://evil.example.test/"))).toContain("http://evil.example.test");
  });

  it("reach the client on v1, and where there is no Location", async () => {
    const v1 = bench({ mode: "v1", upstream: to(302, "/there") });
    expect((await v1.get("/go", [["Host", HOST]])).status).toBe(302);
    const v2 = bench({ upstream: async () => ({ status: 300, headers: [], body: "" }) });
    expect((await v2.get("/go", [bearer()])).status).toBe(300);
  });
});
