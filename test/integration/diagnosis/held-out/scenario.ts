/** Projects in SQL with the requests that are asked of them, what must be said, and what mends it. */
import type { TrapRequest } from "../../../../src/diagnosis/traps/schema.ts";
import type { ModeName } from "../../../../src/project/mode/types.ts";

export interface Ask extends TrapRequest {
  /** Default: both, where the scenario has both. */
  readonly modes?: readonly ModeName[];
  /** Runs as the superuser first. */
  readonly before?: string;
  /** The code, then those of what stands behind it; by mode where they differ. */
  readonly codes: readonly string[] | Readonly<Record<ModeName, readonly string[]>>;
  /** Somewhere in title, facts or fix. */
  readonly says?: string;
  /**
   * The neighbour without the mistake: pushed SQL (`fix` is the diagnosis' own), or what is different in the request. Asked
   * again, nothing may be refused any more.
   */
  readonly mended?: string | Partial<TrapRequest>;
  /** Codes then, where row security goes on doing its work. */
  readonly after?: readonly string[];
}

export interface Scenario {
  /** Default: both. One is enough where nothing but SQL decides. */
  readonly modes?: readonly ModeName[];
  readonly sql: string;
  readonly seed?: string;
  readonly asks: readonly Ask[];
}

export type Scenarios = Readonly<Record<string, Scenario>>;

export const A = "user_2alice000000000000000000000";
export const B = "user_2bob00000000000000000000000";
export const ORG = "org_2acme0000000000000000000000";

export const rls = (...tables: string[]): string =>
  tables.map((table) => `alter table ${table} enable row level security;`).join("");

/** Rows belong to their column `owner`, for everything. */
export const own = (table: string): string =>
  `${rls(table)} create policy own on ${table} to authenticated using (owner = auth.uid()) with check (owner = auth.uid());`;

export const single = { headers: { Accept: "application/vnd.pgrst.object+json" } };
export const returning = { headers: { Prefer: "return=representation" } };
export const merging = { headers: { Prefer: "resolution=merge-duplicates" } };

/** On v2 row security holds for owners too, so what a SECURITY DEFINER reads has to let its owner see. */
export const ownerSees = (...tables: string[]): string =>
  tables
    .map((one) => `create policy o on ${one} for select using (current_user = 'postgres' or current_user like '%ddl');`)
    .join("");
export const definer = "stable security definer";
