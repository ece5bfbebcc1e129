/** The same request in both modes, side by side. */
import type { Trace } from "../../trace/trace.ts";
import type { Diagnosis } from "../types.ts";

export interface Side {
  readonly trace: Trace;
  readonly diagnosis: Diagnosis;
}

export interface Sides {
  readonly v1: Side;
  readonly v2: Side;
}

export type Aspect = "status" | "body" | "values made" | "headers" | "decided by" | "role" | "claims";

/** One thing that is not the same; names that differ by mode alone (schema, role) do not count. */
export interface DifferencePoint {
  readonly aspect: Aspect;
  readonly v1: string;
  readonly v2: string;
}

export interface Difference {
  /** Nothing that an app could notice. */
  readonly same: boolean;
  /** One sentence. */
  readonly title: string;
  readonly points: readonly DifferencePoint[];
  /** Why, one sentence each; empty when there is no difference. */
  readonly because: readonly string[];
}
