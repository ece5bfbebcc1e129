/** Answers that refused nothing: what they show, and what a reader might mistake about them. */

import type { ReadPlan } from "../../postgrest/plan/types.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { applicable } from "../policies/applicable.ts";
import { assess } from "../policies/assess.ts";
import { isMistake } from "../policies/cause.ts";
import { causeFinding } from "../policies/cause-finding.ts";
import { overwrittenProfile } from "../requests/profile.ts";
import type { Finding, Findings, RowExplanation } from "../types.ts";
import { capital, listed, plural, quoteName } from "../words.ts";
import { bypassedFinding } from "./bypassed.ts";
import { unsecuredCount, viewOwners, visibleCount } from "./counts.ts";
import { emptyEmbedFinding } from "./empty-embeds.ts";
import { filteredEmbedFinding } from "./filtered-embeds.ts";
import { rowsAsked, SAMPLES } from "./samples.ts";
import { countPlan, countText, countWhere, othersText, rowsText, sampleTable, takeSamples } from "./sql.ts";
import { blindView } from "./views.ts";

/** `rows` is the number of rows in the answer. */
export async function readFinding(inquiry: Inquiry, plan: ReadPlan, rows: number): Promise<Findings> {
  const [relation] = await relationsByName(inquiry.session, [plan.from], [inquiry.role]);
  if (relation === undefined) return { finding: okRows(inquiry, rows, plan.from.name, []), also: [] };
  const odd =
    profileIgnored(inquiry, relation) ??
    (await bypassedFinding(inquiry, relation)) ??
    (await blindView(inquiry, plan, relation)) ??
    (await emptyEmbedFinding(inquiry, plan)) ??
    (await widePolicy(inquiry, relation));
  if (odd !== undefined) return "finding" in odd ? odd : { finding: odd, also: [] };
  const { finding, others } = await ordinary(inquiry, plan, relation, rows);
  const asked = await askedRows(inquiry, relation);
  const emptied = await filteredEmbedFinding(inquiry, plan);
  const told = emptied === undefined ? finding : { ...emptied, because: [...emptied.because, ...finding.because] };
  const also = others === undefined ? [] : await mistakesBehind(inquiry, plan, relation, others);
  return { finding: asked.length === 0 ? told : { ...told, rows: asked }, also };
}

/** `--row` also for rows that are not missed: which policies show them, or do not. */
async function askedRows(inquiry: Inquiry, relation: Relation): Promise<RowExplanation[]> {
  if (!relation.securedFor.includes(inquiry.role)) return [];
  const samples = (await rowsAsked(inquiry, relation)) ?? [];
  const set = applicable(relation, inquiry.role, "select");
  const assessed = await assess(inquiry, relation, inquiry.role, [set], samples);
  return assessed.map(({ explanation }) => explanation);
}

/** `others`: how many rows match as well and are hidden. */
async function ordinary(
  inquiry: Inquiry,
  plan: ReadPlan,
  relation: Relation,
  rows: number,
): Promise<{ readonly finding: Finding; readonly others?: string }> {
  const table = inquiry.show(relation);
  const visible = await visibleCount(inquiry, countPlan(plan));
  const existing = await unsecuredCount(inquiry, countPlan(plan), await viewOwners(inquiry, plan));
  const policies = applicable(relation, inquiry.role, "select").permissive.map(({ policy }) => `"${policy.name}"`);
  const shown =
    relation.securedFor.includes(inquiry.role) && policies.length > 0
      ? [`${inquiry.role} sees what ${listed(policies, "or")} of ${table} lets it see.`]
      : [];
  if (existing <= visible) return { finding: okRows(inquiry, rows, table, shown) };
  const others = othersText(existing, visible);
  const more = `${rowsText(existing)} of ${table} match, ${countText(visible)} of them visible to ${inquiry.role}`;
  if (inquiry.trace.steps.some(asksForCount)) {
    const finding: Finding = {
      code: "ok.count-visible",
      layer: "response",
      title: `Nothing was refused; the total counts the ${rowsText(visible)} that ${inquiry.role} may see, out of ${countText(existing)}.`,
      because: [
        `${capital(more)}.`,
        "Counting happens under row security, so totals differ from user to user.",
        ...shown,
      ],
    };
    return { finding, others };
  }
  return {
    finding: okRows(inquiry, rows, table, [`${capital(more)}; row security hides the others.`, ...shown]),
    others,
  };
}

