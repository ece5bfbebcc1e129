/** Why rows of an embed are not seen: its own table, the junction before it, or an embed inside it. */
import type { ReadPlan } from "../../postgrest/plan/types.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { hiddenFinding } from "../policies/hidden.ts";
import type { Finding, Findings } from "../types.ts";
import { visibleCount } from "./counts.ts";
import { SAMPLES } from "./samples.ts";
import { countTable, ownFilters, sampleJoined } from "./sql.ts";
import { viewFinding } from "./views.ts";

export interface HiddenChild {
  readonly parent: ReadPlan;
  readonly child: ReadPlan;
  readonly relation: Relation;
  /** Begins the title. */
  readonly effect: string;
}

export async function hiddenChild(inquiry: Inquiry, hidden: HiddenChild): Promise<Findings | undefined> {
  const { parent, child, relation, effect } = hidden;
  const between = await securedJunction(inquiry, child);
  const through = async (junction: Relation) =>
    hiddenFinding(inquiry, {
      ...whole(inquiry, junction),
      effect: `${effect} behind those of ${inquiry.show(junction)}, which connects them`,
    });
  if (between !== undefined && (await visibleCount(inquiry, countTable(between))) === 0) return through(between);
  if (relation.kind === "view") return viewFinding(inquiry, child, relation, effect);
  const own = await hiddenFinding(inquiry, {
    ...whole(inquiry, relation),
    filters: child.where,
    samples: sampleJoined(parent, child, SAMPLES),
    effect,
  });
  // The rows themselves are shown, so it is those that connect them which are not.
  return own.finding.code === "policies.unexplained" && between !== undefined ? through(between) : own;
}

const whole = (inquiry: Inquiry, relation: Relation) => ({
  relation,
  role: inquiry.role,
  questions: ["select"] as const,
  filters: [],
});

/** A many-to-many embed goes through a third table, whose policies count as well. */
async function securedJunction(inquiry: Inquiry, { relToParent }: ReadPlan): Promise<Relation | undefined> {
  if (relToParent?.kind !== "relationship" || relToParent.cardinality.kind !== "M2M") return undefined;
  const { table } = relToParent.cardinality.junction;
  const [relation] = await relationsByName(inquiry.session, [table], [inquiry.role]);
  return relation?.securedFor.includes(inquiry.role) ? relation : undefined;
}

/** An embed read by itself. Its alias stays, because the embeds inside it speak of it by that name. */
export const detached = (child: ReadPlan): ReadPlan => ({
  ...child,
  relToParent: null,
  joinConditions: [],
  where: ownFilters(child.where),
});

/** A mistake in the policies keeps its own name: the embed is where it shows, not what it is. */
export const mistakeItself = ({ rows: _rows, ...finding }: Finding): Finding[] =>
  finding.code === "policies.hidden" || finding.code.startsWith("rows.") ? [] : [finding];
