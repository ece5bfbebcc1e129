/** Media types as PostgREST tells them apart. `decode` and `toMime` live here too. */
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
