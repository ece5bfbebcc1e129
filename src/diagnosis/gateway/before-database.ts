/** Requests that were decided before SQL, and need none to be explained: at the edge, by the token, by limits. */
import { decidingStep, stepOf, type Trace } from "../../trace/trace.ts";
import type { DiagnosisContext } from "../context.ts";
import { postgrestTokenFinding } from "../tokens/postgrest.ts";
import { projectTokenFinding } from "../tokens/project.ts";
import type { Finding, Findings } from "../types.ts";
import { edgeFinding } from "./edge.ts";
import { hostFinding } from "./host.ts";
import { upstreamFinding } from "./upstream.ts";

/** Undefined when the request got as far as PostgREST's own work on it. */
export function beforeDatabase(trace: Trace, context: DiagnosisContext): Findings | undefined {
  const finding = find(trace, context);
  return finding === undefined ? undefined : { finding, also: [] };
}

function find(trace: Trace, context: DiagnosisContext): Finding | undefined {
  const step = decidingStep(trace);
  if (step === undefined) {
    return {
      code: "ok.answered",
      layer: "response",
      title: `The request was answered with ${trace.response.status}, and no step was traced.`,
      because: [],
    };
  }
  switch (step.layer) {
    case "edge":
      return edgeFinding(trace, step);
    case "host":
    case "project":
      return hostFinding(trace, step, context);
    case "token":
      return projectTokenFinding(trace, step, context);
    case "auth":
      return postgrestTokenFinding(trace, step, context);
    case "limits":
    case "upstream":
      return upstreamFinding(trace, step);
    default:
      return stepOf(trace, "response")?.code === "response.preflight" ? preflightAnswered(trace) : undefined;
  }
}

const preflightAnswered = (trace: Trace): Finding => ({
  code: "ok.answered",
  layer: "response",
  title: `The preflight was answered with ${trace.response.status} by PostgREST.`,
  because: ["PostgREST allows every origin unless told otherwise."],
});
