/** Who may do what: users × tables × verbs, asked through HTTP. */
import type { HttpRequest, HttpResponse } from "../../http/message.ts";
import type { ProjectIdentity } from "../../project/identity.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { DiagnosisContext } from "../context.ts";

export const verbs = ["GET", "POST", "PATCH", "DELETE"] as const;
export type Verb = (typeof verbs)[number];

/** The subject without a token. */
export const ANONYMOUS = "anon";

export interface MatrixSubject {
  /** As in the users file, or `anon`. */
  readonly name: string;
  /** The `sub` of its token; null without one. */
  readonly id: string | null;
}

export interface MatrixContext {
  readonly mode: ModeName;
  readonly project: ProjectIdentity;
  readonly admin: DiagnosisContext["admin"];
  readonly subjects: readonly MatrixSubject[];
  /**
   * Sends a request as a subject, through a gateway whose PostgREST has `db-tx-end=rollback`: an engine of its own on the
   * same database. The live one commits, and does not let `Prefer: tx=rollback` say otherwise, as on the platform.
   */
  readonly request: (request: HttpRequest, as: MatrixSubject) => Promise<HttpResponse>;
}

/** `nothing`: no error, and no row seen or touched. `denied`: 401 or 403. `failed`: it could not be found out. */
export type CellOutcome = "allowed" | "nothing" | "denied" | "failed";

export interface MatrixCell {
  readonly table: string;
  readonly verb: Verb;
  readonly subject: string;
  readonly outcome: CellOutcome;
  readonly status: number;
  /** SQLSTATE or PostgREST's code, where the body has one. */
  readonly code: string | null;
  /** Rows seen or touched; null where that means nothing. */
  readonly rows: number | null;
}

export interface Matrix {
  readonly mode: ModeName;
  /** By table, verb and subject, in the order asked. */
  readonly cells: readonly MatrixCell[];
}
