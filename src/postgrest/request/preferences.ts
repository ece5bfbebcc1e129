/** The values of `Prefer` that PostgREST knows. null: not asked for. */
export interface Preferences {
  readonly resolution: "merge-duplicates" | "ignore-duplicates" | null;
  readonly representation: "full" | "headers-only" | "none" | null;
  readonly parameters: "single-object" | null;
  readonly count: "exact" | "planned" | "estimated" | null;
  readonly transaction: "commit" | "rollback" | null;
  readonly missing: "default" | "null" | null;
  readonly handling: "strict" | "lenient" | null;
  readonly timezone: string | null;
  readonly maxAffected: bigint | null;
  /** Preferences that nothing knows, as sent. */
  readonly invalid: readonly string[];
}
