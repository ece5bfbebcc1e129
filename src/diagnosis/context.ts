/** What a diagnosis needs from outside. Whoever runs the stack supplies it; nothing here imports the stack. */
import type { Client } from "pg";
import type { ProjectIdentity } from "../project/identity.ts";
import type { Clock } from "../time/clock.ts";

export interface DiagnosisContext {
  readonly project: ProjectIdentity;
  /**
   * Lends a connection of its own to the database of the trace's mode, as the superuser `postgres`, and takes it back.
   * The diagnosis opens one transaction on it and rolls it back. Rejects when the database cannot be reached.
   */
  readonly admin: <T>(work: (client: Client) => Promise<T>) => Promise<T>;
  /** For judging a token again: the clock of the stack. */
  readonly clock: Clock;
  /** Secrets that may have signed a token by mistake, with words for whose they are ("the v1 secret of this project"). */
  readonly secrets: readonly KnownSecret[];
  /** So that ids can be shown with names. */
  readonly users: readonly KnownUser[];
  /** Where a policy, table or function was made, best effort. */
  readonly sourceOf?: (object: SourceObject) => Source | undefined;
}

export interface KnownSecret {
  /** Completes "signed with …": `the secret of project blog`, `this project's v1 secret`, `the pool's secret`. */
  readonly owner: string;
  readonly secret: string;
  /** The one that should have signed in the trace's mode. */
  readonly expected: boolean;
}

export interface KnownUser {
  readonly name: string;
  readonly id: string;
}

export type SourceObject =
  /** `row-security`: where it was switched off again, of the table of that name. `role`: where a setting was last made for it. */
  | { readonly kind: "table" | "view" | "function" | "role" | "row-security"; readonly name: string }
  | { readonly kind: "policy"; readonly name: string; readonly table: string };

/** A line of a migration, counted from 1; `file` as shown to the user. */
export interface Source {
  readonly file: string;
  readonly line: number;
}

export interface ExplainOptions {
  /** Explain these rows of the table asked for: column and value, as in `--row id=7`. */
  readonly row?: { readonly column: string; readonly value: string };
  /** Rows explained one by one at most; default 3. */
  readonly rows?: number;
}
