/** How much of a project's row security a set of requests has exercised. */
import type { ModeName } from "../../project/mode/types.ts";
import type { Part, PolicyCommand, PolicyVerdict } from "../types.ts";

/** An expression, or a part of it, with how often it had which value, over rows and requests. */
export interface PartCoverage {
  readonly text: string;
  readonly operator: Part["operator"];
  readonly true: number;
  readonly false: number;
  readonly null: number;
  /** It could not be evaluated again. */
  readonly unknown: number;
  readonly parts: readonly PartCoverage[];
}

export type Clause = PolicyVerdict["clause"];

export interface ClauseCoverage {
  readonly clause: Clause;
  /** Rows it was asked about. */
  readonly evaluated: number;
  /** Null while it was never asked. */
  readonly expression: PartCoverage | null;
}

export interface PolicyCoverage {
  readonly table: string;
  readonly policy: string;
  readonly kind: "permissive" | "restrictive";
  readonly command: PolicyCommand;
  readonly roles: readonly string[];
  readonly clauses: readonly ClauseCoverage[];
  /** Policies that were evaluated read its table in sub-selects or functions, where rows are not counted. */
  readonly within: boolean;
  /** Rows that a DELETE took away under it: gone, so not evaluated again. */
  readonly deleted: number;
  /** `migrations/001.sql:12`, where known. */
  readonly source?: string;
}

export interface CoverageReport {
  readonly mode: ModeName;
  /** Requests looked at. */
  readonly requests: number;
  /** Of those, the ones that never reached SQL, called a function, or could not be asked again. */
  readonly passedOver: number;
  /** Every policy of the API schema, by table and name. */
  readonly policies: readonly PolicyCoverage[];
  readonly notes: readonly string[];
}

export const isNeverEvaluated = ({ clauses, deleted }: PolicyCoverage): boolean =>
  deleted === 0 && clauses.every(({ evaluated }) => evaluated === 0);
