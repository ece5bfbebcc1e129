/** Media types and their handlers in the JSON dump. */
import type { MediaType } from "../request/media-type.ts";
import { type Json, qualified, tagged } from "./json.ts";
import type { MediaHandler, QualifiedIdentifier } from "./types.ts";

const plainTags: Readonly<Record<Exclude<MediaType["kind"], "other" | "singular-json" | "plan">, string>> = {
  json: "MTApplicationJSON",
  geojson: "MTGeoJSON",
  csv: "MTTextCSV",
  text: "MTTextPlain",
  xml: "MTTextXML",
  openapi: "MTOpenAPI",
  urlencoded: "MTUrlEncoded",
  "octet-stream": "MTOctetStream",
  any: "MTAny",
  "array-json-strip": "MTVndArrayJSONStrip",
};

const planOptionTags = {
  analyze: "PlanAnalyze",
  verbose: "PlanVerbose",
  settings: "PlanSettings",
  buffers: "PlanBuffers",
  wal: "PlanWAL",
} as const;

export function dumpMediaType(media: MediaType): Json {
  switch (media.kind) {
    case "other":
      return tagged("MTOther", media.mime);
    case "singular-json":
      return tagged("MTVndSingularJSON", media.stripNulls);
    case "plan":
      return tagged("MTVndPlan", [
        dumpMediaType(media.of),
        media.format === "json" ? "PlanJSON" : "PlanText",
        media.options.map((option) => planOptionTags[option]),
      ]);
    default:
      return tagged(plainTags[media.kind]);
  }
}

export const dumpTarget = (target: QualifiedIdentifier | "anyelement"): Json =>
  target === "anyelement" ? tagged("RelAnyElement") : tagged("RelId", qualified(target));

export function dumpMediaHandler(handler: MediaHandler): Json {
  switch (handler.kind) {
    case "single-json":
      return tagged("BuiltinAggSingleJson", handler.stripNulls);
    case "array-json-strip":
      return tagged("BuiltinAggArrayJsonStrip");
    case "json":
      return tagged("BuiltinOvAggJson");
    case "geojson":
      return tagged("BuiltinOvAggGeoJson");
    case "csv":
      return tagged("BuiltinOvAggCsv");
    case "custom":
      return tagged("CustomFunc", [qualified(handler.function), dumpTarget(handler.target)]);
    case "none":
      return tagged("NoAgg");
  }
}
