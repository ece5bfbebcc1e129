/**
 * What is going to be done, resolved against the schema cache (PostgREST's `ActionPlan`). Pure data: SQL is built from it. The
 * body is not part of it, so that requests that differ in nothing else share a plan.
 */
import type { MediaType } from "../request/media-type.ts";
import type { Range } from "../request/range.ts";
import type {
  AggregateFunction,
  InvokeMethod,
  JoinType,
  JsonOperation,
  Mutation,
  OpExpr,
  OrderDirection,
  OrderNulls,
} from "../request/types.ts";
import type {
  MediaHandler,
  QualifiedIdentifier,
  Relationship,
  Routine,
  RoutineParameter,
} from "../schema-cache/types.ts";

/** A named element with what is known of its type for the use at hand. */
export interface CoercibleField {
  readonly name: string;
  readonly path: readonly JsonOperation[];
  /** A composite or array under a JSON path is turned `to_jsonb` first. */
  readonly toJson: boolean;
  /** Native Postgres type; empty when unknown and not needed. */
  readonly irType: string;
  /** Function that maps the native type to the one wanted here (data representations). */
  readonly transform: string | null;
  /** Default expression, applied with `Prefer: missing=default`. */
  readonly default: string | null;
}

export type CoercibleLogicTree =
  | {
      readonly kind: "expr";
      readonly negated: boolean;
      readonly operator: "and" | "or";
      readonly children: readonly CoercibleLogicTree[];
    }
  | { readonly kind: "filter"; readonly field: CoercibleField; readonly expr: OpExpr }
  /** `embed=is.null` / `embed=not.is.null` */
  | { readonly kind: "null-embed"; readonly negated: boolean; readonly embed: string };

export type CoercibleOrderTerm =
  | {
      readonly kind: "field";
      readonly field: CoercibleField;
      readonly direction: OrderDirection | null;
      readonly nulls: OrderNulls | null;
    }
  | {
      readonly kind: "relation";
      readonly relation: string;
      readonly name: string;
      readonly path: readonly JsonOperation[];
      readonly direction: OrderDirection | null;
      readonly nulls: OrderNulls | null;
    };

export interface CoercibleSelectField {
  readonly field: CoercibleField;
  readonly aggregate: AggregateFunction | null;
  readonly aggregateCast: string | null;
  readonly cast: string | null;
  readonly alias: string | null;
}

export interface SpreadSelectField {
  readonly name: string;
  readonly aggregate: AggregateFunction | null;
  readonly aggregateCast: string | null;
  readonly alias: string | null;
}

export type RelSelectField =
  | {
      readonly kind: "embed";
      readonly name: string;
      readonly aggAlias: string;
      readonly mode: "object" | "array";
      readonly isEmpty: boolean;
    }
  | { readonly kind: "spread"; readonly fields: readonly SpreadSelectField[]; readonly aggAlias: string };

export interface JoinCondition {
  readonly left: { readonly table: QualifiedIdentifier; readonly column: string };
  readonly right: { readonly table: QualifiedIdentifier; readonly column: string };
}

export interface ReadPlan {
  readonly select: readonly CoercibleSelectField[];
  readonly from: QualifiedIdentifier;
  readonly fromAlias: string | null;
  readonly where: readonly CoercibleLogicTree[];
  readonly order: readonly CoercibleOrderTerm[];
  readonly range: Range;
  readonly relName: string;
  readonly relToParent: Relationship | null;
  readonly joinConditions: readonly JoinCondition[];
  readonly relAlias: string | null;
  readonly relAggAlias: string;
  readonly relHint: string | null;
  readonly relJoinType: JoinType | null;
  readonly relIsSpread: boolean;
  readonly relSelect: readonly RelSelectField[];
  /** Nesting level, used for aliases. */
  readonly depth: number;
  readonly children: readonly ReadPlan[];
}

export type MutatePlan =
  | {
      readonly kind: "insert";
      readonly target: QualifiedIdentifier;
      readonly columns: readonly CoercibleField[];
      readonly bodyIsObject: boolean;
      readonly onConflict: {
        readonly resolution: "merge-duplicates" | "ignore-duplicates";
        readonly columns: readonly string[];
      } | null;
      readonly where: readonly CoercibleLogicTree[];
      readonly returning: readonly string[];
      readonly primaryKey: readonly string[];
      readonly applyDefaults: boolean;
    }
  | {
      readonly kind: "update";
      readonly target: QualifiedIdentifier;
      readonly columns: readonly CoercibleField[];
      readonly bodyIsObject: boolean;
      readonly where: readonly CoercibleLogicTree[];
      readonly range: Range;
      readonly order: readonly CoercibleOrderTerm[];
      readonly returning: readonly string[];
      readonly applyDefaults: boolean;
    }
  | {
      readonly kind: "delete";
      readonly target: QualifiedIdentifier;
      readonly where: readonly CoercibleLogicTree[];
      readonly range: Range;
      readonly order: readonly CoercibleOrderTerm[];
      readonly returning: readonly string[];
    };

export type CallParams =
  | { readonly kind: "keys"; readonly parameters: readonly RoutineParameter[] }
  | { readonly kind: "one-positional"; readonly parameter: RoutineParameter };

/** Where the arguments come from: the body that is sent, or JSON made of a query or a form. */
export type CallArguments =
  | { readonly from: "body"; readonly isObject: boolean }
  | { readonly from: "pairs"; readonly isObject: true; readonly json: Buffer };

export interface CallPlan {
  readonly function: QualifiedIdentifier;
  readonly params: CallParams;
  readonly args: CallArguments;
  readonly scalar: boolean;
  readonly setOfScalar: boolean;
  readonly compositeAlias: boolean;
  readonly returning: readonly string[];
}

export type TransactionMode = "read" | "write";

export type ActionPlan =
  | {
      readonly kind: "read";
      readonly read: ReadPlan;
      readonly mode: TransactionMode;
      readonly handler: MediaHandler;
      readonly media: MediaType;
      readonly headersOnly: boolean;
      readonly target: QualifiedIdentifier;
    }
  | {
      readonly kind: "mutate";
      readonly read: ReadPlan;
      readonly mutate: MutatePlan;
      readonly mode: TransactionMode;
      readonly handler: MediaHandler;
      readonly media: MediaType;
      readonly mutation: Mutation;
      readonly target: QualifiedIdentifier;
    }
  | {
      readonly kind: "call";
      readonly read: ReadPlan;
      readonly call: CallPlan;
      readonly mode: TransactionMode;
      readonly routine: Routine;
      readonly handler: MediaHandler;
      readonly media: MediaType;
      readonly invoke: InvokeMethod;
      readonly target: QualifiedIdentifier;
    }
  | {
      readonly kind: "inspect";
      readonly schema: string;
      readonly media: MediaType;
      readonly headersOnly: boolean;
      readonly mode: TransactionMode;
    }
  | { readonly kind: "relation-info"; readonly target: QualifiedIdentifier }
  | { readonly kind: "routine-info"; readonly routine: Routine }
  | { readonly kind: "schema-info" };
