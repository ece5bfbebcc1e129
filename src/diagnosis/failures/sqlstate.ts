/** Errors of SQL that neither grants nor policies have a part in. */
import type { ModeName } from "../../project/mode/types.ts";
import type { DiagnosisCode } from "../codes.ts";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { DiagnosisLayer, Finding } from "../types.ts";
import { placeText } from "../words.ts";

interface Kind {
  readonly code: DiagnosisCode;
  readonly layer?: DiagnosisLayer;
  readonly fix: string;
}

const STATES: Readonly<Record<string, Kind>> = {
  "23502": { code: "sql.not-null", fix: "Send a value, or give the column a default." },
  "23503": { code: "sql.foreign-key", fix: "Write the row referred to first, or correct the reference." },
  "428C9": { code: "sql.error", fix: "Leave the column out: the database makes its value." },
  "23514": { code: "sql.check", fix: "Send a value that the constraint allows." },
  "22P02": { code: "sql.invalid-value", fix: "Send a value of the column's type." },
  "22000": { code: "sql.invalid-value", fix: "Send a value that its type takes." },
  "22007": { code: "sql.invalid-value", fix: "Send dates and times as ISO 8601." },
  "22008": { code: "sql.invalid-value", fix: "Send a date that exists." },
  "22003": { code: "sql.invalid-value", fix: "Send a number that the column's type can hold." },
  "22001": { code: "sql.invalid-value", fix: "Send a shorter text." },
  "25006": { code: "sql.read-only", fix: "Call the function with POST." },
  "57014": {
    code: "sql.statement-timeout",
    layer: "transaction",
    fix: "Make the statement faster: index what filters and policies compare.",
  },
  "55P03": {
    code: "sql.lock-timeout",
    layer: "transaction",
    fix: "Find the transaction that holds the lock, in pg_locks and pg_stat_activity, and end it: an open psql, or a test.",
  },
  "23P01": { code: "sql.error", fix: "Send values that conflict with no other row." },
};

export function plainFinding({ trace }: Pick<Inquiry, "trace">, failure: SqlFailure): Finding {
  const { sqlState, message, detail, hint, where } = failure;
  const kind: Kind = (noPartition(message) ? undefined : STATES[sqlState]) ?? {
    code: sqlState === "42501" ? "grants.other" : "sql.error",
    layer: sqlState === "42501" ? "grants" : "constraints",
    fix: "Correct what the message names; row security has no part in it.",
  };
  return {
    code: kind.code,
    layer: kind.layer ?? "constraints",
    title: `Postgres refused with ${sqlState}: ${message}.`,
    because: [
      ...(detail === null ? [] : [detail]),
      ...(hint === null ? [] : [`Hint: ${hint}`]),
      ...(where === null ? [] : [`Postgres was in: ${placeText(where)}.`]),
      ...(message.endsWith("due to statement timeout") ? [TIMEOUT_OF[trace.mode]] : []),
    ],
    fix: { text: fixFor(failure, kind) },
  };
}

const TIMEOUT_OF: Readonly<Record<ModeName, string>> = {
  v1: "v1 sets no statement_timeout: this one is the project's own, of the function called, of a role or of the database.",
  v2: "v2's pre-request hook sets statement_timeout = 15 s for every request; its gateway gives up after 8 s already.",
};

/** 23514 as well, and no CHECK has to do with it. */
const noPartition = (message: string): boolean => message.startsWith("no partition of relation");

export const isUserAsUuid = ({ sqlState, message }: Pick<SqlFailure, "sqlState" | "message">): boolean =>
  sqlState === "22P02" && /type uuid: "user_/.test(message);

function fixFor({ sqlState, message }: SqlFailure, { fix }: Kind): string {
  if (noPartition(message)) return "Add a partition for the value, or a DEFAULT one; or send a value that has one.";
  // The other end of the key: rows still refer to what is to go.
  if (sqlState === "23503" && message.startsWith("update or delete"))
    return "Change or delete the rows that refer to it first, or declare the key ON DELETE CASCADE; rows that row security hides count as well.";
  if (isUserAsUuid({ sqlState, message })) return "Make the column text: ids of the identity provider are no uuids.";
  return fix;
}
