import { describe, expect, it } from "vitest";
import type { HeaderList } from "../../../src/http/message.ts";
import { bearer, bench, HOST, project } from "./support.ts";

/** What reaches PostgREST, names in lower case. */
async function forwarded(headers: HeaderList = [], method = "GET", target = "/notes") {
  const { get, received } = bench();
  await get(target, [bearer(), ...headers], method);
  return Object.fromEntries(received[0]!.headers);
}

const always = {
  host: "flux-postgrest-pool:3000",
  authorization: expect.stringMatching(/^Bearer eyJhbGciOiJIUzI1NiJ9\./),
  "x-forwarded-host": HOST,
  "x-tenant-id": project.projectId,
  "accept-profile": "t_0b1c2d3e4f50_api",
  "content-profile": "t_0b1c2d3e4f50_api",
  "sec-fetch-mode": "cors",
  connection: "keep-alive",
};
const client = { accept: "*/*", "accept-language": "*", "user-agent": "undici", "accept-encoding": "gzip, deflate" };

describe("request headers", () => {
  it("gain the gateway's and the HTTP client's", async () => {
    expect(await forwarded()).toEqual({ ...always, ...client });
  });

  it("lose hop-by-hop fields and identities, and nothing else", async () => {
    const removed: HeaderList = [
      ["Connection", "close, X-Named"],
      ["Keep-Alive", "1"],
      ["TE", "trailers"],
      ["Trailer", "x"],
      ["Upgrade", "x"],
      ["Proxy-Authorization", "x"],
      ["Proxy-Authenticate", "x"],
      ["X-User-Id", "evil"],
      ["X-Role", "service_role"],
    ];
    const kept: HeaderList = [
      ["x-tenant-role", "x"],
      ["proxy-connection", "x"],
      ["x-forwarded-for", "1.2.3.4"],
      ["x-forwarded-proto", "https"],
      ["x-real-ip", "1.2.3.4"],
      ["forwarded", "for=x"],
      ["cookie", "a=1"],
      ["apikey", "k"],
      ["origin", "https://app.example.test"],
      ["x-named", "x"],
      ["prefer", "count=exact"],
    ];
    expect(await forwarded([...removed, ...kept])).toEqual({ ...always, ...client, ...Object.fromEntries(kept) });
  });

  it("keep the client's own where the gateway has none to say", async () => {
    const own: HeaderList = [
      ["Accept", "text/csv"],
      ["Accept-Language", "de"],
      ["User-Agent", "app/1"],
      ["Accept-Encoding", "br"],
    ];
    const lower = Object.fromEntries(own.map(([name, value]) => [name.toLowerCase(), value]));
    expect(await forwarded(own)).toEqual({ ...always, ...lower });
  });

  it("have the client's values of injected fields replaced", async () => {
    const spoofed: HeaderList = [
      ["Accept-Profile", "public"],
      ["Content-Profile", "public"],
      ["X-Tenant-Id", "evil"],
      ["X-Forwarded-Host", "evil.test"],
      ["Sec-Fetch-Mode", "no-cors"],
    ];
    expect(await forwarded(spoofed)).toEqual({ ...always, ...client });
  });

  it("merge repeated fields, cookies with a semicolon", async () => {
    const repeated: HeaderList = [
      ["Prefer", "a"],
      ["prefer", "b"],
      ["Cookie", "a=1"],
      ["Cookie", "b=2"],
    ];
    expect(await forwarded(repeated)).toMatchObject({ prefer: "a, b", cookie: "a=1; b=2" });
  });

  it("follow the Fetch standard for ranges and conditions", async () => {
    expect(await forwarded([["Range", "0-9"]])).toMatchObject({ "accept-encoding": "identity" });
    const both: HeaderList = [
      ["Range", "0-9"],
      ["Accept-Encoding", "gzip"],
    ];
    expect(await forwarded(both)).toMatchObject({ "accept-encoding": "gzip, identity" });
    expect(await forwarded([["If-None-Match", "x"]])).toMatchObject({
      pragma: "no-cache",
      "cache-control": "no-cache",
    });
  });

  it("tell the body's length or chunking as the client did", async () => {
    const length = async (method: string, headers: HeaderList = []) => {
      const fields = await forwarded(headers, method);
      return [fields["content-length"], fields["transfer-encoding"]];
    };
    expect(await length("POST", [["Content-Length", "2"]])).toEqual(["2", undefined]);
    expect(await length("POST", [["Transfer-Encoding", "chunked"]])).toEqual([undefined, "chunked"]);
    expect(await length("POST")).toEqual(["0", undefined]);
    expect(await length("DELETE")).toEqual([undefined, undefined]);
    expect(await length("GET", [["Content-Length", "2"]])).toEqual([undefined, undefined]);
  });
});

describe("the request line and the body", () => {
  it("pass without a prefix stripped", async () => {
    const { gateway, received } = bench();
    const headers: HeaderList = [["Host", HOST], bearer()];
    const body = Buffer.from('{"a":1}');
    await gateway.handle({ method: "POST", path: "/rest/v1/../v1/notes", query: "select=*", headers, body });
    expect(received[0]).toMatchObject({ method: "POST", path: "/rest/v1/notes", query: "select=*", body });
  });

  it.each(["GET", "HEAD"])("%s loses its body", async (method) => {
    const { gateway, received } = bench();
    await gateway.handle({ method, path: "/", query: "", headers: [["Host", HOST], bearer()], body: Buffer.from("x") });
    expect(received[0]!.body).toHaveLength(0);
  });

  it.each([
    ["TRACE", "/notes", [], "upstream.method"],
    ["POST", "/notes", [["Expect", "100-continue"]], "upstream.expect"],
    ["GET", "//evil.example.test/x", [], "upstream.double-slash"],
    ["GET", "/\\evil.example.test/x", [], "upstream.double-slash"],
  ] as const)("%s %s with %j cannot be forwarded", async (method, path, headers, code) => {
    const { get, received, steps } = bench();
    const response = await get(path, [bearer(), ...headers], method);
    expect([response.status, response.body, received]).toEqual([502, '{"error":"upstream error"}', []]);
    expect(steps.at(-1)).toMatchObject({ layer: "upstream", code });
    expect((await get(path, headers, method)).status).toBe(401);
  });
});
