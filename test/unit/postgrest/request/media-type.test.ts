import { describe, expect, it } from "vitest";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import {
  decodeMediaType,
  type MediaType,
  parseAccept,
  toContentType,
  toMime,
} from "../../../../src/postgrest/request/media-type.ts";

const tokens = dialects["12.2"];
const split = dialects["12.0"];
const plan = (more: Partial<Extract<MediaType, { kind: "plan" }>> = {}): MediaType => ({
  kind: "plan",
  of: { kind: "json" },
  format: "text",
  options: [],
  ...more,
});
const other = (mime: string): MediaType => ({ kind: "other", mime });
const object = (stripNulls: boolean): MediaType => ({ kind: "singular-json", stripNulls });

describe("known types", () => {
  it.each([
    ["application/json", "json"],
    ["application/geo+json", "geojson"],
    ["text/csv", "csv"],
    ["text/plain", "text"],
    ["text/xml", "xml"],
    ["application/openapi+json", "openapi"],
    ["application/x-www-form-urlencoded", "urlencoded"],
    ["application/octet-stream", "octet-stream"],
    ["*/*", "any"],
  ])("%s, read and written in both versions", (mime, kind) => {
    expect(decodeMediaType(mime, tokens)).toEqual({ kind });
    expect(decodeMediaType(`${mime};charset=utf-8`, split)).toEqual({ kind });
    expect(toMime({ kind } as MediaType)).toBe(mime);
  });
});

describe("types with parameters", () => {
  it.each<[string, MediaType, MediaType]>([
    // text, 12.2, 12.0
    ["application/vnd.pgrst.object+json", object(false), object(false)],
    ["application/vnd.pgrst.object;nulls=stripped", object(true), object(true)],
    [
      'application/vnd.pgrst.object+json ; NULLS = "stripped" ; x=y',
      object(true),
      other("application/vnd.pgrst.object+json "),
    ],
    ["application/vnd.pgrst.object+json;nulls=stripped;x=y", object(true), object(false)],
    ["application/vnd.pgrst.array+json", { kind: "json" }, { kind: "json" }],
    ["application/vnd.pgrst.array+json;nulls=stripped", { kind: "array-json-strip" }, { kind: "array-json-strip" }],
    ["Application/Vnd.PgRst.Array;nulls=stripped", { kind: "array-json-strip" }, other("Application/Vnd.PgRst.Array")],
    ["APPLICATION/JSON", { kind: "json" }, other("APPLICATION/JSON")],
    ["application/json/x", { kind: "json" }, other("application/json/x")],
    ["text/html;level=1", other("text/html;level=1"), other("text/html")],
    ["nonsense", other("nonsense"), other("nonsense")],
    ["", other(""), { kind: "any" }],
    ["application/vnd.pgrst.plan", plan(), plan()],
    [
      'application/vnd.pgrst.plan+json;for="text/csv"',
      plan({ format: "json", of: { kind: "csv" } }),
      plan({ format: "json", of: { kind: "csv" } }),
    ],
    ["application/vnd.pgrst.plan;for=text/csv", plan({ of: other("text") }), plan({ of: { kind: "csv" } })],
    [
      'application/vnd.pgrst.plan; for="application/json"; options=wal|verbose|analyze|nope',
      plan({ options: ["analyze", "verbose", "wal"] }),
      plan(),
    ],
    [
      'application/vnd.pgrst.plan;for="application/vnd.pgrst.object+json;nulls=stripped"',
      plan({ of: object(true) }),
      plan({ of: object(false) }),
    ],
  ])("%s", (text, inTokens, inPieces) => {
    expect(decodeMediaType(text, tokens)).toEqual(inTokens);
    expect(decodeMediaType(text, split)).toEqual(inPieces);
  });
});

describe("writing", () => {
  it.each<[MediaType, string]>([
    [object(true), "application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8"],
    [{ kind: "array-json-strip" }, "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8"],
    [{ kind: "octet-stream" }, "application/octet-stream"],
    [other("image/png"), "image/png"],
    [
      plan({ format: "json", of: object(false), options: ["analyze", "wal"] }),
      'application/vnd.pgrst.plan+json; for="application/vnd.pgrst.object+json"; options=analyze|wal; charset=utf-8',
    ],
  ])("%j", (media, text) => {
    expect(toContentType(media)).toBe(text);
  });
});

describe("Accept", () => {
  const accepted = (value: string, dialect = tokens) => parseAccept(value, dialect).map(toMime);
  it.each([
    ["text/csv, application/json", ["text/csv", "application/json"]],
    ["text/csv;q=0.5, application/json;q=0.9", ["application/json", "text/csv"]],
    ["*/*, text/csv", ["text/csv", "*/*"]],
    [
      "text/csv, application/vnd.pgrst.object+json;nulls=stripped",
      ["application/vnd.pgrst.object+json;nulls=stripped", "text/csv"],
    ],
    ["text/csv;q=x, application/json;q=0.9", ["text/csv", "application/json"]],
    ["text/csv; q=0.1 , application/json; q=.9", ["application/json", "text/csv"]],
    ["text/csv;q=0.5;x=y, text/plain;q=0.6", ["text/plain", "text/csv"]],
    ["text/csv;Q=0.1, text/plain;q=0.6", ["text/csv", "text/plain"]],
    ["", []],
    [",", ["", ""]],
  ])("%s", (value, expected) => {
    expect(accepted(value)).toEqual(expected);
  });

  it("of nothing but a comma is anything in 12.0", () => {
    expect(accepted(",", split)).toEqual(["*/*", "*/*"]);
    expect(accepted("", split)).toEqual([]);
  });
});
