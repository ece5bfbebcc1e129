import { createServer, type RequestListener, request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createGateway } from "../../../src/gateway/gateway.ts";
import { listenGateway } from "../../../src/gateway/server.ts";
import type { GatewayConfig } from "../../../src/gateway/types.ts";
import { type Listening, listenServer } from "../../../src/http/node.ts";
import { systemClock } from "../../../src/time/clock.ts";
import type { Step } from "../../../src/trace/step.ts";
import { send, sendRaw } from "./client.ts";
import { authorization, BASE_DOMAIN, fill, recordedProjects } from "./recording.ts";

/** Stands in for a PostgREST of its own, by path. */
const routes: Record<string, RequestListener> = {
  "/notes": (_, reply) => reply.writeHead(201, { Server: "postgrest/12.2.12", "X-Role": "x" }).end(),
  "/a//b": (message, reply) => reply.writeHead(200).end(message.url),
  "/body": (message, reply) => {
    const { "content-length": length = "none", "transfer-encoding": coding = "none" } = message.headers;
    reply.writeHead(200, { "X-Length": length, "X-Coding": coding });
    message.pipe(reply);
  },
  "/rest/v1/notes": (_, reply) => reply.writeHead(404).end("{}"),
  "/moved": (_, reply) => reply.writeHead(302, { Location: "/notes" }).end(),
  "/away": (_, reply) => reply.writeHead(302, { Location: "http://evil.example.test/" }).end(),
  "/never": () => {},
  "/broken": (message) => message.socket.destroy(),
};

let upstream: Listening;
let server: Listening;
const steps: Step[] = [];
const host = fill("{flat:notes}");
const bearer = () =>
  [
    "Authorization",
    authorization({ value: "Bearer {token}", token: { alg: "HS256", claims: { sub: "u" }, key: "secret:notes" } }),
  ] as const;

function gateway(config: Partial<GatewayConfig> = {}) {
  return createGateway({
    catalog: recordedProjects(),
    config: { baseDomain: BASE_DOMAIN, poolSecret: "p".repeat(32), upstreamTimeoutMs: 150, maxInflight: 1, ...config },
    clock: systemClock,
    mode: () => "v2",
    upstream: () => ({ url: upstream.url }),
    record: () => ({ observe: (step) => void steps.push(step), finish: ({ status }) => [["x-seen", String(status)]] }),
  });
}

beforeAll(async () => {
  const serve: RequestListener = (message, reply) => {
    const route = routes[message.url!.replace(/\?.*/, "")];
    if (route === undefined) reply.writeHead(500).end();
    else route(message, reply);
  };
  upstream = await listenServer(createServer(serve), { port: 0 });
  server = await listenGateway(gateway(), { port: 0 });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

const get = (path: string, method = "GET") => send(server.port, { path, host, method, headers: [bearer()] });

it("streams an answer through, with the platform's header rules and the recording's fields", async () => {
  const received = await get("/notes", "POST");
  expect(received.status).toBe(201);
  expect(received.field("content-type")).toBe("text/plain; charset=UTF-8");
  expect(received.field("server")).toBe("postgrest/12.2.12");
  expect(received.field("x-role")).toBeUndefined();
  expect(received.field("x-seen")).toBe("201");
  expect(steps.at(-1)).toMatchObject({ layer: "upstream", outcome: "answered", code: "upstream.201" });
});

it("streams a request's body while it is being sent", async () => {
  const echoed = await new Promise<string>((resolve, reject) => {
    const headers = ["Host", host, ...bearer(), "Transfer-Encoding", "chunked"];
    const where = { host: "127.0.0.1", port: server.port, path: "/body", method: "POST", setHost: false, headers };
    const outgoing = request(where, (incoming) => {
      let text = "";
      incoming.on("data", (data) => {
        text += data;
        if (text === "first ") outgoing.end("second");
      });
      incoming.on("end", () => resolve(text));
    });
    outgoing.on("error", reject);
    outgoing.write("first ");
  });
  expect(echoed).toBe("first second");
});

it("drops the body of GET", async () => {
  const received = await send(server.port, { path: "/body", host, headers: [bearer()], body: "dropped" });
  expect([received.body, received.field("x-length")]).toEqual(["", "none"]);
});

it("adds neither length nor chunks to a request without a body", async () => {
  for (const method of ["DELETE", "OPTIONS", "LOCK", "SEARCH"]) {
    const head = `${method} /body HTTP/1.1\r\nHost: ${host}\r\n${bearer().join(": ")}\r\nConnection: close\r\n\r\n`;
    expect(await sendRaw(server.port, head), method).toMatch(
      /x-coding: none\r\n.*x-length: none\r\n|x-length: none\r\n.*x-coding: none\r\n/s,
    );
  }
});

it("keeps the chunks of any method", async () => {
  for (const method of ["DELETE", "OPTIONS", "PATCH"]) {
    const head = `${method} /body HTTP/1.1\r\nHost: ${host}\r\n${bearer().join(": ")}\r\nTransfer-Encoding: chunked\r\n`;
    const raw = await sendRaw(server.port, `${head}Connection: close\r\n\r\n4\r\nbody\r\n0\r\n\r\n`);
    expect(raw, method).toMatch(/x-coding: chunked\r\n.*\r\n4\r\nbody\r\n0\r\n\r\n$/s);
  }
});

it("keeps chunks on v1, too", async () => {
  const { options } = gateway();
  const v1 = await listenGateway(createGateway({ ...options, mode: () => "v1" }), { port: 0 });
  const head = `POST /rest/v1/body HTTP/1.1\r\nHost: ${fill("{flat:v1}")}\r\nTransfer-Encoding: chunked\r\n`;
  const raw = await sendRaw(v1.port, `${head}Connection: close\r\n\r\n4\r\nbody\r\n0\r\n\r\n`, 3000);
  expect(raw).toMatch(/x-coding: chunked\r\n.*\r\n4\r\nbody\r\n0\r\n\r\n$/is);
  await v1.close();
});

it("keeps doubled slashes inside a path", async () => {
  expect((await get("/a//b")).body).toBe("/a//b");
});

it("follows a redirect, but to no other host", async () => {
  expect((await get("/moved")).status).toBe(201);
  expect((await get("/away")).status).toBe(502);
});

it("answers 504 when no answer begins, 502 when the connection breaks, and takes requests again", async () => {
  expect(await get("/never")).toMatchObject({ status: 504, body: '{"error":"upstream timeout"}' });
  expect(await get("/broken")).toMatchObject({ status: 502, body: '{"error":"upstream error"}' });
  expect((await get("/rest/v1/notes")).status).toBe(404);
  expect(steps.at(-1)).toMatchObject({ code: "upstream.404", outcome: "refused" });
});

it("refuses without reading a body to its end", async () => {
  const body = "x".repeat(300_000);
  expect((await send(server.port, { method: "POST", path: "/notes", host, body })).status).toBe(401);
});

it("serves the same without a socket", async () => {
  const headers = [["Host", host] as const, bearer()];
  const handle = (path: string) => gateway().handle({ method: "GET", path, query: "", headers, body: Buffer.alloc(0) });
  const answered = await handle("/rest/v1/notes");
  expect([answered.status, String(answered.body)]).toEqual([404, "{}"]);
  expect((await handle("/never")).status).toBe(504);
});
