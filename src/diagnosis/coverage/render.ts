/** A coverage report as text and as JSON. Pure. */
import { plural } from "../words.ts";
import { type CoverageReport, isNeverEvaluated, type PartCoverage, type PolicyCoverage } from "./types.ts";

export function renderCoverage({ mode, requests, passedOver, policies, notes }: CoverageReport): string {
  const unasked = policies.filter(isNeverEvaluated);
  const [within, never] = [unasked.filter((policy) => policy.within), unasked.filter((policy) => !policy.within)];
  const asked = policies.filter((policy) => !isNeverEvaluated(policy));
  const head = `${mode}: ${asked.length} of ${plural(policies.length, "policy", "policies")} evaluated, over ${plural(requests, "request")}${passedOver === 0 ? "" : ` (${passedOver} without rows to ask about)`}.`;
  const blocks = [
    head,
    ...asked.map(renderPolicy),
    ...listOf("Asked only in sub-selects of others, where rows are not counted:", within),
    ...listOf("Never evaluated:", never),
    ...(notes.length === 0 ? [] : [notes.join("\n")]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

const listOf = (title: string, policies: readonly PolicyCoverage[]): string[] =>
  policies.length === 0 ? [] : [[title, ...policies.map((policy) => `  ${nameOf(policy)}`)].join("\n")];

function nameOf({ table, policy, command, kind, source }: PolicyCoverage): string {
  const restrictive = kind === "restrictive" ? ", restrictive" : "";
  return `${table}.${policy} (${command}${restrictive})${source === undefined ? "" : `  ${source}`}`;
}

function renderPolicy(policy: PolicyCoverage): string {
  const clauses = policy.clauses.flatMap(({ clause, expression }) =>
    expression === null ? [`  ${clause}: never`] : [`  ${clause}`, ...renderPart(expression, 2)],
  );
  const deleted = policy.deleted === 0 ? [] : [`  ${plural(policy.deleted, "row")} deleted under it`];
  return [nameOf(policy), ...clauses, ...deleted].join("\n");
}

/** One line per part; what was always the same is the part that no test has put to the question. */
function renderPart(part: PartCoverage, depth: number): string[] {
  const { text, operator, parts } = part;
  const counts = (["true", "false", "null", "unknown"] as const)
    .filter((value) => part[value] > 0)
    .map((value) => `${value === "null" ? "NULL" : value} ${part[value]}`);
  const label = operator === null ? text : operator.toUpperCase();
  const line = `${"  ".repeat(depth)}${label}: ${counts.join(", ") || "never"}`;
  return [line, ...parts.flatMap((inner) => renderPart(inner, depth + 1))];
}

/** The report as it is; stable keys for machines. */
export const coverageJson = (reports: readonly CoverageReport[]): string => `${JSON.stringify(reports, null, 2)}\n`;
