/** Claims on their way: what the app sent, what the gateway kept, what SQL saw. */
import { header } from "../http/message.ts";
import { isObject, parseJson } from "../json/json.ts";
import { splitJws } from "../tokens/jws.ts";
import { stepOf, type Trace } from "../trace/trace.ts";
import type { ClaimSet, ClaimsTable } from "./types.ts";

/** Undefined when no token was looked at and SQL never ran. */
export function claimsTable(trace: Trace): ClaimsTable | undefined {
  const sent = sentClaims(trace);
  const seen = (stepOf(trace, "transaction")?.evidence["claims"] ?? null) as ClaimSet | null;
  const bridge = stepOf(trace, "bridge")?.evidence;
  const auth = stepOf(trace, "auth");
  if (trace.mode === "v2") {
    const kept = (bridge?.["claims"] ?? null) as ClaimSet | null;
    const dropped = (bridge?.["dropped"] ?? []) as readonly string[];
    return sent === null && kept === null && seen === null ? undefined : { sent, kept, seen, dropped };
  }
  const kept = auth?.outcome === "passed" ? (auth.evidence["claims"] as ClaimSet) : null;
  return sent === null && seen === null ? undefined : { sent, kept, seen, dropped: [] };
}

/** From the step that looked at the token, else from the token itself, unverified. */
function sentClaims(trace: Trace): ClaimSet | null {
  const told = stepOf(trace, "token")?.evidence["claims"];
  if (isObject(told)) return told;
  return tokenContent(trace)?.claims ?? null;
}

export interface TokenContent {
  readonly compact: string;
  readonly header: ClaimSet;
  readonly claims: ClaimSet;
}

/** The request's bearer token, taken apart and not verified; undefined when there is none that can be read. */
export function tokenContent(trace: Trace): TokenContent | undefined {
  const compact = bearer(trace);
  if (compact === undefined) return undefined;
  const parts = splitJws(compact);
  if ("malformed" in parts) return undefined;
  const claims = parseJson(parts.payload);
  if (!isObject(parts.header) || !isObject(claims)) return undefined;
  return { compact, header: parts.header, claims };
}

/** A whole header that is a token and nothing else. */
export const isBareToken = (header: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(header.trim());

export function bearer(trace: Trace): string | undefined {
  const value = header(trace.request.headers, "authorization")?.trim();
  return value !== undefined && /^bearer\s+\S/i.test(value) ? value.slice(6).trim() : undefined;
}
