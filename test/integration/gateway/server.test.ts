import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGateway } from "../../../src/gateway/gateway.ts";
import type { LogLine } from "../../../src/gateway/log.ts";
import { listenGateway } from "../../../src/gateway/server.ts";
import type { Upstream } from "../../../src/gateway/types.ts";
import type { Listening } from "../../../src/http/node.ts";
import type { ModeName } from "../../../src/project/mode/types.ts";
import { systemClock } from "../../../src/time/clock.ts";
import { send, sendRaw } from "./client.ts";
import { echo, readEcho } from "./echo.ts";
import { authorization, BASE_DOMAIN, fill, recordedProjects } from "./recording.ts";

let mode: ModeName = "v2";
let server: Listening;
/** Its sockets may idle longer. */
let patient: Listening;
const bodies: (string | undefined)[] = [];
const lines: LogLine[] = [];
const host = fill("{flat:notes}");

const slowly: Upstream = async (request) => {
  if (request.path === "/slow") await new Promise((resolve) => setTimeout(resolve, 400));
  return echo(request);
};

beforeAll(async () => {
  const gateway = createGateway({
    catalog: recordedProjects(),
    config: { baseDomain: BASE_DOMAIN, poolSecret: "p".repeat(32), socketTimeoutMs: 250, upstreamTimeoutMs: 100 },
    clock: systemClock,
    mode: () => mode,
    upstream: () => slowly,
    record: () => ({
      observe: () => {},
      finish: (_, body) => {
        bodies.push(body?.toString());
        return [["x-flux-dev-trace", "t1"]];
      },
    }),
    log: (line) => void lines.push(line),
  });
  server = await listenGateway(gateway, { port: 0 });
  patient = await listenGateway(gateway, { port: 0 });
});
afterAll(async () => {
  await server.close();
  await patient.close();
});

const token = () =>
  authorization({ value: "Bearer {token}", token: { alg: "HS256", claims: { sub: "u" }, key: "secret:notes" } });

