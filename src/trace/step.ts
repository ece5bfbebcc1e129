/**
 * What happened to one request, as a list of steps in the order of the ladder. The layers emit steps; trace and diagnosis
 * listen. No layer imports what explains it.
 */
export type Layer =
  | "edge" // absorbed paths, CORS, prefix strip
  | "host"
  | "project"
  | "token"
  | "bridge"
  | "limits"
  | "upstream" // what a remote PostgREST answered, or that it did not
  | "auth" // PostgREST's own JWT check
  | "request"
  | "plan"
  | "statement" // the SQL that was sent
  | "transaction" // how Postgres answered
  | "response";

export interface Step {
  readonly layer: Layer;
  /** `passed`: the ladder goes on. `answered`: this layer made the final answer, no refusal. `refused`: it said no. */
  readonly outcome: "passed" | "answered" | "refused";
  /** Stable, lower-case, dotted: `token.expired`, `host.unknown`, `transaction.42501`. */
  readonly code: string;
  /** What the layer knew when it decided; never secrets or whole tokens. */
  readonly evidence: Readonly<Record<string, unknown>>;
}

/**
 * Receives steps as they happen, with the milliseconds the layer took, where measured. Must not throw and must not be slow.
 * Requests share the steps that are the same for them, so a step is never changed.
 */
export type Observe = (step: Step, ms?: number) => void;

export const ignoreSteps: Observe = () => {};
