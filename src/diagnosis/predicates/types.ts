/** An expression of SQL as diagnosis sees it: split where Postgres decides true, false or NULL. */

/** What an expression depends on, as far as its text says. Names as written, lower-cased where unquoted. */
export interface Facts {
  /** `owner_id`, `notes.owner_id`. */
  readonly columns: readonly string[];
  /** `auth.uid`, `is_member`, `current_user`. */
  readonly functions: readonly string[];
  /** Tables of sub-selects, with their schema where it is written. */
  readonly tables: readonly string[];
  /** Top-level members of `request.jwt.claims` that are read by name. */
  readonly claims: readonly string[];
  /** Of those and of `members`, the ones in whose absence COALESCE takes something else that is no constant. */
  readonly spareClaims: readonly string[];
  /** `x` of every `request.jwt.claim.x`, which PostgREST 12 does not set. */
  readonly legacyClaims: readonly string[];
  /** Other settings read with current_setting. */
  readonly settings: readonly string[];
  /** Members read off what a function returns: `auth.jwt() ->> 'org_id'`. */
  readonly members: ReadonlyArray<{ readonly of: string; readonly key: string }>;
  /** Casts to uuid of something that is no constant. */
  readonly castsToUuid: boolean;
}

export interface Expression {
  readonly text: string;
  readonly facts: Facts;
  /** A literal: its text is its value. */
  readonly constant: boolean;
  /** Several expressions with commas between them, as IN has them: no value by itself. */
  readonly list?: boolean;
  /** The whole of it is a query that gives one value; this is the query, without its parentheses. */
  readonly select?: string;
  /** How it is called, where the text is only a name for it. */
  readonly shown?: string;
}

export type Leaf =
  | {
      readonly kind: "comparison";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** `left = ANY (array)` */
  | {
      readonly kind: "array";
      readonly operator: string;
      readonly left: Expression;
      readonly array: Expression;
    }
  /** `left IN (SELECT …)`; `operator` is what stands between. */
  | { readonly kind: "in-select"; readonly operator: string; readonly left: Expression; readonly select: string }
  | { readonly kind: "exists"; readonly select: string }
  /** `operand IS NULL`, `operand IS NOT TRUE`. */
  | { readonly kind: "test"; readonly test: string; readonly operand: Expression }
  /** The query that a function's body consists of. */
  | { readonly kind: "query"; readonly select: string }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  /** A column, a constant, or what cannot be taken apart. */
  | { readonly kind: "value" };

export type Operator = "and" | "or" | "not" | "case";

export interface Predicate {
  /** Without outer parentheses. */
  readonly text: string;
  /** What gives its value, where that is not the text. */
  readonly sql?: string;
  readonly operator: Operator | null;
  /** Of CASE: the condition, and what is given then and else. */
  readonly parts: readonly Predicate[];
  /** null where there is an operator. */
  readonly leaf: Leaf | null;
  /** Of CASE: the condition is the opposite of the one that is written, so a NULL of it takes the first branch. */
  readonly turned?: true;
  readonly facts: Facts;
}
