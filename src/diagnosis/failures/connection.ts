/** Postgres gave no answer at all. */
import type { TransactionEvidence } from "../evidence.ts";
import type { Finding } from "../types.ts";

const KINDS = ["unreachable", "lost", "pool-timeout"] as const;

export type ConnectionFailure = (typeof KINDS)[number];

export const isConnectionFailure = (kind: string): kind is ConnectionFailure =>
  (KINDS as readonly string[]).includes(kind);

export function connectionFinding(kind: ConnectionFailure, { message }: Pick<TransactionEvidence, "message">): Finding {
  const titles = {
    unreachable: "PostgREST could not connect to Postgres.",
    lost: "The connection to Postgres was lost while the answer was awaited.",
    "pool-timeout": "Every connection of PostgREST's pool stayed busy.",
  } as const;
  const fixes = {
    unreachable: "Look at Postgres' log; flux-dev doctor checks the rest.",
    lost: "Look at Postgres' log: the server was stopped, or it crashed.",
    "pool-timeout": "Find the statements that take so long, or send fewer requests at a time.",
  } as const;
  return {
    code: `database.${kind}`,
    layer: "transaction",
    title: titles[kind],
    because: message === null ? [] : [message],
    fix: { text: fixes[kind] },
  };
}
