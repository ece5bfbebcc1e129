/** What embedding does to rows: an inner embed that removes them, a plain one that stays empty. */
import type { CoercibleLogicTree, ReadPlan } from "../../postgrest/plan/types.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { hiddenFinding } from "../policies/hidden.ts";
import type { Finding, Findings } from "../types.ts";
import { plural } from "../words.ts";
import { unsecuredCount, viewOwners, visibleCount } from "./counts.ts";
import { countPlan, countText, keysOfTable, ownFilters, takeKeys } from "./sql.ts";
import { viewFinding } from "./views.ts";

/** `plan` sees `visible` rows of its own table, and none once it is joined. Undefined when no embed is to blame. */
export async function childFinding(
  inquiry: Inquiry,
  plan: ReadPlan,
  relation: Relation,
  visible: number,
): Promise<Findings | undefined> {
  const table = inquiry.show(relation);
  for (const child of plan.children) {
    const joined = only(plan, child);
    if (joined === undefined || (await visibleCount(inquiry, countPlan(joined))) > 0) continue;
    const [childRelation] = await relationsByName(inquiry.session, [child.from], [inquiry.role]);
    if (childRelation === undefined) continue;
    const embed = inquiry.show(childRelation);
    const owners = await viewOwners(inquiry, joined);
    const existing = await unsecuredCount(inquiry, countPlan(joined), owners);
    const rows = `${plural(visible, "row")} of ${table} ${visible === 1 ? "matches" : "match"}`;
    if (existing === 0) {
      const filtered = child.where.length > 0 ? " that matches the embed's filter" : "";
      return {
        also: [],
        finding: {
          code: "rows.inner-embed",
          layer: "rows",
          title: `The inner embed of ${embed} removes every row: none has a row in ${embed}${filtered}.`,
          because: [`${rows} without the embed.`, "Row security has no part in this: there is none for any role."],
          fix: { text: `Leave !inner out to keep rows without ${embed}.` },
        },
      };
    }
    const effect = `The inner embed of ${embed} removes every row, because its rows are hidden`;
    const hidden = await hiddenChild(inquiry, child, childRelation, effect);
    if (hidden === undefined) continue;
    const finding: Finding = {
      ...hidden.finding,
      code: "rows.inner-embed-hidden",
      because: [
        `${rows} without the embed; ${countText(existing)} of them ${existing === 1 ? "has" : "have"} rows in ${embed}, and ${inquiry.role} sees none of those.`,
        ...hidden.finding.because,
      ],
    };
    return { finding, also: [...named(hidden.finding), ...hidden.also] };
  }
  return undefined;
}

/** A mistake in the policies keeps its own name: the embed is where it shows, not what it is. */
const named = ({ rows: _rows, ...finding }: Finding): Finding[] =>
  finding.code === "policies.hidden" ? [] : [finding];

/** The plan with this one embed, if it can remove rows; the others are left out. */
function only(plan: ReadPlan, child: ReadPlan): ReadPlan | undefined {
  const inner = child.relJoinType === "inner";
  const own = ownFilters(plan.where);
  const about = plan.where.filter((tree) => !own.includes(tree) && mentions(tree, child.relAggAlias));
  if (!inner && about.length === 0) return undefined;
  return { ...plan, where: [...own, ...about], children: [child] };
}

const mentions = (tree: CoercibleLogicTree, alias: string): boolean =>
  tree.kind === "expr"
    ? tree.children.some((inner) => mentions(inner, alias))
    : tree.kind === "null-embed" && tree.embed === alias;

async function hiddenChild(
  inquiry: Inquiry,
  child: ReadPlan,
  relation: Relation,
  effect: string,
): Promise<Findings | undefined> {
  if (relation.kind === "view") return viewFinding(inquiry, child, relation, effect);
  const seen = await visibleCount(inquiry, countPlan({ ...detached(child), children: [] }));
  const deeper = child.children.some(({ relJoinType }) => relJoinType === "inner");
  if (seen > 0 && deeper) return childFinding(inquiry, detached(child), relation, seen);
  return hiddenFinding(inquiry, {
    relation,
    role: inquiry.role,
    questions: ["select"],
    filters: child.where,
    effect,
  });
}

/** An embed read by itself: without its alias and without what joins it to its parent. */
const detached = (child: ReadPlan): ReadPlan => ({
  ...child,
  fromAlias: null,
  relToParent: null,
  joinConditions: [],
  where: ownFilters(child.where),
});

/**
 * For an answer that has rows: embeds that are empty in all of them although their rows exist. `plan` is the request's
 * read; embeds that hold something somewhere are what row security is for.
 */
export async function emptyEmbedFinding(inquiry: Inquiry, plan: ReadPlan): Promise<Findings | undefined> {
  const plain = plan.children.filter(({ relJoinType }) => relJoinType !== "inner");
  if (plain.length === 0) return undefined;
  const [relation] = await relationsByName(inquiry.session, [plan.from], [inquiry.role]);
  const key = relation?.primaryKey.length === 1 ? relation.primaryKey[0]! : undefined;
  if (relation === undefined || key === undefined) return undefined;
  const rows = await visibleKeys(inquiry, plan, key);
  if (rows.length === 0) return undefined;
  for (const child of plain) {
    const inner: ReadPlan = {
      ...plan,
      where: [keyFilter(key, rows)],
      children: [{ ...child, relJoinType: "inner", children: [] }],
    };
    if ((await visibleCount(inquiry, countPlan(inner))) > 0) continue;
    const owners = await viewOwners(inquiry, inner);
    const existing = await unsecuredCount(inquiry, countPlan(inner), owners);
    const [childRelation] = await relationsByName(inquiry.session, [child.from], [inquiry.role]);
    if (existing === 0 || childRelation === undefined) continue;
    const embed = inquiry.show(childRelation);
    const effect = `The embed of ${embed} is empty, because its rows are hidden`;
    const hidden = await hiddenChild(inquiry, { ...child, children: [] }, childRelation, effect);
    if (hidden === undefined) continue;
    return {
      finding: {
        ...hidden.finding,
        code: "rows.embed-hidden",
        because: [
          `${plural(rows.length, "row")} of ${inquiry.show(relation)} came back; ${countText(existing)} of them ${existing === 1 ? "has" : "have"} rows in ${embed}, and ${inquiry.role} sees none of those.`,
          ...hidden.finding.because,
        ],
      },
      also: [...named(hidden.finding), ...hidden.also],
    };
  }
  return undefined;
}

const KEYS = 100;

async function visibleKeys(inquiry: Inquiry, { from, where }: ReadPlan, key: string): Promise<string[]> {
  const { session } = inquiry;
  const tried = await session.as(inquiry.identity(inquiry.role, { readOnly: true }), () =>
    takeKeys(session, keysOfTable(from, key, where, KEYS)),
  );
  return tried.ok ? tried.value : [];
}

const keyFilter = (name: string, values: readonly string[]): CoercibleLogicTree => ({
  kind: "filter",
  field: { name, path: [], toJson: false, irType: "", transform: null, default: null },
  expr: { kind: "op", negated: false, operation: { kind: "in", values } },
});
