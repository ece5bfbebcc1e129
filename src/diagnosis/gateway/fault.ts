/** Failures that were asked for with `flux-dev fault`: the platform's own answer, and another cause. */
import { decidingStep, type Trace } from "../../trace/trace.ts";
import type { Finding } from "../types.ts";

/** The finding as it is, unless the deciding step says that it was made on demand. */
export function onDemand(trace: Trace, finding: Finding): Finding {
  const fault = decidingStep(trace)?.evidence["fault"];
  if (typeof fault !== "string") return finding;
  return {
    ...finding,
    title: `flux-dev fault ${fault} made this answer; on the platform it means: ${finding.title}`,
    because: [
      ...finding.because,
      "Nothing is wrong with the request: the failure was asked for, and PostgREST never saw it.",
    ],
    fix: { text: "flux-dev fault off ends it." },
  };
}
