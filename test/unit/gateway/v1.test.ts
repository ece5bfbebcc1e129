import { describe, expect, it } from "vitest";
import { type HeaderList, header } from "../../../src/http/message.ts";
import { bench, project } from "./support.ts";

const v1 = (options: Parameters<typeof bench>[0] = {}) => bench({ mode: "v1", ...options });
const page = (origin: string): HeaderList => [["Origin", origin]];
const preflight = (origin: string): HeaderList => [...page(origin), ["Access-Control-Request-Method", "POST"]];

describe("which project", () => {
  it.each([
    "api--notes--1a2b3c4.flux.localhost",
    "API--notes--1a2b3c4.flux.localhost:80",
    "api--notes--1a2b3c4.flux.localhost.",
    "api.notes.1a2b3c4.flux.localhost",
  ])("%s is routed", async (host) => expect((await v1().get("/notes", [["Host", host]])).status).toBe(200));

  it.each([
    "notes-1a2b3c4.flux.localhost",
    "notes.example.test",
    "api--other--1a2b3c4.flux.localhost",
    "localhost",
    "",
  ])("%j is not", async (host) => {
    const { get, received, steps } = v1();
    expect(await get("/notes", [["Host", host]])).toEqual({
      status: 404,
      headers: [
        ["content-type", "text/plain; charset=utf-8"],
        ["x-content-type-options", "nosniff"],
      ],
      body: "404 page not found\n",
    });
    expect([received, steps[0]!.code]).toEqual([[], "host.unknown"]);
  });

  it("takes loopback names for the stack's own project, and leaves v2 projects alone", async () => {
    const { get, catalog } = v1();
    catalog.setLocal(project.projectId);
    expect((await get("/notes", [["Host", "localhost:4000"]])).status).toBe(200);
    catalog.update(project.projectId, { mode: "v2_shared" });
    expect((await get("/notes", [["Host", "localhost:4000"]])).status).toBe(404);
  });
});

describe("the prefix", () => {
  it.each([
    ["/rest/v1/notes", "/notes"],
    ["/rest/v1", "/"],
    ["/rest/v1/", "/"],
    ["/rest/v1x", "/x"],
    ["/rest//v1/./notes", "/notes"],
    ["/r%65st/v%31/notes", "/notes"],
  ])("of %s is cut: %s", async (path, inner) => {
    const { get, received } = v1();
    await get(`${path}?name=eq.'x';y=%3B`);
    expect(received[0]).toMatchObject({ path: inner, query: "name=eq.'x'&y=%3B" });
    expect(header(received[0]!.headers, "x-forwarded-prefix")).toBe("/rest/v1");
  });

  it.each([
    ["/notes", "/notes"],
    ["/x/rest/v1/notes", "/x/rest/v1/notes"],
    ["//notes", "/notes"],
    ["/a%2fb%7e%c3%bc", "/a%2Fb~%C3%BC"],
  ])("is not on %s", async (path, inner) => {
    const { get, received } = v1();
    await get(path);
    expect(received[0]!.path).toBe(inner);
    expect(header(received[0]!.headers, "x-forwarded-prefix")).toBeUndefined();
  });
});

describe("what else reaches PostgREST", () => {
  it("is the client's: keys, profiles, identities, but no hop-by-hop field", async () => {
    const { get, received } = v1();
    const headers: HeaderList = [
      ["Authorization", "Bearer not checked here"],
      ["apikey", "k"],
      ["Accept-Profile", "public"],
      ["X-User-Id", "x"],
      ["Expect", "100-continue"],
    ];
    const hops: HeaderList = [
      ["Connection", "close, X-Named"],
      ["X-Named", "x"],
      ["Proxy-Connection", "x"],
      ["TE", "trailers"],
    ];
    await get("/notes", [...headers, ...hops], "TRACE");
    const own = received[0]!.headers.filter(([name]) => !/^host$|^x-forwarded-|^x-real-ip$/i.test(name));
    expect(own).toEqual(headers);
  });

  it("says who asked for what, whatever the client says of that", async () => {
    const { get, received } = v1();
    const spoofed: HeaderList = [
      ["X-Forwarded-For", "8.8.8.8"],
      ["X-Real-Ip", "8.8.8.8"],
      ["X-Forwarded-Host", "evil.test"],
      ["X-Forwarded-Proto", "https"],
      ["X-Forwarded-Port", "1"],
      ["X-Forwarded-Prefix", "/evil"],
      ["Connection", "X-Forwarded-For, Host"],
    ];
    const host = "api--notes--1a2b3c4.flux.localhost";
    for (const port of ["", ":4000"]) await get("/notes", [["Host", `${host}${port}`], ...spoofed]);
    const told = received.map(({ headers }) =>
      Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    );
    const expected = { "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http", "x-real-ip": "127.0.0.1" };
    expect(told).toEqual([
      { ...expected, host, "x-forwarded-host": host, "x-forwarded-port": "80" },
      { ...expected, host: `${host}:4000`, "x-forwarded-host": `${host}:4000`, "x-forwarded-port": "4000" },
    ]);
  });

  it("keeps its length or its chunks", async () => {
    const { get, received } = v1();
    await get("/notes", [["Transfer-Encoding", "chunked"]], "POST");
    await get(
      "/notes",
      [
        ["Content-Length", "0"],
        ["Connection", "content-length"],
      ],
      "POST",
    );
    const framing = ["transfer-encoding", "content-length"].map((name, index) =>
      header(received[index]!.headers, name),
    );
    expect(framing).toEqual(["chunked", "0"]);
  });

  it("is every path: nothing is absorbed, no health check", async () => {
    const { get, received } = v1();
    for (const path of ["/admin", "/favicon.ico", "/health", "/robots.txt"]) await get(path);
    expect(received.map(({ path }) => path)).toEqual(["/admin", "/favicon.ico", "/health", "/robots.txt"]);
  });

  it("fails as the proxy says it", async () => {
    const { get } = v1({ upstream: () => Promise.reject(new Error("down")) });
    expect(await get("/notes")).toEqual({ status: 502, headers: [], body: "Bad Gateway" });
  });
});

