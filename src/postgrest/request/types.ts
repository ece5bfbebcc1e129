/** The request as PostgREST understands it (its `ApiRequest`): parsed, not yet checked against the database. */
import type { HeaderList } from "../../http/message.ts";
import type { QualifiedIdentifier } from "../schema-cache/types.ts";
import type { MediaType } from "./media-type.ts";
import type { Preferences } from "./preferences.ts";
import type { Range } from "./range.ts";

export type JsonOperation = {
  readonly arrow: "->" | "->>";
  readonly operand: { readonly kind: "key" | "index"; readonly value: string };
};
/** A column and a path into its JSON; the path is usually empty. */
export interface Field {
  readonly name: string;
  readonly path: readonly JsonOperation[];
}

export type AggregateFunction = "sum" | "avg" | "max" | "min" | "count";
export type JoinType = "inner" | "left";

export type SelectItem =
  | {
      readonly kind: "field";
      readonly field: Field;
      readonly aggregate: AggregateFunction | null;
      readonly aggregateCast: string | null;
      readonly cast: string | null;
      readonly alias: string | null;
    }
  | {
      readonly kind: "relation";
      readonly relation: string;
      readonly alias: string | null;
      readonly hint: string | null;
      readonly joinType: JoinType | null;
      readonly children: readonly SelectItem[];
    }
  | {
      readonly kind: "spread";
      readonly relation: string;
      readonly hint: string | null;
      readonly joinType: JoinType | null;
      readonly children: readonly SelectItem[];
    };

export type SimpleOperator = "neq" | "cs" | "cd" | "ov" | "sl" | "sr" | "nxr" | "nxl" | "adj";
export type QuantOperator = "eq" | "gte" | "gt" | "lte" | "lt" | "like" | "ilike" | "match" | "imatch";
export type FtsOperator = "fts" | "plfts" | "phfts" | "wfts";
export type Trilean = "true" | "false" | "null" | "unknown";

export type Operation =
  | { readonly kind: "simple"; readonly op: SimpleOperator; readonly value: string }
  | {
      readonly kind: "quant";
      readonly op: QuantOperator;
      readonly quantifier: "any" | "all" | null;
      readonly value: string;
    }
  | { readonly kind: "in"; readonly values: readonly string[] }
  | { readonly kind: "is"; readonly value: Trilean }
  | { readonly kind: "isdistinct"; readonly value: string }
  | { readonly kind: "fts"; readonly op: FtsOperator; readonly language: string | null; readonly value: string };

export type OpExpr =
  | { readonly kind: "op"; readonly negated: boolean; readonly operation: Operation }
  /** On RPC by GET a value that is no operator is an argument. */
  | { readonly kind: "none"; readonly value: string };

export interface Filter {
  readonly field: Field;
  readonly expr: OpExpr;
}

export type LogicTree =
  | {
      readonly kind: "expr";
      readonly negated: boolean;
      readonly operator: "and" | "or";
      readonly children: readonly LogicTree[];
    }
  | { readonly kind: "filter"; readonly filter: Filter };

export type OrderDirection = "asc" | "desc";
export type OrderNulls = "nullsfirst" | "nullslast";
export type OrderTerm =
  | {
      readonly kind: "field";
      readonly field: Field;
      readonly direction: OrderDirection | null;
      readonly nulls: OrderNulls | null;
    }
  | {
      readonly kind: "relation";
      readonly relation: string;
      readonly field: Field;
      readonly direction: OrderDirection | null;
      readonly nulls: OrderNulls | null;
    };

/** The embedded levels a parameter speaks of: `clients.projects.name=eq.1` has the path `["clients", "projects"]`. */
export type EmbedPath = readonly string[];

export interface QueryParams {
  /** Canonical, sorted and re-encoded query: what Content-Location shows. */
  readonly canonical: string;
  /** Arguments of an RPC by GET, in order. */
  readonly params: ReadonlyArray<readonly [name: string, value: string]>;
  /** By the name of the parameter (`limit`, `clients.limit`), the `offset` of the same level folded in. */
  readonly ranges: ReadonlyMap<string, Range>;
  readonly order: ReadonlyArray<readonly [EmbedPath, readonly OrderTerm[]]>;
  readonly logic: ReadonlyArray<readonly [EmbedPath, LogicTree]>;
  /** From `columns=`; null when absent. */
  readonly columns: ReadonlySet<string> | null;
  readonly select: readonly SelectItem[];
  readonly filters: ReadonlyArray<readonly [EmbedPath, Filter]>;
  readonly filtersRoot: readonly Filter[];
  readonly filtersNotRoot: ReadonlyArray<readonly [EmbedPath, Filter]>;
  readonly filterFields: ReadonlySet<string>;
  readonly onConflict: readonly string[] | null;
}

export type Mutation = "create" | "update" | "single-upsert" | "delete";
export type InvokeMethod = "post" | "get" | "head";

export type Action =
  | { readonly kind: "relation-read"; readonly target: QualifiedIdentifier; readonly headersOnly: boolean }
  | { readonly kind: "relation-mutate"; readonly target: QualifiedIdentifier; readonly mutation: Mutation }
  | { readonly kind: "routine"; readonly target: QualifiedIdentifier; readonly invoke: InvokeMethod }
  | { readonly kind: "schema-read"; readonly schema: string; readonly headersOnly: boolean }
  | { readonly kind: "relation-info"; readonly target: QualifiedIdentifier }
  | { readonly kind: "routine-info"; readonly target: QualifiedIdentifier; readonly invoke: InvokeMethod }
  | { readonly kind: "schema-info" };

export type Payload =
  /** JSON whose keys are known; `raw` is the body as sent, or made of CSV or a form. */
  | { readonly kind: "json"; readonly raw: Buffer; readonly keys: ReadonlySet<string>; readonly unreadable?: true }
  | {
      readonly kind: "urlencoded";
      readonly pairs: ReadonlyArray<readonly [string, string]>;
      readonly keys: ReadonlySet<string>;
      /** A value is no UTF-8. PostgREST falls over it, but not before the value is to be sent. */
      readonly unreadable?: true;
    }
  /** JSON not looked into (`columns=` given, or a single unnamed json parameter). */
  | { readonly kind: "raw-json"; readonly raw: Buffer }
  /** Anything else, for functions with a single unnamed parameter. */
  | { readonly kind: "raw"; readonly raw: Buffer };

export interface ApiRequest {
  readonly action: Action;
  /** With the `Range` header taken into account. */
  readonly topLevelRange: Range;
  readonly payload: Payload | null;
  readonly preferences: Preferences;
  readonly queryParams: QueryParams;
  /** Columns written, from `columns=` or the payload's keys. */
  readonly columns: ReadonlySet<string>;
  readonly headers: HeaderList;
  readonly cookies: ReadonlyArray<readonly [string, string]>;
  readonly path: string;
  readonly method: string;
  readonly schema: string;
  /** Whether a profile header or several exposed schemas decided the schema, so that Content-Profile is answered. */
  readonly negotiatedByProfile: boolean;
  /** In order of preference (q values resolved). */
  readonly accept: readonly MediaType[];
  readonly contentMediaType: MediaType;
}
