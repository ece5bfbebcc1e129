/** A claim that SQL did not see: what the token has instead, and where the claim could come from. */
import { modes } from "../../project/mode/mode.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Fix } from "../types.ts";
import { listed } from "../words.ts";

const isKept = ({ trace }: Inquiry, claim: string): boolean =>
  modes[trace.mode].tokens.keptClaims?.includes(claim) ?? true;

export function claimMissing(inquiry: Inquiry, claim: string): string {
  const { sent } = inquiry.claims;
  if (sent === null) return "The request carried no token, so there are no claims.";
  if (sent[claim] === "") return `The token's ${claim} is empty.`;
  if (sent[claim] === null) return `The token's ${claim} is null.`;
  const kept = isKept(inquiry, claim) ? "" : ", and the v2 gateway would keep none but sub and email";
  return `The token has no claim ${claim}${kept}. It has ${listed(Object.keys(sent))}.`;
}

export function claimFix(inquiry: Inquiry, claim: string): Fix {
  if (claim === "sub") return { text: "Send a token with a sub." };
  return {
    text: isKept(inquiry, claim)
      ? `Add ${claim} to the token's template, or correct the name in the policy.`
      : `Let the policy look it up in a table by auth.uid(); on v2 a claim ${claim} would not get through.`,
  };
}
