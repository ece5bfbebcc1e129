/** The same request with a claim as the app sent it: what v1 would answer. */
import type { Inquiry } from "../inquiry.ts";
import type { Proof } from "../types.ts";
import { plural } from "../words.ts";

export async function claimProof({ replay, claims, sent }: Inquiry, claim: string): Promise<Proof> {
  const kept = { ...claims.seen, [claim]: claims.sent?.[claim] };
  const tried = `the same request with ${claim} in request.jwt.claims`;
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