/** Of the rows that are hidden beside those that came, some may be so by mistake: that is worth telling. */
async function mistakesBehind(
  inquiry: Inquiry,
  { where }: ReadPlan,
  relation: Relation,
  others: string,
): Promise<readonly Finding[]> {
  const { session, role } = inquiry;
  if (!relation.securedFor.includes(role)) return [];
  const samples = await session.attempt(() => takeSamples(session, sampleTable(relation, where, SAMPLES)));
  const assessed = samples.ok
    ? await assess(inquiry, relation, role, [applicable(relation, role, "select")], samples.value)
    : [];
  const effect = `Row security hides ${others} of ${inquiry.show(relation)}`;
  const found = causeFinding(inquiry, relation, assessed, effect, { code: "policies.hidden" });
  return found !== undefined && isMistake(found.cause) ? [found.finding, ...found.also] : [];
}

const asksForCount = ({ layer, evidence }: Inquiry["trace"]["steps"][number]): boolean => {
  const preferences = evidence["preferences"] as { count?: string | null } | undefined;
  return layer === "request" && (preferences?.count === "exact" || preferences?.count === "estimated");
};

const okRows = ({ trace }: Inquiry, rows: number, table: string, because: readonly string[]): Finding => ({
  code: "ok.rows",
  layer: "response",
  title: `Nothing was refused: ${trace.response.status} with ${plural(rows, "row")} of ${table}.`,
  because,
});

/** Rows came, but from the project's schema: the one asked for was never looked at. */
function profileIgnored({ trace, names }: Inquiry, relation: Relation): Finding | undefined {
  const asked = overwrittenProfile(trace, names.schema);
  if (asked === undefined) return undefined;
  return {
    code: "ok.profile-ignored",
    layer: "bridge",
    title: `The request asked for schema ${asked}; the v2 gateway overwrote that with ${names.schema}.`,
    because: [
      `The answer is from ${names.schema}.${relation.name}.`,
      "On v2 a project has one schema, and no other can be asked for.",
    ],
    fix: { text: "Leave the profile header out; what must be reachable has to be in the project's own schema." },
  };
}

/** Beside other permissive policies one that is simply true: they could as well not be there. */
async function widePolicy(inquiry: Inquiry, relation: Relation): Promise<Finding | undefined> {
  if (!relation.securedFor.includes(inquiry.role)) return undefined;
  const { permissive } = applicable(relation, inquiry.role, "select");
  const wide = permissive.find(({ expression }) => expression === "true");
  const others = permissive.filter(({ expression }) => expression !== "true");
  if (wide === undefined || others.length === 0) return undefined;
  const narrow = others.map(({ expression }) => `(${expression})`).join(" OR ");
  const rows = await visibleCount(inquiry, countWhere(relation, `NOT coalesce(${narrow}, false)`));
  if (rows === 0) return undefined;
  const names = listed(others.map(({ policy }) => `"${policy.name}"`));
  return {
    code: "ok.wide-policy",
    layer: "policies",
    title: `Nothing was refused: policy "${wide.policy.name}" of ${inquiry.show(relation)} is true for every row.`,
    because: [
      `Permissive policies are joined with OR, so ${names} changes nothing: ${countText(rows)} ${rows === 1 ? "row is" : "rows are"} visible only because of "${wide.policy.name}".`,
    ],
    fix: {
      text: `If "${wide.policy.name}" was meant to narrow, make it AS RESTRICTIVE; if it was meant for another case, give it a condition.`,
      sql: `DROP POLICY ${quoteName(wide.policy.name)} ON ${inquiry.show(relation)};`,
    },
  };
}
