/** What a diagnosis says. Plain data: the terminal, `--json` and the trap fixtures read the same value. */
import type { ModeName } from "../project/mode/types.ts";
import type { Layer } from "../trace/step.ts";
import type { DiagnosisCode } from "./codes.ts";

/** The rungs of the ladder: the layers of a trace, and those that only Postgres knows. */
export type DiagnosisLayer =
  | Layer
  | "role" // SET ROLE and the pre-request function
  | "grants"
  | "policies"
  | "rows" // what filters, embeds, limits and the table itself leave
  | "schema-cache"
  | "constraints"; // every other error of SQL: not null, unique, types, raised exceptions

export type Outcome = "passed" | "failed" | "not-reached";

export interface Rung {
  readonly layer: DiagnosisLayer;
  readonly outcome: Outcome;
  /** One short sentence or phrase: what was found there. */
  readonly text: string;
}

/** One statement or one action that mends it. */
export interface Fix {
  readonly text: string;
  readonly sql?: string;
}

/** What was tried in a rolled-back transaction, and what came of it. */
export interface Proof {
  readonly tried: string;
  readonly result: string;
  /** Whether the cause went away. */
  readonly holds: boolean;
}

/** One cause, by itself. */
export interface Finding {
  readonly code: DiagnosisCode;
  readonly layer: DiagnosisLayer;
  /** One sentence: what decided. */
  readonly title: string;
  /** Facts that lead there, in order. */
  readonly because: readonly string[];
  readonly rows?: readonly RowExplanation[];
  readonly fix?: Fix;
  readonly proof?: Proof;
}

/** A cause, and what stands behind it. */
export interface Findings {
  readonly finding: Finding;
  readonly also: readonly Finding[];
}

export interface Diagnosis extends Finding {
  readonly request: RequestSummary;
  readonly ladder: readonly Rung[];
  /** Absent when the request never got as far as a token. */
  readonly claims?: ClaimsTable;
  /** What would stop the request, or show in its answer, once the cause above is mended. */
  readonly also: readonly Finding[];
  /** What could not be evaluated, and what the reader should know about the evaluation. */
  readonly notes: readonly string[];
}

export interface RequestSummary {
  readonly trace: string;
  readonly mode: ModeName;
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly status: number;
  /** The role it ran as in Postgres; null when it never got there. */
  readonly role: string | null;
  readonly ms: number;
}

export type ClaimSet = Readonly<Record<string, unknown>>;

/** null: not known or never reached. */
export interface ClaimsTable {
  /** By the app, unverified when the token was refused. */
  readonly sent: ClaimSet | null;
  /** By the gateway, for PostgREST. */
  readonly kept: ClaimSet | null;
  /** By SQL, in `request.jwt.claims`. */
  readonly seen: ClaimSet | null;
  /** Names sent and not kept. */
  readonly dropped: readonly string[];
}

/** `unknown`: not evaluated, or evaluation raised an error. */
export type Truth = "true" | "false" | "null" | "unknown";

/** One row and what each policy says of it. */
export interface RowExplanation {
  /** As SQL would name it. */
  readonly table: string;
  /** What tells the row apart: its primary key, else its first columns. */
  readonly key: ClaimSet;
  /** All its columns, as JSON shows them. */
  readonly row: ClaimSet;
  /** Whether the policies together let it through. */
  readonly passes: boolean;
  readonly policies: readonly PolicyVerdict[];
}

export type PolicyCommand = "ALL" | "SELECT" | "INSERT" | "UPDATE" | "DELETE";

export interface PolicyVerdict {
  readonly policy: string;
  readonly kind: "permissive" | "restrictive";
  readonly command: PolicyCommand;
  /** `PUBLIC` where everybody is meant. */
  readonly roles: readonly string[];
  /** Which of its two expressions was asked; `using as check` where WITH CHECK was left out. */
  readonly clause: "using" | "check" | "using as check";
  /** False: for other roles, or for another command. Then it is not evaluated. */
  readonly applies: boolean;
  readonly value: Truth;
  readonly expression: string;
  readonly part: Part | null;
  /** `migrations/001.sql:12`, where known. */
  readonly source?: string;
}

/** An expression split at AND, OR, NOT and CASE; the leaves are what Postgres compares. */
export interface Part {
  readonly text: string;
  readonly operator: "and" | "or" | "not" | "case" | null;
  readonly value: Truth;
  /** Of CASE: the condition, and what is given then and else. */
  readonly parts: readonly Part[];
  /** Of CASE: which of its parts was given. */
  readonly takes?: 1 | 2;
  /** The sides of a comparison, or the arguments that decided, with their values as SQL shows them. */
  readonly operands: readonly Operand[];
  /** Why it is `unknown`, or what else is worth knowing about it. */
  readonly note?: string;
  /** Its value, where that is no truth value; `value` is `null` or `unknown` then. */
  readonly gives?: string | null;
  /** Functions that it calls, with their bodies taken apart as though they stood here. */
  readonly calls?: readonly CalledBody[];
}

/** What became of one call for one row. */
export interface CalledBody {
  /** As it is written: `is_member(team_id)`. */
  readonly call: string;
  /** `is_member(integer)` */
  readonly function: string;
  /** Whose rights and policies count in it. */
  readonly runsAs: string;
  readonly definer: boolean;
  /** What it was called with, by parameter. */
  readonly arguments: readonly Operand[];
  /** Tables of its body of which whoever it runs as sees no row, because no policy lets it. */
  readonly blind?: readonly string[];
  /** What it gave; absent for functions that give rows, and for those that raise. */
  readonly gives?: string | null;
  /** Its body; null where that cannot be taken apart, or was not run. */
  readonly part: Part | null;
  /** Why there is no `part`. */
  readonly note?: string;
  /** `migrations/001.sql:12`, where known. */
  readonly source?: string;
}

export interface Operand {
  readonly text: string;
  /** null is SQL's NULL. */
  readonly value: string | null;
}