describe("what never reaches the ladder", () => {
  const empty = (status: string) => new RegExp(`^HTTP/1\\.1 ${status} .*\\r\\n\\r\\n(0\\r\\n\\r\\n)?$`, "s");
  const get = (target: string, headers: string) => sendRaw(server.port, `GET ${target} HTTP/1.1\r\n${headers}\r\n\r\n`);

  it.each(["a.test:", "a.test:x", "a.test:99999", "u@a.test", "a.test/x", "a.test?x", "a b", "a%41.test", "\xe9.test"])(
    "a Host of %j: 400, empty",
    async (name) => expect(await get("/notes", `Host: ${name}`)).toMatch(empty("400")),
  );

  it("no Host: 400, empty", async () => expect(await get("/notes", "X: 1")).toMatch(empty("400")));

  it.each(["/\xe9", "/n?\xe9", "*", "ftp://a.test/x"])("a target of %j: 400, empty", async (target) => {
    expect(await get(target, "Host: a.test")).toMatch(empty("400"));
  });

  it.each(["FOO", "get"])("the method %s: 400, empty", async (method) => {
    expect(await sendRaw(server.port, `${method} / HTTP/1.1\r\nHost: a.test\r\n\r\n`)).toMatch(empty("400"));
  });

  it("an unknown method on v1 is passed on", async () => {
    mode = "v1";
    expect(await sendRaw(server.port, `FOO /notes HTTP/1.1\r\nHost: a.test\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await sendRaw(server.port, "no HTTP\r\n\r\n")).toMatch(empty("400"));
    mode = "v2";
  });

  it("a Host that only looks plain: the framework's 500, but not for health, and not on v1", async () => {
    const at = async (path: string) => {
      const { status, body } = await send(server.port, { path, host: "999.999.999.999" });
      return [status, body];
    };
    expect(await at("/notes")).toEqual([500, "Internal Server Error"]);
    expect(await at("/health")).toEqual([200, '{"status":"ok"}']);
    mode = "v1";
    expect((await at("/notes"))[0]).toBe(404);
    mode = "v2";
  });

  it("more than 16 KiB of headers: 431, empty", async () => {
    expect(await get("/", `Host: a.test\r\nX: ${"x".repeat(17_000)}`)).toMatch(empty("431"));
    expect((await send(server.port, { path: "/", host, headers: [["X", "x".repeat(16_000)]] })).status).toBe(401);
    const sized = (bytes: number) =>
      get("/health", `Host: a.test\r\nX: ${"x".repeat(bytes - "/healthHosta.testX".length)}`);
    expect(await sized(16_383)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await sized(16_384)).toMatch(empty("431"));
  });

  it("on v1 a Host is only letters, and one colon begins a port", async () => {
    mode = "v1";
    const v1 = fill("{flat:v1}");
    for (const port of [":", ":x", ":99999", "."])
      expect(await get("/notes", `Host: ${v1}${port}`), port).toMatch(/^HTTP\/1\.1 200 /);
    for (const name of [`${v1}:1:2`, "a%41.test", "999.999.999.999"])
      expect(await get("/notes", `Host: ${name}`)).toMatch(/^HTTP\/1\.1 404 /);
    for (const name of ["u@a.test", "a.test/x", "a b", "\xe9.test"]) {
      expect(await get("/notes", `Host: ${name}`)).toMatch(
        /^HTTP\/1\.1 400 Bad Request: malformed Host header\r\n.*\r\n\r\n400 Bad/s,
      );
    }
    mode = "v2";
  });

  it("on v1 as much as PostgREST takes, whose web server says 400", async () => {
    mode = "v1";
    const v1 = `Host: ${fill("{flat:v1}")}\r\nX: `;
    expect(await get("/notes", v1 + "x".repeat(40_000))).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get("/notes", v1 + "x".repeat(60_000))).toMatch(/^HTTP\/1\.1 400 .*\r\n\r\nBad Request$/s);
    mode = "v2";
  });
});

describe("what does", () => {
  it.each(["", "127.0.0.1", "[::1]:80", "a_b.test", "a.test:65535"])("a Host of %j is unknown", async (name) => {
    expect((await send(server.port, { path: "/notes", host: name })).body).toBe('{"error":"tenant not found"}');
  });

  it("an absolute target: the Host field selects the project, the target gives the path", async () => {
    const path = "http://elsewhere.test/notes?a=1";
    const received = await send(server.port, { path, host, headers: [["Authorization", token()]] });
    expect(readEcho(received.field("x-echo"))?.url).toBe("/notes?a=1");
  });

  it("a body, to the upstream and not to the log", async () => {
    const headers = [["Authorization", token()] as const];
    const received = await send(server.port, { method: "POST", path: "/notes", host, headers, body: '{"a":1}' });
    const { method, body } = readEcho(received.field("x-echo"))!;
    expect([method, body, received.field("x-flux-dev-trace")]).toEqual(["POST", '{"a":1}', "t1"]);
    expect(lines[0]).toMatchObject({ event: "gateway_started", port: server.port });
    expect(lines.at(-1)).toMatchObject({ status: 200, mode: "v2_shared" });
  });

  it("a body that is still arriving: no refusal waits for it, PostgREST does until the timeout", async () => {
    const begin = (line: string, field: string) =>
      sendRaw(
        server.port,
        `${line} HTTP/1.1\r\nHost: ${host}\r\n${field}Connection: close\r\nContent-Length: 10\r\n\r\n{"a"`,
        3000,
      );
    expect(await begin("POST /notes", "")).toMatch(/^HTTP\/1\.1 401 .*\{"error":"authorization required"\}$/s);
    expect(await begin("PUT /robots.txt", "")).toMatch(/^HTTP\/1\.1 200 /);
    const bearer = `Authorization: ${token()}\r\n`;
    expect(await begin("TRACE /notes", bearer)).toMatch(/^HTTP\/1\.1 502 /);
    expect(await begin("POST /notes", bearer)).toMatch(/^HTTP\/1\.1 504 .*\{"error":"upstream timeout"\}$/s);
    expect(await begin("GET /notes", bearer)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("a body that arrived with its head, to the record of a refusal; more is not waited for", async () => {
    bodies.length = 0;
    await send(server.port, { method: "POST", path: "/notes", host, body: '{"a":1}' });
    await sendRaw(
      server.port,
      `POST /notes HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: 9\r\n\r\n{`,
      3000,
    );
    expect(bodies).toEqual(['{"a":1}', undefined]);
  });

  it("the rest of a body, for half a second after the answer", async () => {
    const begun = Date.now();
    const head = `POST /notes HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 9\r\n\r\n{`;
    patient.server.timeout = 5000;
    expect(await sendRaw(patient.port, head, 3000)).toMatch(/^HTTP\/1\.1 401 /);
    expect(Date.now() - begun).toBeGreaterThan(400);
    expect(Date.now() - begun).toBeLessThan(2000);
  });

  it("HEAD, answered without a body", async () => {
    const raw = await sendRaw(server.port, `HEAD /notes HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(raw).toMatch(/^HTTP\/1\.1 401 .*content-type: application\/json\r\n.*\r\n\r\n$/s);
  });

  it("Expect: 100-continue, let on by Node and refused by the gateway", async () => {
    const head = `POST /notes HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${token()}\r\n`;
    const raw = await sendRaw(server.port, `${head}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}`);
    expect(raw).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 502 .*\{"error":"upstream error"\}$/s);
  });
});

describe("a live switch on the same port", () => {
  const v1 = fill("{flat:v1}");

  it("serves each mode's project by that mode's rules from the next request on", async () => {
    const both = async () => [
      (await send(server.port, { path: "/rest/v1/notes", host: v1 })).status,
      (await send(server.port, { path: "/notes", host })).status,
    ];
    expect(await both()).toEqual([502, 401]);
    mode = "v1";
    expect(await both()).toEqual([200, 404]);
    mode = "v2";
    expect(await both()).toEqual([502, 401]);
  });

  it("waits for a slow statement on v1, and gives up on v2", async () => {
    expect((await send(server.port, { path: "/slow", host, headers: [["Authorization", token()]] })).status).toBe(504);
    mode = "v1";
    expect((await send(server.port, { path: "/slow", host: v1 })).status).toBe(200);
    mode = "v2";
  });
});

it("a fault of the emulator: 500 as the framework says it, and told to the developer", async () => {
  const notices: string[] = [];
  const faulty = createGateway({
    catalog: recordedProjects(),
    config: { baseDomain: BASE_DOMAIN, poolSecret: "p".repeat(32) },
    clock: systemClock,
    mode: () => "v2",
    upstream: () => echo,
    log: () => {
      throw new Error("log full");
    },
    notice: (text) => void notices.push(text),
  });
  const listening = await listenGateway({ ...faulty, options: { ...faulty.options, log: () => {} } }, { port: 0 });
  const received = await send(listening.port, { path: "/notes", host });
  expect([received.status, received.body]).toEqual([500, "Internal Server Error"]);
  expect(notices).toEqual([expect.stringMatching(/GET \/notes: Error: log full/)]);
  await listening.close();
});
