import { describe, expect, it } from "vitest";
import { verdict } from "../../../../src/diagnosis/matrix/outcome.ts";
import type { Verb } from "../../../../src/diagnosis/matrix/types.ts";
import type { HttpResponse } from "../../../../src/http/message.ts";

const answer = (status: number, range: string | null, body = ""): HttpResponse => ({
  status,
  headers: range === null ? [] : [["Content-Range", range]],
  body,
});

describe("the verdict of an answer", () => {
  it.each<[Verb, number, string | null, string, number | null]>([
    ["GET", 200, "0-0/1", "allowed", 1],
    ["GET", 200, "*/0", "nothing", 0],
    ["PATCH", 204, "0-2/*", "allowed", 3],
    ["PATCH", 204, "*/*", "nothing", 0],
    ["DELETE", 204, "*/2", "allowed", 2],
    ["DELETE", 204, "*/0", "nothing", 0],
    ["POST", 201, "*/*", "allowed", null],
  ])("%s %i with the range %s: %s", (verb, status, range, outcome, rows) => {
    expect(verdict(verb, answer(status, range))).toEqual({ outcome, status, code: null, rows });
  });

  it("takes a page for the whole: 206 is 200, and the total counts", () => {
    expect(verdict("GET", answer(206, "0-0/7"))).toEqual({ outcome: "allowed", status: 200, code: null, rows: 7 });
  });

  it.each([
    [401, { error: "authorization required" }, "denied", null],
    [401, { code: "42501" }, "denied", "42501"],
    [403, { code: "42501" }, "denied", "42501"],
    [409, { code: "23505" }, "allowed", "23505"],
    [400, { code: "22P02" }, "failed", "22P02"],
    [500, { code: "42P17" }, "failed", "42P17"],
    [404, {}, "failed", null],
  ])("%i %j: %s", (status, body, outcome, code) => {
    expect(verdict("POST", answer(status, null, JSON.stringify(body)))).toEqual({ outcome, status, code, rows: null });
  });
});
