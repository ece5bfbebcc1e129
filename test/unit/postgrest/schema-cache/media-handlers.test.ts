import { describe, expect, test } from "vitest";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import { handlerMap } from "../../../../src/postgrest/schema-cache/media-handlers.ts";
import { handlerKey } from "../../../../src/postgrest/schema-cache/types.ts";

const row = (target: string, media: string, resolved = media) => {
  const [target_schema = "", target_name = ""] = target.split(".");
  return {
    handler_schema: "api",
    handler_name: "h",
    target_schema,
    target_name,
    media_type: media.toLowerCase(),
    resolved_media_type: resolved,
  };
};

describe("handlerMap", () => {
  test("has JSON for anything, CSV and GeoJSON without the user's doing", () => {
    const map = handlerMap([], dialects["12.2"]);
    expect(
      [...map].map(([key, { handler, mediaType }]) => [key.split("\0").at(-1), handler.kind, mediaType.kind]),
    ).toEqual([
      ["*/*", "json", "json"],
      ["application/json", "json", "json"],
      ["text/csv", "csv", "csv"],
      ["application/geo+json", "geojson", "geojson"],
    ]);
  });

  test("puts the user's handlers for any row in the place of its own", () => {
    const map = handlerMap([row("pg_catalog.anyelement", "text/csv")], dialects["12.2"]);
    expect(map.size).toBe(4);
    expect(map.get(handlerKey("anyelement", "text/csv"))).toEqual({
      handler: { kind: "custom", function: { schema: "api", name: "h" }, target: "anyelement" },
      mediaType: { kind: "csv" },
    });
  });

  test("finds a type in lower case and answers it as it is written", () => {
    const map = handlerMap([row("api.films", "App/X.Film")], dialects["12.2"]);
    const target = { schema: "api", name: "films" };
    expect(map.get(handlerKey(target, "app/x.film"))?.mediaType).toEqual({ kind: "other", mime: "App/X.Film" });
  });

  test("resolves any type to bytes", () => {
    const map = handlerMap([row("api.logo", "*/*", "application/octet-stream")], dialects["12.2"]);
    const target = { schema: "api", name: "logo" };
    expect(map.get(handlerKey(target, "*/*"))?.mediaType).toEqual({ kind: "octet-stream" });
  });
});
