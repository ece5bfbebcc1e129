/** Requests as a list to choose from. Pure. */
import type { TraceSummary } from "../stack/diagnosis/trace-summary.ts";
import { table } from "./terminal.ts";

/** As many as fit on a screen. */
const LAST = 20;

export function traceLines(traces: readonly TraceSummary[]): string[] {
  if (traces.length === 0) return ["No request yet."];
  const rows = traces
    .slice(-LAST)
    .map(({ id, startedAt, mode, method, target, status, code }) => [
      id,
      new Date(startedAt).toLocaleTimeString("en-GB"),
      mode,
      String(status),
      code,
      `${method} ${target}`,
    ]);
  return table([["TRACE", "TIME", "MODE", "STATUS", "DECIDED", "REQUEST"], ...rows]);
}
