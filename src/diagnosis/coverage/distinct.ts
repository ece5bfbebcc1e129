/** Requests that would be asked the same again: same statement, same values, same role, same claims. Pure. */
import type { Trace } from "../../trace/trace.ts";
import { sentRequest } from "../evidence.ts";

export interface DistinctRequest {
  /** The last of them. */
  readonly trace: Trace;
  /** How many there were. */
  readonly times: number;
}

/** Claims that differ from token to token and that no policy should ask for. */
const FLEETING = new Set(["iat", "nbf", "exp", "jti"]);

/** Requests that never reached SQL are left out. */
export function distinctRequests(traces: readonly Trace[]): DistinctRequest[] {
  const groups = new Map<string, DistinctRequest>();
  for (const trace of traces) {
    const key = keyOf(trace);
    if (key !== undefined) groups.set(key, { trace, times: (groups.get(key)?.times ?? 0) + 1 });
  }
  return [...groups.values()];
}

function keyOf(trace: Trace): string | undefined {
  const sent = sentRequest(trace);
  if (sent === undefined) return undefined;
  const claims = Object.entries(sent.claims)
    .filter(([name]) => !FLEETING.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const values = sent.main.values.map((value) => (Buffer.isBuffer(value) ? value.toString("base64") : value));
  return JSON.stringify([sent.role, claims, sent.main.text, values]);
}
