import { describe, expect, it } from "vitest";
import { readDenied } from "../../../src/diagnosis/grants/denied.ts";
import { similar } from "../../../src/diagnosis/requests/similar.ts";
import { duration, listed, placeText, quoteName, showName, showValue, tidy } from "../../../src/diagnosis/words.ts";

it("names as SQL would have them", () => {
  expect(["notes", "Notes", "user", "a-b", 'a"b'].map(quoteName)).toEqual([
    "notes",
    '"Notes"',
    '"user"',
    '"a-b"',
    '"a""b"',
  ]);
  expect(showName("api", "notes", "api")).toBe("notes");
  expect(showName("public", "notes", "api")).toBe("public.notes");
});

it("values as SQL would show them, users by name", () => {
  expect(showValue(null)).toBe("NULL");
  expect(showValue("it's")).toBe("'it''s'");
  expect(showValue("12.5")).toBe("12.5");
  expect(showValue("user_1", [{ name: "alice", id: "user_1" }])).toBe("'user_1' (alice)");
  expect(showValue("x".repeat(100))).toHaveLength(63);
});

it("expressions as people write them", () => {
  expect(tidy("owner = ( SELECT auth.uid() AS uid)")).toBe("owner = auth.uid()");
  expect(tidy("state = 'open'::text")).toBe("state = 'open'");
  expect(tidy("a = ANY (ARRAY['x'::text, 'y'::text])")).toBe("a = ANY (ARRAY['x', 'y'])");
});

it("lists, durations, places", () => {
  expect([listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")]).toEqual([
    "",
    "a",
    "a and b",
    "a, b or c",
  ]);
  expect([5, 60, 200, 3600, 7500, 400_000].map(duration)).toEqual([
    "5 s",
    "1 min",
    "3 min 20 s",
    "1 h",
    "2 h 5 min",
    "4 days",
  ]);
  expect(placeText('SQL statement "x"\nPL/pgSQL function f() line 1')).toBe(
    'SQL statement "x", in PL/pgSQL function f() line 1',
  );
});

describe("refusals", () => {
  it.each([
    ["permission denied for table notes", { kind: "relation", name: "notes" }],
    ["permission denied for view v", { kind: "relation", name: "v" }],
    ["permission denied for sequence notes_id_seq", { kind: "sequence", name: "notes_id_seq" }],
    ["permission denied for function f", { kind: "function", name: "f" }],
    ["permission denied for schema auth", { kind: "schema", name: "auth" }],
    ['permission denied to set role "x"', undefined],
    ['new row violates row-level security policy for table "x"', undefined],
  ])("%s", (message, denied) => {
    expect(readDenied(message)).toEqual(denied);
  });
});

it("names that somebody may have meant, the nearest first", () => {
  expect(similar("note", ["notes", "node", "posts"])).toEqual(["notes", "node"]);
  expect(similar("Notes", ["notes"])).toEqual(["notes"]);
  expect(similar("owner", ["id", "owner_id"])).toEqual(["owner_id"]);
  expect(similar("author_id", ["id", "author"])).toEqual(["author"]);
  expect(similar("invoices", ["payments"])).toEqual([]);
});
