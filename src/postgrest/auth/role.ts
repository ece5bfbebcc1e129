import type { JsPathStep } from "../config/types.ts";
import { encodeClaims } from "./claims-json.ts";

/**
 * The value at `jwt-role-claim-key`, as text: a string as it is, anything else as its JSON, so that a role claim of `null`
 * asks for a role named "null". undefined: no such claim.
 */
export function roleClaim(claims: unknown, path: readonly JsPathStep[]): string | undefined {
  let value: unknown = claims;
  for (const step of path) {
    if (step.kind === "key") {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      if (!Object.hasOwn(value, step.key)) return undefined;
      value = (value as Record<string, unknown>)[step.key];
    } else {
      if (!Array.isArray(value) || step.index >= value.length) return undefined;
      value = value[step.index];
    }
  }
  const json = encodeClaims(value);
  // A number too large for JavaScript is kept as a string, but prints without quotes.
  return typeof value === "string" && json.startsWith('"') ? value : json;
}
