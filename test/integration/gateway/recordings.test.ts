import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGateway } from "../../../src/gateway/gateway.ts";
import { listenGateway } from "../../../src/gateway/server.ts";
import type { GatewayConfig, RemoteUpstream, Upstream } from "../../../src/gateway/types.ts";
import type { Listening } from "../../../src/http/node.ts";
import { systemClock } from "../../../src/time/clock.ts";
import { splitJws } from "../../../src/tokens/jws.ts";
import { type Received, send } from "./client.ts";
import { echo, listenEcho, readEcho } from "./echo.ts";
import {
  authorization,
  BASE_DOMAIN,
  type ExpectedUpstream,
  fill,
  type Recording,
  recordedProjects,
} from "./recording.ts";

const file = new URL("../../golden/gateway/v2-sample.jsonl", import.meta.url);
const recordings = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Recording);

type Server = NonNullable<Recording["server"]>;

describe.each(["in this process", "behind a socket"] as const)("recorded v2 answers, PostgREST %s", (place) => {
  const listening: Listening[] = [];
  const ports: Partial<Record<Server, number>> = {};

  async function start(upstream: Upstream | RemoteUpstream, config: Partial<GatewayConfig> = {}): Promise<number> {
    const gateway = createGateway({
      catalog: recordedProjects(),
      config: {
        baseDomain: BASE_DOMAIN,
        poolSecret: "a pool secret of 32 characters or more",
        strict: true,
        ...config,
      },
      clock: systemClock,
      mode: () => "v2",
      upstream: () => upstream,
    });
    const server = await listenGateway(gateway, { port: 0 });
    listening.push(server);
    return server.port;
  }

  beforeAll(async () => {
    const remote = await listenEcho();
    listening.push(remote);
    const here = place === "in this process";
    ports.echo = await start(here ? echo : { url: remote.url });
    ports.rate = await start(here ? echo : { url: remote.url }, { rateLimit: { limit: 3, windowSeconds: 60 } });
    const nobody = () => Promise.reject(new Error("connect ECONNREFUSED"));
    ports.down = await start(here ? nobody : { url: "http://127.0.0.1:1" });
  });
  afterAll(() => Promise.all(listening.map((server) => server.close())));

  it.each(recordings.map((recording) => [recording.id, recording.description, recording] as const))(
    "%s: %s",
    async (_id, _description, { request, response, server = "echo" }) => {
      const headers = [...(request.headers ?? [])];
      if (request.auth !== undefined) headers.push(["Authorization", authorization(request.auth)]);
      const { method, path, body = "" } = request;
      const once = () => send(ports[server]!, { method, path, host: fill(request.host ?? ""), headers, body });

      const received: Received[] = [];
      for (let times = request.repeat ?? 1; times > 0; times--) received.push(await once());
      check(received, response);
    },
  );
});

function check(received: readonly Received[], response: Recording["response"]): void {
  const first = received[0]!;
  if (response.status !== undefined) expect(first.status).toBe(response.status);
  for (const [name, value] of Object.entries(response.headers ?? {})) expect(first.field(name), name).toBe(value);
  for (const name of response.absent ?? []) expect(first.field(name), name).toBeUndefined();
  if (response.body !== undefined) expect(first.body).toBe(response.body);
  if (response.forwarded) expect(readEcho(first.field("x-echo"))).toBeDefined();
  if (response.upstream !== undefined) checkUpstream(first, response.upstream);
  if (response.statuses !== undefined) expect(received.map(({ status }) => status)).toEqual(response.statuses);
  for (const odd of received.filter(({ status }) => status === response.oddStatus)) {
    expect(odd.body).toBe(response.oddBody);
    for (const name of response.oddAbsent ?? []) expect(odd.field(name), name).toBeUndefined();
  }
}

function checkUpstream(received: Received, expected: ExpectedUpstream): void {
  const seen = readEcho(received.field("x-echo"))!;
  expect([seen.method, seen.url]).toEqual([expected.method, expected.url]);
  const token = splitJws(seen.headers["authorization"]!.replace("Bearer ", ""));
  if ("malformed" in token) throw new Error("the bridge token cannot be read");
  expect(token.header).toEqual(expected.jwtHeader);
  const claims = JSON.parse(token.payload) as Record<string, number>;
  expect(Object.keys(claims).sort()).toEqual(expected.claimNames);
  expect(claims).toMatchObject(JSON.parse(fill(JSON.stringify(expected.claims))));
  const { exp, iat, nbf } = claims as { exp: number; iat: number; nbf: number };
  expect({ ttl: exp - iat, nbfSkew: iat - nbf }).toEqual(expected.lifetime);
  for (const [name, value] of Object.entries(expected.headers)) {
    expect(seen.headers[name] ?? null, name).toBe(value === null ? null : fill(value));
  }
}
