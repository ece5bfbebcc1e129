/** Media types as PostgREST tells them apart. */
import type { Dialect } from "../dialect.ts";
import { parseParameters, splitParameters } from "./media-type-parameters.ts";

export type PlanOption = "analyze" | "verbose" | "settings" | "buffers" | "wal";

export type MediaType =
  | { readonly kind: "json" }
  | { readonly kind: "geojson" }
  | { readonly kind: "csv" }
  | { readonly kind: "text" }
  | { readonly kind: "xml" }
  | { readonly kind: "openapi" }
  | { readonly kind: "urlencoded" }
  | { readonly kind: "octet-stream" }
  | { readonly kind: "any" }
  | { readonly kind: "other"; readonly mime: string }
  /** `application/vnd.pgrst.array+json;nulls=stripped` */
  | { readonly kind: "array-json-strip" }
  /** `application/vnd.pgrst.object+json` */
  | { readonly kind: "singular-json"; readonly stripNulls: boolean }
  | {
      readonly kind: "plan";
      readonly of: MediaType;
      readonly format: "json" | "text";
      readonly options: readonly PlanOption[];
    };

type PlainKind = Exclude<MediaType["kind"], "other" | "singular-json" | "plan">;

const mimes: Readonly<Record<PlainKind, string>> = {
  json: "application/json",
  geojson: "application/geo+json",
  csv: "text/csv",
  text: "text/plain",
  xml: "text/xml",
  openapi: "application/openapi+json",
  urlencoded: "application/x-www-form-urlencoded",
  "octet-stream": "application/octet-stream",
  any: "*/*",
  "array-json-strip": "application/vnd.pgrst.array+json;nulls=stripped",
};

const kinds = new Map(
  (Object.entries(mimes) as Array<[PlainKind, string]>)
    .filter(([kind]) => kind !== "array-json-strip")
    .map(([kind, mime]) => [mime, kind]),
);

const planOptions: readonly PlanOption[] = ["analyze", "verbose", "settings", "buffers", "wal"];

/** The type as text, the way PostgREST writes it into headers and messages. */
export function toMime(media: MediaType): string {
  switch (media.kind) {
    case "other":
      return media.mime;
    case "singular-json":
      return `application/vnd.pgrst.object+json${media.stripNulls ? ";nulls=stripped" : ""}`;
    case "plan": {
      const options = media.options.length === 0 ? "" : `; options=${media.options.join("|")}`;
      return `application/vnd.pgrst.plan+${media.format}; for="${toMime(media.of)}"${options}`;
    }
    default:
      return mimes[media.kind];
  }
}

/** Value of `Content-Type`. Types of own handlers and raw bytes are sent without a charset. */
export function toContentType(media: MediaType): string {
  const bare = media.kind === "other" || media.kind === "octet-stream";
  return `${toMime(media)}${bare ? "" : "; charset=utf-8"}`;
}

/** Reads a type from `Accept` or `Content-Type`. Never fails: what nothing knows is kept as `other`. */
export function decodeMediaType(text: string, dialect: Pick<Dialect, "mediaTypeParsing">): MediaType {
  const { name, rest, parameters } =
    dialect.mediaTypeParsing === "tokens" ? parseParameters(text) : splitParameters(text);
  const kind = kinds.get(name);
  if (kind !== undefined) return { kind } as MediaType;
  const stripNulls = parameters.get("nulls") === "stripped";
  switch (name) {
    case "application/vnd.pgrst.object+json":
    case "application/vnd.pgrst.object":
      return { kind: "singular-json", stripNulls };
    case "application/vnd.pgrst.array+json":
    case "application/vnd.pgrst.array":
      return { kind: stripNulls ? "array-json-strip" : "json" };
    case "application/vnd.pgrst.plan":
    case "application/vnd.pgrst.plan+text":
    case "application/vnd.pgrst.plan+json": {
      const of = parameters.get("for");
      const options = (parameters.get("options") ?? "").split("|");
      return {
        kind: "plan",
        of: of === undefined ? { kind: "json" } : decodeMediaType(of, dialect),
        format: name.endsWith("+json") ? "json" : "text",
        options: planOptions.filter((option) => options.includes(option)),
      };
    }
    default:
      return { kind: "other", mime: rest };
  }
}

/**
 * The types of an `Accept` header, most wanted first. Blanks vanish; what follows a `;q=` is lost to the type. At the same
 * quality a type with more parameters and fewer stars goes first, then the order of writing counts.
 */
export function parseAccept(value: string, dialect: Pick<Dialect, "mediaTypeParsing">): MediaType[] {
  if (value === "") return [];
  const types = value.split(",").map((part) => {
    const [type = "", ...weights] = part.replaceAll(" ", "").split(";q=");
    const weight = weights.join(";q=").split(";", 1)[0] ?? "";
    const specificity = count(type, ";") - count(type, "*");
    return { type, quality: weights.length === 0 ? 1 : readQuality(weight), specificity };
  });
  types.sort((a, b) => b.quality - a.quality || b.specificity - a.specificity);
  return types.map(({ type }) => decodeMediaType(type, dialect));
}

const count = (text: string, char: string): number => text.split(char).length - 1;

/** Haskell's `reads` takes the number a text begins with, and wants a digit before the point. */
function readQuality(text: string): number {
  const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?/i.exec(text)?.[0];
  return number === undefined ? 1 : Number(number);
}
