import { describe, expect, it } from "vitest";
import { accessLogger, logTime, serverLogger } from "../../../../src/postgrest/server/logger.ts";

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
  const lines = (level: "crit" | "error" | "warn" | "info", status: number): string[] => {
    const written: string[] = [];
    accessLogger(
      () => level,
      (line) => written.push(line),
      () => at,
    )(access(status));
    return written;
  };

  it("are Apache's, with the role for the user and no way to break out of a field", () => {
    expect(lines("info", 200)).toEqual([
      `127.0.0.1 - web [${logTime(at)}] "GET /x?a=1 HTTP/1.1" 200 5 "" "c\\"url "\n`,
    ]);
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
      () => "error",
      (line) => written.push(line),
      () => new Date(now),
    );
    for (now of [0, 1000, 4999, 5000]) log({ kind: "pool-timeout", payload: "full" });
    expect(written).toHaveLength(2);
  });

  it("are three for a schema cache", () => {
    const written: string[] = [];
    serverLogger(
      () => "error",
      (line) => written.push(line),
    )({
      kind: "schema-cache-loaded",
      querySeconds: 0.0012,
      totalSeconds: 0.002,
      summary: "1 Relations",
    });
    expect(written.map((line) => line.replace(/^.*?: /, ""))).toEqual([
      "Schema cache queried in 1.2 milliseconds\n",
      "Schema cache loaded 1 Relations\n",
      "Schema cache loaded in 2.0 milliseconds\n",
    ]);
  });
});
