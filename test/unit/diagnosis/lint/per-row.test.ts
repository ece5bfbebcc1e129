import { beforeAll, describe, expect, it } from "vitest";
import { perRowCalls, wrapCalls } from "../../../../src/diagnosis/lint/per-row.ts";
import { loadParser } from "../../../../src/diagnosis/predicates.ts";

beforeAll(loadParser);

describe("calls that are made for every row", () => {
  it.each([
    ["owner_id = auth.uid()", "owner_id = (select auth.uid())"],
    ["(a = auth.uid()) OR (b = auth.uid())", "(a = (select auth.uid())) OR (b = (select auth.uid()))"],
    ["ü = auth.uid()", "ü = (select auth.uid())"],
    [
      "EXISTS ( SELECT FROM members m WHERE (m.user_id = auth.uid()))",
      "EXISTS ( SELECT FROM members m WHERE (m.user_id = (select auth.uid())))",
    ],
    [
      "org = (current_setting('request.jwt.claims'::text, true)::json ->> 'org_id'::text)",
      "org = ((select current_setting('request.jwt.claims'::text, true))::json ->> 'org_id'::text)",
    ],
  ])("%s", (text, wrapped) => {
    expect(wrapCalls(text, perRowCalls(text))).toBe(wrapped);
  });

  it.each([
    "owner_id = ( SELECT auth.uid() AS uid)",
    "org = ( SELECT (current_setting('request.jwt.claims'::text, true))::json ->> 'org_id'::text)",
    "lower(name) = 'x'",
    "name = 'auth.uid()'",
    "not sql at all (",
  ])("none in %s", (text) => {
    expect(perRowCalls(text)).toEqual([]);
  });
});
