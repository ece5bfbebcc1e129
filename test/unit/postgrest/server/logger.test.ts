import { describe, expect, it } from "vitest";
import type { LogLevel } from "../../../../src/postgrest/config/types.ts";
import { dialects, type PostgrestVersion } from "../../../../src/postgrest/dialect.ts";
import type { Observation } from "../../../../src/postgrest/observation.ts";
import { type Access, accessLogger, logTime, serverLogger } from "../../../../src/postgrest/server/logger.ts";

const at = new Date(2025, 10, 24, 7, 3, 9);
const access = (status: number) => ({
  request: {
    method: "GET",
    path: "/x",
    query: "a=1",
    headers: [["User-Agent", 'c"url\n']] as const,
    body: Buffer.alloc(0),
  },
  response: { status, headers: [], body: "12345" },
  role: "web",
  address: "127.0.0.1",
  httpVersion: "1.1",
});

describe("access lines", () => {
  const lines = (level: LogLevel, status: number, change: Partial<Access> = {}): string[] => {
    const written: string[] = [];
    accessLogger(
      level,
      (line) => written.push(line),
      () => at,
    )({ ...access(status), ...change });
    return written;
  };

  it("are Apache's, with the role for the user and no way to break out of a field", () => {
    expect(lines("info", 200)).toEqual([
      `127.0.0.1 - web [${logTime(at)}] "GET /x?a=1 HTTP/1.1" 200 - "" "c\\"url "\n`,
    ]);
  });

  it("show the size a Content-Length claims, an IPv4 address as such, and a dash for a unix socket", () => {
    const response = { status: 200, headers: [["Content-Length", "7"]] as const, body: "12345" };
    expect(lines("info", 200, { response, address: "::ffff:10.0.0.1", role: null })).toEqual([
      expect.stringMatching(/^10\.0\.0\.1 - - \[.*" 200 7 "" /),
    ]);
    expect(lines("info", 200, { address: "" })[0]).toMatch(/^- - web \[/);
  });

  it.each([
    ["crit", 500, 0],
    ["error", 499, 0],
    ["error", 500, 1],
    ["warn", 400, 1],
    ["warn", 399, 0],
  ] as const)("at level %s status %i gives %i", (level, status, count) => {
    expect(lines(level, status)).toHaveLength(count);
  });
});

describe("log lines", () => {
  it("say a full pool once in five seconds", () => {
    const written: string[] = [];
    let now = 0;
    const log = serverLogger(
      "error",
      (line) => written.push(line),
      dialects["12.2"],
      () => new Date(now),
    );
    for (now of [0, 1000, 4999, 5000]) log({ kind: "pool-timeout", payload: "full" });
    expect(written).toHaveLength(2);
  });

  const loaded = {
    kind: "schema-cache-loaded",
    querySeconds: 0.0012,
    totalSeconds: 0.002,
    summary: "1 Relations",
  } as const;

  function lines(version: PostgrestVersion, ...observations: Observation[]): string[] {
    const written: string[] = [];
    const log = serverLogger("error", (line) => written.push(line), dialects[version]);
    for (const observation of observations) log(observation);
    return written.map((line) => line.replace(/^.*? [+-]\d{4}: /, ""));
  }

  it("are three for a schema cache", () => {
    expect(lines("12.2", { kind: "connecting" }, loaded)).toEqual([
      "Schema cache queried in 1.2 milliseconds\n",
      "Schema cache loaded 1 Relations\n",
      "Schema cache loaded in 2.0 milliseconds\n",
    ]);
  });

  it("have other words in 12.0, which starts anew at every load", () => {
    const channel = { kind: "channel-listening", channel: "pgrst" } as const;
    const failed = { kind: "schema-cache-failed", payload: "{}" } as const;
    expect(
      lines("12.0", { kind: "starting", version: "12.0.2" }, { kind: "connecting" }, loaded, channel, failed),
    ).toEqual([
      "Starting PostgREST 12.0.2...\n",
      "Attempting to connect to the database...\n",
      "Schema cache loaded\n",
      "Listening for notifications on the pgrst channel\n",
      "An error ocurred when loading the schema cache\n",
      "{}\n",
    ]);
    expect(lines("12.2", channel)).toEqual(['Listening for notifications on the "pgrst" channel\n']);
  });
});
