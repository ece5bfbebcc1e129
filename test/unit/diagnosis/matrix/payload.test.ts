import { describe, expect, it } from "vitest";
import { insertBody, updateBody } from "../../../../src/diagnosis/matrix/payload.ts";
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
    expect(insertBody(table(columns), alice)).toEqual({ title: "flux-dev-matrix" });
  });

  it("names the user as its owner, also where it might be left out", () => {
    const columns = [column("owner_id", "text", { notNull: false }), column("reviewer", "bigint")];
    const body = insertBody(table(columns, { ownerColumns: ["owner_id", "reviewer"] }), alice);
    expect(body).toEqual({ owner_id: "user_alice", reviewer: 2_000_000_001 });
    expect(insertBody(table(columns, { ownerColumns: ["owner_id"] }), { name: "anon", id: null })).toEqual({
      reviewer: 2_000_000_001,
    });
  });

  it("refers to a row that exists, and copies what is no key", () => {
    const columns = [
      column("post_id", "bigint", { keyed: true, referenced: 7 }),
      column("slug", "text", { keyed: true }),
      column("kind", "text"),
    ];
    const body = insertBody(table(columns, { sample: { post_id: 3, slug: "first", kind: "draft" } }), alice);
    expect(body).toEqual({ post_id: 7, slug: "flux-dev-matrix", kind: "draft" });
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
    expect(insertBody(table([column("x", type)]), alice)).toEqual({ x: value });
  });

  it("takes the first label of an enum", () => {
    expect(insertBody(table([column("x", "mood", { labels: ["sad", "ok"] })]), alice)).toEqual({ x: "sad" });
  });
});

describe("a change", () => {
  it("is to a column that is no key and that no policy asks about", () => {
    const columns = [column("id", "bigint", { keyed: true }), column("owner_id", "text"), column("body", "text")];
    const one = table(columns, { ownerColumns: ["owner_id"], sample: { id: 1, owner_id: "u", body: "hello" } });
    expect(updateBody(one, "authenticated")).toEqual({ body: "hello" });
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
