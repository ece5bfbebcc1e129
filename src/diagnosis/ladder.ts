/** The ladder of a request: every rung it climbed, the one where it was decided, and those it never reached. */
import { modes } from "../project/mode/mode.ts";
import type { Step } from "../trace/step.ts";
import { stepOf, type Trace } from "../trace/trace.ts";
import { catalogue, isOk } from "./codes.ts";
import type { DiagnosisContext } from "./context.ts";
import type { DiagnosisLayer, Finding, Rung } from "./types.ts";
import { listed, showValue } from "./words.ts";

const LADDERS: Readonly<Record<Trace["mode"], readonly DiagnosisLayer[]>> = {
  v2: ["edge", "host", "project", "token", "bridge", "limits", "upstream", "request", "plan", "schema-cache", "role"],
  v1: ["edge", "host", "project", "upstream", "auth", "request", "plan", "schema-cache", "role"],
};
const INSIDE: readonly DiagnosisLayer[] = ["grants", "policies", "constraints", "transaction", "rows", "response"];

/** Rungs that are only worth a line where something happened on them. */
const SELDOM: ReadonlySet<DiagnosisLayer> = new Set<DiagnosisLayer>([
  "edge",
  "upstream",
  "schema-cache",
  "role",
  "constraints",
  "transaction",
]);

export function ladder(trace: Trace, finding: Finding, context: Pick<DiagnosisContext, "users" | "project">): Rung[] {
  const layers = [...LADDERS[trace.mode], ...INSIDE];
  const ok = isOk(finding.code);
  const decided = layers.indexOf(rungOf(finding.layer, trace));
  return layers.flatMap((layer, index): Rung[] => {
    if (!ok && index === decided) return [{ layer, outcome: "failed", text: catalogue[finding.code].title }];
    const step = stepOf(trace, layer as Step["layer"]);
    const answered = trace.response.status < 400 && layer === "response";
    const reached = ok ? wasReached(layer, trace, step) : index < decided || answered;
    if (SELDOM.has(layer) && (step === undefined || !reached)) return [];
    if (layer === "upstream" && step?.outcome === "passed") return [];
    if (!reached) return ok ? [] : [{ layer, outcome: "not-reached", text: "" }];
    return [{ layer, outcome: "passed", text: passedText(layer, trace, step, context) }];
  });
}

/** v1 has no token step of its own: PostgREST's check is the rung. */
const rungOf = (layer: DiagnosisLayer, { mode }: Trace): DiagnosisLayer =>
  mode === "v1" && layer === "token" ? "auth" : layer;

const wasReached = (layer: DiagnosisLayer, trace: Trace, step: Step | undefined): boolean =>
  step !== undefined || (INSIDE.includes(layer) && stepOf(trace, "transaction") !== undefined);

function passedText(
  layer: DiagnosisLayer,
  trace: Trace,
  step: Step | undefined,
  { users, project }: Pick<DiagnosisContext, "users" | "project">,
): string {
  const evidence = step?.evidence ?? {};
  switch (layer) {
    case "edge":
      return evidence["stripped"] === undefined ? "forwarded" : `${evidence["stripped"]} cut off the path`;
    case "host":
      return String(evidence["host"] ?? "");
    case "project":
      return "active";
    case "token":
      return `verified, sub ${showValue((evidence["claims"] as Record<string, unknown> | undefined)?.["sub"], users)}`;
    case "bridge": {
      const dropped = (evidence["dropped"] ?? []) as string[];
      return `role ${modes.v2.names(project).userRole}${dropped.length === 0 ? "" : `; drops ${listed(dropped)}`}`;
    }
    case "auth":
      return `${evidence["authenticated"] === true ? "runs as" : "anonymous, runs as"} ${String(evidence["role"])}`;
    case "request":
      return `${trace.request.method} ${trace.request.path}`;
    case "plan":
      return planText(evidence);
    case "grants":
      return "no privilege is missing";
    case "policies":
      return "nothing refused";
    case "rows":
      return rowsText(trace);
    case "response":
      return String(trace.response.status);
    default:
      return "passed";
  }
}

function planText({ plan }: Readonly<Record<string, unknown>>): string {
  const { kind, target } = (plan ?? {}) as { kind?: string; target?: { schema: string; name: string } };
  return target === undefined ? String(kind ?? "") : `${kind} ${target.schema}.${target.name}`;
}

function rowsText(trace: Trace): string {
  const rows = stepOf(trace, "transaction")?.evidence["rows"];
  return rows === undefined ? "" : `${String(rows)} in the answer`;
}
