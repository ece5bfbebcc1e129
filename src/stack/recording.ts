/** Every request leaves a trace in the ring and a line in the log. */
import type { Recording } from "../gateway/options.ts";
import { type HttpRequest, target } from "../http/message.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { TraceRing } from "../trace/ring.ts";
import { decidingStep, TraceRecorder } from "../trace/trace.ts";
import type { Logbook } from "./logbook.ts";

/** The field that carries a trace's id, so that a developer can ask why about this very answer. */
const TRACE_FIELD = "x-flux-dev-trace";

export function recorder(traces: TraceRing, log: Logbook, strict: boolean) {
  return (request: HttpRequest, mode: ModeName): Recording => {
    const recording = new TraceRecorder();
    return {
      observe: recording.observe,
      finish(response) {
        const trace = recording.finish(mode, request, response);
        traces.add(trace);
        const step = decidingStep(trace);
        const reason = step?.outcome === "refused" ? ` ${step.code}` : "";
        const text = `${request.method} ${target(request)} ${response.status}${reason} ${trace.ms.toFixed(1)} ms`;
        log.write("gateway", "request", text, { trace: trace.id, mode, status: response.status, code: step?.code });
        // Not on the platform, so not where everything must be as it is there.
        return strict ? [] : [[TRACE_FIELD, trace.id]];
      },
    };
  };
}
