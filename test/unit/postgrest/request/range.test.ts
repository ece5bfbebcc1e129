import { describe, expect, it } from "vitest";
import { contentRange, parseRangeHeader, rangeAnswer, restrictRange } from "../../../../src/postgrest/request/range.ts";
import { ask, refusal } from "./support.ts";

const range = (query: string, header?: string, method = "GET") => {
  const request = ask(`${method} /films?${query}`, header === undefined ? {} : { headers: [["Range", header]] });
  return request.topLevelRange;
};
const all = { lower: 0n, upper: null };

describe("rows asked for", () => {
  it.each([
    ["", undefined, all],
    ["limit=5", undefined, { lower: 0n, upper: 4n }],
    ["offset=5", undefined, { lower: 5n, upper: null }],
    ["limit=5&offset=2", undefined, { lower: 2n, upper: 6n }],
    ["limit=0", undefined, { lower: 0n, upper: -1n }],
    ["limit=x", undefined, all],
    ["offset=x", undefined, all],
    ["limit=+(0x10)", undefined, { lower: 0n, upper: 15n }],
    ["limit=1&limit=2", undefined, { lower: 0n, upper: 1n }],
    ["offset=-5", undefined, all],
    ["", "2-4", { lower: 2n, upper: 4n }],
    ["", "2-", { lower: 2n, upper: null }],
    ["", "items=2-4", all],
    ["", "-4", all],
    ["limit=2", "1-9", { lower: 1n, upper: 1n }],
    ["limit=0", "5-9", { lower: 0n, upper: -1n }],
    ["offset=99999999999999999999", undefined, { lower: 99999999999999999999n, upper: null }],
  ])("%s with header %s", (query, header, expected) => {
    expect(range(query, header)).toEqual(expected);
  });

  it("ignores the header for anything but GET", () => {
    expect(range("", "3-1", "HEAD")).toEqual(all);
  });

  it.each([
    ["limit=-1", undefined, "Limit should be greater than or equal to zero."],
    ["limit=0&offset=5", undefined, "Limit should be greater than or equal to zero."],
    ["limit=x&offset=5", undefined, "Limit should be greater than or equal to zero."],
    ["limit=2&offset=20", "5-9", "Limit should be greater than or equal to zero."],
    ["", "3-1", "The lower boundary must be lower than or equal to the upper boundary in the Range header."],
  ])("refuses %s with header %s", (query, header, details) => {
    const { status, body } = refusal(() => range(query, header));
    expect([status, body?.code, body?.details]).toEqual([416, "PGRST103", details]);
  });

  it("keeps embedded levels by name, offsets folded into the limit of their level", () => {
    const { ranges } = ask("GET /films?limit=9&a.limit=2&a.offset=3&a.b.offset=1&%22x.y%22.limit=-1").queryParams;
    expect(Object.fromEntries(ranges)).toEqual({
      limit: { lower: 0n, upper: 8n },
      "a.limit": { lower: 3n, upper: 4n },
      "a.b.limit": { lower: 1n, upper: null },
      '"x.y".limit': { lower: 0n, upper: -2n },
    });
  });
});

describe("rows changed", () => {
  it.each([
    ["PATCH /films?limit=1", 400, "PGRST109"],
    ["DELETE /films?offset=1", 400, "PGRST109"],
    ["DELETE /films?a.limit=1", 400, "PGRST109"],
    ["PUT /films?id=eq.1&limit=1", 400, "PGRST114"],
    ["PUT /films?id=eq.1&limit=0", 400, "PGRST114"],
    ["PATCH /films?limit=-1", 416, "PGRST103"],
  ])("%s is refused", (line, status, code) => {
    expect(refusal(() => ask(line, { body: "{}" }))).toMatchObject({ status, body: { code } });
  });

  it("can be limited with an order", () => {
    expect(ask("DELETE /films?limit=2&order=id").topLevelRange).toEqual({ lower: 0n, upper: 1n });
  });
});

describe("what is answered", () => {
  it.each([
    [0n, 3n, null, 200, "0-2/*"],
    [0n, 0n, null, 200, "*/*"],
    [0n, 3n, 3n, 200, "0-2/3"],
    [1n, 2n, 3n, 206, "1-2/3"],
    [3n, 0n, 3n, 206, "*/3"],
    [4n, 0n, 3n, 416, "*/3"],
    [0n, 0n, 0n, 200, "*/0"],
  ])("from %s, %s rows of %s", (lower, rows, total, status, value) => {
    expect(rangeAnswer({ lower, upper: null }, rows, total)).toEqual({ status, header: ["Content-Range", value] });
  });

  it("a deletion names no rows", () => {
    expect(contentRange(1n, 0n, 5n)).toEqual(["Content-Range", "*/5"]);
  });
});

describe("a configured maximum", () => {
  it.each([
    [null, { lower: 2n, upper: null }, { lower: 2n, upper: null }],
    [5n, { lower: 2n, upper: null }, { lower: 2n, upper: 6n }],
    [5n, { lower: 2n, upper: 3n }, { lower: 2n, upper: 3n }],
    [5n, { lower: 2n, upper: 99n }, { lower: 2n, upper: 6n }],
  ])("of %s", (limit, asked, expected) => {
    expect(restrictRange(limit, asked)).toEqual(expected);
  });
});

it("an absent header asks for everything", () => {
  expect(parseRangeHeader(undefined)).toEqual(all);
});