describe("CORS", () => {
  const config = { strict: true, extraOrigins: ["https://extra.test"] };

  it.each([
    ["http://localhost:3001", true],
    ["https://extra.test", true],
    ["http://localhost:3000", false],
    ["https://evil.test", false],
  ])("%s is allowed: %s", async (origin, allowed) => {
    const { get, received } = v1({ config });
    const response = await get("/notes", preflight(origin), "OPTIONS");
    expect([response.status, response.body, received]).toEqual([200, "", []]);
    expect(Object.fromEntries(response.headers)).toEqual({
      "Access-Control-Allow-Headers":
        "apikey,Authorization,Content-Type,X-Client-Info,Accept-Profile,Content-Profile,Prefer,Accept,Range",
      "Access-Control-Allow-Methods": "GET,POST,PUT,PATCH,DELETE,OPTIONS,HEAD",
      "Access-Control-Max-Age": "86400",
      ...(allowed ? { "Access-Control-Allow-Origin": origin } : {}),
    });
  });

  it("knows one origin by itself", async () => {
    const { get } = v1();
    const allowed = async (origin: string) =>
      header((await get("/", preflight(origin), "OPTIONS")).headers, "access-control-allow-origin");
    expect(await allowed("http://localhost:3001")).toBe("http://localhost:3001");
    expect(await allowed("https://app.vsl-base.com")).toBeUndefined();
  });

  it("is a preflight only with both fields; any other OPTIONS reaches PostgREST", async () => {
    const { get, received } = v1();
    await get("/notes", page("http://localhost:3001"), "OPTIONS");
    await get("/notes", [["Access-Control-Request-Method", "GET"]], "OPTIONS");
    expect(received).toHaveLength(2);
  });

  it("overwrites PostgREST's allow-origin for an allowed page, leaves it for another, and appends Vary", async () => {
    const upstream = async () => ({
      status: 200,
      headers: [["Access-Control-Allow-Origin", "*"] as const, ["Connection", "close"] as const],
      body: "",
    });
    const { get } = v1({ upstream });
    const origins = async (origin?: string) => (await get("/notes", origin === undefined ? [] : page(origin))).headers;
    expect(await origins("http://localhost:3001")).toEqual([
      ["Access-Control-Allow-Origin", "http://localhost:3001"],
      ["Vary", "Origin"],
    ]);
    const untouched = [
      ["Access-Control-Allow-Origin", "*"],
      ["Vary", "Origin"],
    ];
    expect(await origins("http://localhost:3000")).toEqual(untouched);
    expect(await origins()).toEqual(untouched);
  });

  it("adds to a Vary that is there", async () => {
    const upstream = async () => ({ status: 200, headers: [["Vary", "Accept"] as const], body: "" });
    expect(header((await v1({ upstream }).get("/")).headers, "vary")).toBe("Accept,Origin");
  });

  it("allows any loopback page unless strict, and says so once", async () => {
    const { get, notices } = v1({ config: { strict: false } });
    const response = await get("/notes", preflight("http://localhost:3000"), "OPTIONS");
    expect(header(response.headers, "access-control-allow-origin")).toBe("http://localhost:3000");
    await get("/notes", page("http://localhost:5173"));
    expect(notices).toEqual([expect.stringContaining("http://localhost:3000")]);
  });
});
