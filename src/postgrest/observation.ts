/**
 * What an engine and its server tell about themselves, beyond single requests: the material of the log and of `/metrics`.
 * Names follow PostgREST's own list of observations.
 */
export type Observation =
  | { readonly kind: "starting"; readonly version: string }
  | { readonly kind: "listening-port"; readonly port: number }
  | { readonly kind: "listening-unix"; readonly path: string }
  | { readonly kind: "admin-listening"; readonly port: number }
  /** A load of the schema cache begins. */
  | { readonly kind: "connecting" }
  | { readonly kind: "connected"; readonly serverVersion: string }
  | { readonly kind: "version-query-failed"; readonly payload: string }
  /** How long the catalog queries took, and all of it; `summary` counts what was found. */
  | {
      readonly kind: "schema-cache-loaded";
      readonly querySeconds: number;
      readonly totalSeconds: number;
      readonly summary: string;
    }
  | { readonly kind: "schema-cache-failed"; readonly payload: string }
  | { readonly kind: "reconnecting"; readonly seconds: number }
  | { readonly kind: "config-reloaded" }
  | { readonly kind: "config-invalid"; readonly reason: string }
  | { readonly kind: "settings-failed" | "role-settings-failed"; readonly payload: string }
  | { readonly kind: "query-failed"; readonly payload: string }
  | { readonly kind: "pool-timeout"; readonly payload: string }
  /** Only told where somebody debugs: `status` continues the sentence "Connection <id> …". */
  | { readonly kind: "connection"; readonly id: string; readonly status: ConnectionStatus }
  | { readonly kind: "channel-listening"; readonly channel: string }
  | { readonly kind: "channel-failed"; readonly channel: string; readonly reason: string }
  | { readonly kind: "channel-retrying"; readonly channel: string; readonly seconds: number }
  | { readonly kind: "schema-reload-notified"; readonly channel: string }
  | { readonly kind: "config-reload-notified"; readonly channel: string }
  /** The server cannot go on; whoever runs it decides whether to end the process. */
  | { readonly kind: "fatal"; readonly reason: string };

export type ConnectionStatus =
  | "is being established"
  | "is available"
  | "is used"
  | `is terminated due to ${"max lifetime" | "max idletime" | "release" | "network error"}`;

export type ObserveEngine = (observation: Observation) => void;
