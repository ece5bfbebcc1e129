/** The same request with claims as the app sent them: what v1 would answer. */
import type { Inquiry } from "../inquiry.ts";
import type { Proof } from "../types.ts";
import { listed, plural } from "../words.ts";
import type { Causes } from "./cause.ts";

/** All that the row's causes name: one of them alone would not show whether they are the reason. */
export async function claimProof({ replay, claims, sent }: Inquiry, causes: Causes): Promise<Proof> {
  const names = [...new Set(causes.flatMap((cause) => (cause.kind === "claim-dropped" ? [cause.claim] : [])))];
  const kept = { ...claims.seen, ...Object.fromEntries(names.map((name) => [name, claims.sent?.[name]])) };
  const tried = `the same request with ${listed(names)} in request.jwt.claims`;
  const outcome = await replay.run({ claims: kept });
  if (!outcome.ok) return { tried, result: `${outcome.failure.sqlState}: ${outcome.failure.message}`, holds: false };
  const rows = Number(outcome.value[0]?.["page_total"] ?? 0);
  const writes = sent.plan.kind === "mutate";
  return {
    tried,
    result: writes ? `it reaches ${plural(rows, "row")}` : `it gives ${plural(rows, "row")}`,
    holds: rows > 0,
  };
}
