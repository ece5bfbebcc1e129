import { describe, expect, it } from "vitest";
import { insertBodies, type SeenRows, updateBody } from "../../../../src/diagnosis/matrix/payload.ts";
import type { MatrixColumn, MatrixTable } from "../../../../src/diagnosis/matrix/tables.ts";

const column = (name: string, type: string, more: Partial<MatrixColumn> = {}): MatrixColumn => ({
  name,
  type,
  baseType: type,
  default: null,
  notNull: true,
  automatic: false,
  keyed: false,
  labels: [],
  referenced: null,
  refersTo: null,
  updatableBy: ["authenticated"],
  ...more,
});

const table = (columns: MatrixColumn[], more: Partial<MatrixTable> = {}): MatrixTable => ({
  relation: {
    oid: 1,
    schema: "api",
    name: "things",
    kind: "table",
    owner: "postgres",
    securityInvoker: false,
    rowSecurity: true,
    forced: false,
    securedFor: [],
    columns,
    primaryKey: [],
    policies: [],
  },
  columns,
  takes: { insert: true, update: true, delete: true },
  sample: null,
  keys: null,
  ownerColumns: [],
  askedColumns: [],
  newOwnerColumns: [],
  ...more,
});

const alice = { name: "alice", id: "user_alice" };

describe("a new row", () => {
  it("leaves out what fills itself in", () => {
    const columns = [
      column("id", "bigint", { automatic: true, keyed: true }),
      column("made_at", "timestamp with time zone", { default: "now()" }),
      column("note", "text", { notNull: false }),
      column("title", "text"),
    ];
    expect(insertBodies(table(columns), alice)[0]).toEqual({ title: "flux-dev-matrix" });
  });

  it("names the user as its owner, also where it might be left out", () => {
    const columns = [column("owner_id", "text", { notNull: false }), column("reviewer", "bigint")];
    const [body] = insertBodies(table(columns, { newOwnerColumns: ["owner_id", "reviewer"] }), alice);
    expect(body).toEqual({ owner_id: "user_alice", reviewer: 2_000_000_001 });
    expect(insertBodies(table(columns, { newOwnerColumns: ["owner_id"] }), { name: "anon", id: null })[0]).toEqual({
      reviewer: 2_000_000_001,
    });
  });

  it("refers to a row that exists, and copies what is no key", () => {
    const columns = [
      column("post_id", "bigint", { keyed: true, referenced: 7 }),
      column("slug", "text", { keyed: true }),
      column("kind", "text"),
    ];
    const [body] = insertBodies(table(columns, { sample: { post_id: 3, slug: "first", kind: "draft" } }), alice);
    expect(body).toEqual({ post_id: 7, slug: "flux-dev-matrix", kind: "draft" });
  });

  it("refers to what the user sees: as a row of theirs does, else to a row of the other table, else to any", () => {
    const columns = [
      column("room_id", "bigint", { keyed: true, referenced: 7, refersTo: { table: "rooms", column: "id" } }),
    ];
    const seen: SeenRows = new Map<string, Readonly<Record<string, unknown>>>([
      ["rooms", { id: 8 }],
      ["things", { room_id: 9 }],
    ]);
    expect(insertBodies(table(columns), alice, seen)).toEqual([{ room_id: 9 }, { room_id: 8 }, { room_id: 7 }]);
    expect(insertBodies(table(columns), alice, new Map())).toEqual([{ room_id: 7 }]);
  });

  it.each([
    ["integer", 2_000_000_001],
    ["smallint", 32_001],
    ["numeric(10,2)", 2_000_000_001],
    ["boolean", true],
    ["uuid", "f10f10f1-0f10-4f10-8f10-f10f10f10f10"],
    ["date", "2026-01-01"],
    ["jsonb", {}],
    ["text[]", []],
    ["character varying(4)", "flux"],
  ])("has a value for %s", (type, value) => {
    expect(insertBodies(table([column("x", type)]), alice)[0]).toEqual({ x: value });
  });

  it("takes the first label of an enum", () => {
    expect(insertBodies(table([column("x", "mood", { labels: ["sad", "ok"] })]), alice)[0]).toEqual({ x: "sad" });
  });
});

describe("a change", () => {
  it("is to a column that is no key and that no policy asks about", () => {
    const columns = [column("id", "bigint", { keyed: true }), column("owner_id", "text"), column("body", "text")];
    const one = table(columns, { ownerColumns: ["owner_id"], sample: { id: 1, owner_id: "u", body: "hello" } });
    expect(updateBody(one, "authenticated")).toEqual({ body: "hello" });
  });

  it("leaves alone what policies ask about, and has a value that the user sees", () => {
    const columns = [column("team", "bigint"), column("body", "text")];
    const one = table(columns, { askedColumns: ["team"], sample: { team: 1, body: "somebody's" } });
    expect(updateBody(one, "authenticated", new Map([["things", { team: 2, body: "mine" }]]))).toEqual({
      body: "mine",
    });
  });

  it("keeps to the columns that the role may change", () => {
    const columns = [column("body", "text", { updatableBy: [] }), column("done", "boolean")];
    expect(updateBody(table(columns), "authenticated")).toEqual({ done: true });
  });

  it("is tried all the same where the role may change none", () => {
    expect(updateBody(table([column("body", "text", { updatableBy: [] })]), "authenticated")).toEqual({
      body: "flux-dev-matrix",
    });
  });

  it("is nothing where every column fills itself in", () => {
    expect(updateBody(table([column("id", "bigint", { automatic: true })]), "authenticated")).toBeNull();
  });
});
