/** Every request leaves a trace in the ring and a line in the log, and its answer says how to ask why. */
import type { Recording } from "../gateway/options.ts";
import { type HttpRequest, target, withBody } from "../http/message.ts";
import type { ModeName } from "../project/mode/types.ts";
import { redactText } from "../trace/redact.ts";
import type { TraceRing } from "../trace/ring.ts";
import { type Trace, TraceRecorder } from "../trace/trace.ts";
import { type Verdict, verdictOf } from "../trace/verdict.ts";
import { prepareExplanationsLater } from "./diagnosis/readiness.ts";
import type { Logbook } from "./logbook.ts";

/** The fields that carry a trace's id and the code of what decided, so that a developer can ask about this very answer. */
const TRACE_FIELD = "x-flux-dev-trace";
const WHY_FIELD = "x-flux-dev-why";

/** What the log keeps of a request besides its line. */
export interface RequestRecord {
  readonly trace: string;
  readonly mode: ModeName;
  readonly status: number;
  readonly layer: string;
  readonly code: string;
}

export function recorder(traces: TraceRing, log: Logbook, strict: boolean) {
  return (request: HttpRequest, mode: ModeName): Recording => {
    const recording = new TraceRecorder();
    return {
      observe: recording.observe,
      finish(response, body) {
        const trace = recording.finish(mode, body === undefined ? request : withBody(request, body), response);
        traces.add(trace);
        const verdict = verdictOf(trace);
        // Somebody may want to know why.
        if (verdict.kind !== "ok") prepareExplanationsLater();
        const { layer, code } = verdict;
        const record: RequestRecord = { trace: trace.id, mode, status: response.status, layer, code };
        log.write("gateway", "request", requestText(trace, verdict), record);
        // Not on the platform, so not where everything must be as it is there.
        if (strict) return [];
        return [
          [TRACE_FIELD, trace.id],
          [WHY_FIELD, `${code}; flux-dev why ${trace.id}`],
        ];
      },
    };
  };
}

/** `GET /notes 200 rows.empty 3.1 ms · flux-dev why m1x2y3`: what decided, and for a failure how to learn more. */
function requestText({ id, request, response, ms }: Trace, { code, kind }: Verdict): string {
  const line = `${request.method} ${redactText(target(request))} ${response.status}`;
  if (kind === "ok") return `${line} ${withTenths(ms)} ms`;
  return `${line} ${code} ${withTenths(ms)} ms · flux-dev why ${id}`;
}

/** As `toFixed(1)`, in a fraction of its time. */
function withTenths(ms: number): string {
  const tenths = Math.round(ms * 10);
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}
