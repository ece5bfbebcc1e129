/** What the catalogs say, as far as an explanation needs it. */
import type { PolicyCommand } from "../types.ts";

export interface Column {
  readonly name: string;
  readonly type: string;
  /** Expression of the default; null without one. */
  readonly default: string | null;
  readonly notNull: boolean;
}

export interface Policy {
  readonly name: string;
  readonly permissive: boolean;
  readonly command: PolicyCommand;
  /** `PUBLIC` where everybody is meant. */
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
  /** Of the roles asked about, those the policy is for. */
  readonly appliesTo: readonly string[];
}

export type RelationKind = "table" | "partitioned table" | "view" | "materialized view" | "foreign table" | "sequence";

export interface Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: RelationKind;
  readonly owner: string;
  readonly securityInvoker: boolean;
  readonly rowSecurity: boolean;
  readonly forced: boolean;
  /** Of the roles asked about, those that row security holds for. */
  readonly securedFor: readonly string[];
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  readonly policies: readonly Policy[];
}

export interface FunctionInfo {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** `is_member(uuid)`, as GRANT wants it. */
  readonly signature: string;
  readonly owner: string;
  readonly definer: boolean;
  readonly volatile: boolean;
  readonly language: string;
  /** Of a standard one as Postgres prints it. */
  readonly body: string;
}
