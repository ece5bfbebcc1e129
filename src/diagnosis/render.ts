/** A diagnosis as text for a terminal: the ladder, what decided, the values, the line that mends it. Pure. */
import { isOk } from "./codes.ts";
import type { KnownUser } from "./context.ts";
import { claimsLines } from "./render/claims.ts";
import { rowLines } from "./render/rows.ts";
import { plainStyle, type Style } from "./render/style.ts";
import type { Diagnosis, DiagnosisLayer, Finding, Outcome, RequestSummary, Rung } from "./types.ts";

export type { Style } from "./render/style.ts";

export interface RenderOptions {
  readonly style?: Style;
  /** So that ids can be shown with names. */
  readonly users?: readonly KnownUser[];
}

export function renderDiagnosis(diagnosis: Diagnosis, { style = plainStyle, users = [] }: RenderOptions = {}): string {
  const { request, ladder, claims, rows = [], also, notes } = diagnosis;
  const blocks = [
    [headline(request, style)],
    ladderLines(ladder, style),
    findingLines(diagnosis, style),
    // What decided and what mends it stand together; the evidence comes after them.
    remedyLines(diagnosis, style),
    ...rows.map((row) => rowLines(row, style, users)),
    claims === undefined || ![diagnosis, ...also].some(isAboutClaims) ? [] : claimsLines(claims, style),
    // The same finding under the name of its mechanism is told once.
    ...also
      .filter(({ title }) => title !== diagnosis.title)
      .map((finding) => [style.dim("besides:"), ...findingLines(finding, style), ...remedyLines(finding, style)]),
    notes.map((note) => style.dim(`note: ${note}`)),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function headline({ method, target, status, mode, role, ms, trace }: RequestSummary, style: Style): string {
  const about = [mode, ...(role === null ? [] : [`as ${role}`]), `${ms.toFixed(0)} ms`, `trace ${trace}`];
  return `${style.strong(`${method} ${target} → ${status}`)} ${style.dim(`(${about.join(", ")})`)}`;
}

const MARKS: Readonly<Record<Outcome, string>> = { passed: "✓", failed: "✗", "not-reached": "·" };

const NAMES: Partial<Readonly<Record<DiagnosisLayer, string>>> = {
  auth: "token",
  "schema-cache": "schema cache",
  response: "answer",
};

const WIDTH = 13;

/** Where claims had no say, a table of them is in the way. */
const isAboutClaims = ({ layer }: Finding): boolean => CLAIM_LAYERS.has(layer);

const CLAIM_LAYERS: ReadonlySet<DiagnosisLayer> = new Set<DiagnosisLayer>([
  "token",
  "auth",
  "bridge",
  "role",
  "policies",
]);

/** Rungs that were not reached share a line. */
function ladderLines(ladder: readonly Rung[], style: Style): string[] {
  const lines: string[] = [];
  let below: string[] = [];
  const flush = () => {
    if (below.length > 0) lines.push(style.dim(`  ${MARKS["not-reached"]} ${below.join(", ")}`));
    below = [];
  };
  for (const rung of ladder) {
    if (rung.outcome === "not-reached") {
      below.push(NAMES[rung.layer] ?? rung.layer);
      continue;
    }
    flush();
    lines.push(rungLine(rung, style));
  }
  flush();
  return lines;
}

function rungLine({ layer, outcome, text }: Rung, style: Style): string {
  const name = (NAMES[layer] ?? layer).padEnd(WIDTH);
  const mark = outcome === "passed" ? style.good(MARKS.passed) : style.bad(MARKS.failed);
  return `  ${mark} ${name}${outcome === "passed" ? style.dim(text) : text}`.trimEnd();
}

function findingLines({ code, title, because }: Finding, style: Style): string[] {
  const shown = isOk(code) ? style.good(code) : style.bad(code);
  return [`${shown}  ${style.strong(title)}`, ...because.map((fact) => `  - ${fact}`)];
}

function remedyLines({ fix, proof }: Finding, style: Style): string[] {
  return [
    ...(fix === undefined
      ? []
      : [
          `${style.strong("fix:")} ${fix.text}`,
          ...(fix.sql ?? "")
            .split("\n")
            .filter(Boolean)
            .map((line) => `     ${line}`),
        ]),
    ...(proof === undefined
      ? []
      : [`${style.strong(proof.holds ? "proven:" : "tried:")} ${proof.tried} → ${proof.result}`]),
  ];
}
