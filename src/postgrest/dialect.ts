/**
 * The two PostgREST versions Flux runs, as data: what a client can tell apart stands in this table and nowhere else.
 * A phase asks the dialect, never the version.
 */
export type PostgrestVersion = "12.2" | "12.0";

export interface Dialect {
  readonly version: PostgrestVersion;
  /** `12.2.12`, as in the Server header and the OpenAPI document. */
  readonly fullVersion: string;
}

export const dialects: Readonly<Record<PostgrestVersion, Dialect>> = {
  "12.2": { version: "12.2", fullVersion: "12.2.12" },
  "12.0": { version: "12.0", fullVersion: "12.0.2" },
};
