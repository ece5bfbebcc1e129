/** A trace as one line of a list. */
import { target } from "../../http/message.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { redactText } from "../../trace/redact.ts";
import type { Trace } from "../../trace/trace.ts";
import { type Verdict, verdictOf } from "../../trace/verdict.ts";

export interface TraceSummary extends Verdict {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly mode: ModeName;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly ms: number;
}

export function summaryOf(trace: Trace): TraceSummary {
  const { id, startedAt, mode, request, response, ms } = trace;
  const { method } = request;
  const shown = redactText(target(request));
  return { id, startedAt, mode, method, target: shown, status: response.status, ms, ...verdictOf(trace) };
}
