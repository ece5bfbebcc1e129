import { describe, expect, it } from "vitest";
import { overrideByGuc } from "../../../../src/postgrest/response/guc.ts";
import { emptyResultSet } from "../../../../src/postgrest/transaction/result-set.ts";

const answer = {
  status: 200,
  headers: [
    ["Content-Type", "a"],
    ["Content-Range", "b"],
  ] as const,
  body: "",
};
const override = (gucStatus: string | null, gucHeaders: string | null) =>
  overrideByGuc(answer, { ...emptyResultSet(null), gucStatus, gucHeaders });

describe("response.status", () => {
  it("wins", () => expect(override("418", null).status).toBe(418));
  it("counts up to the first character that is no digit", () => expect(override("201abc", null).status).toBe(201));
  it("must begin with a digit", () => expect(() => override("teapot", null)).toThrow("must be a valid status code"));
});

describe("response.headers", () => {
  it("take the place of PostgREST's, in any case of the name, at the end", () => {
    expect(override(null, '[{"content-TYPE":"x"},{"Set-Cookie":"1"},{"Set-Cookie":"2"}]').headers).toEqual([
      ["Content-Range", "b"],
      ["content-TYPE", "x"],
      ["Set-Cookie", "1"],
      ["Set-Cookie", "2"],
    ]);
  });

  it("have the first of two values in one object", () => {
    expect(override(null, '[{"X-A":"1","X-A":"2"},{"X-A":"3"}]').headers.slice(-2)).toEqual([
      ["X-A", "1"],
      ["X-A", "3"],
    ]);
  });

  it.each(["{}", '[{"a":"\\udc00"}]', '[{"a":"1","b":"2"}]', '[{"a":1}]', "[[]]", "nonsense"])(
    "%s is refused",
    (headers) => {
      expect(() => override(null, headers)).toThrow("response.headers guc must be a JSON array");
    },
  );
});
