import { expect, it } from "vitest";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import { serverTiming } from "../../../../src/postgrest/response/server-timing.ts";

const times = { jwt: 0.0004, parse: 0.0005, plan: 0.0001, transaction: 0.002, response: 0.00003 };

it("counts milliseconds in 12.2 and microseconds in 12.0", () => {
  expect(serverTiming(times, "read", dialects["12.2"])).toEqual([
    "Server-Timing",
    "jwt;dur=0.4, parse;dur=0.5, plan;dur=0.1, transaction;dur=2.0, response;dur=0.0",
  ]);
  expect(serverTiming(times, "read", dialects["12.0"])[1]).toContain("transaction;dur=2000.0");
});

it("leaves the places of what OPTIONS does not need empty in 12.0", () => {
  expect(serverTiming(times, "relation-info", dialects["12.0"])[1]).toBe(
    "jwt;dur=400.0, parse;dur=500.0, , , response;dur=30.0",
  );
  expect(serverTiming(times, "routine-info", dialects["12.0"])[1]).toContain("plan;dur=100.0, , response");
  expect(serverTiming(times, "schema-info", dialects["12.2"])[1]).toContain("plan;dur=0.1, transaction;dur=2.0");
});
