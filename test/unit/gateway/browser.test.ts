import { describe, expect, it } from "vitest";
import { type HeaderList, header } from "../../../src/http/message.ts";
import { isLoopbackOrigin } from "../../../src/http/origin.ts";
import { bearer, bench } from "./support.ts";

const preflight = (origin: string): HeaderList => [
  ["Origin", origin],
  ["Access-Control-Request-Method", "POST"],
  ["Access-Control-Request-Headers", "authorization,content-type"],
];
const page = (origin: string): HeaderList => [["Origin", origin]];
const LOCAL = "http://localhost:3000";

describe("v2, unless strict", () => {
  const config = { strict: false };

  it("answers the preflight of a page on loopback and says once that the platform would not", async () => {
    const { get, notices, steps } = bench({ config });
    const response = await get("/notes", preflight(LOCAL), "OPTIONS");
    expect(response).toEqual({
      status: 200,
      headers: [
        ["access-control-allow-origin", "*"],
        ["access-control-allow-methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"],
        [
          "access-control-allow-headers",
          "Authorization, authorization, content-type, Accept, Accept-Language, Content-Language",
        ],
        ["access-control-max-age", "86400"],
        ["content-type", "text/plain; charset=UTF-8"],
      ],
      body: "",
    });
    expect(steps.at(-1)).toMatchObject({ layer: "edge", outcome: "answered", code: "edge.preflight-allowed" });
    await get("/other", preflight("http://127.0.0.1:5173"), "OPTIONS");
    expect(notices).toEqual([expect.stringContaining("the platform would not")]);
  });

  it("lets that page read refusals and failures", async () => {
    const { get } = bench({ config, upstream: () => Promise.reject(new Error("down")) });
    const refused = await get("/notes", page(LOCAL));
    expect([refused.status, header(refused.headers, "access-control-allow-origin")]).toEqual([401, "*"]);
    const failed = await get("/notes", [...page(LOCAL), bearer()]);
    expect([failed.status, header(failed.headers, "access-control-allow-origin")]).toEqual([502, "*"]);
  });

  it("helps no other origin", async () => {
    const { get, notices } = bench({ config });
    const response = await get("/notes", preflight("https://app.example.test"), "OPTIONS");
    expect([response.status, header(response.headers, "access-control-allow-origin")]).toEqual([401, undefined]);
    expect(notices).toEqual([]);
  });

  it("forwards OPTIONS that carries a token, and OPTIONS that is no preflight meets the ladder", async () => {
    const { get, received } = bench({ config });
    await get("/notes", [...preflight(LOCAL), bearer()], "OPTIONS");
    expect(received).toHaveLength(1);
    expect((await get("/notes", page(LOCAL), "OPTIONS")).status).toBe(401);
  });
});

it("v2, strict: refuses the preflight without a CORS field", async () => {
  const { get, notices } = bench({ config: { strict: true } });
  expect(await get("/notes", preflight(LOCAL), "OPTIONS")).toEqual({
    status: 401,
    headers: [["content-type", "application/json"]],
    body: '{"error":"authorization required"}',
  });
  expect(notices).toEqual([]);
});

describe("a loopback origin", () => {
  it.each([
    "http://localhost",
    "https://localhost:3000",
    "http://app.localhost:1",
    "http://127.0.0.1:5173",
    "http://[::1]:3",
  ])("is %s", (origin) => expect(isLoopbackOrigin(origin)).toBe(true));
  it.each([
    "null",
    "",
    "http://localhost.evil.test",
    "http://127.0.0.1.evil.test",
    "http://notlocalhost",
    "file://localhost",
  ])("is not %j", (origin) => expect(isLoopbackOrigin(origin)).toBe(false));
});
