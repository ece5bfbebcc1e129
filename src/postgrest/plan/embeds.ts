/** What each level selects from its embeds, and where aggregates of spread embeds are computed. */
import { aggregatesNotAllowed } from "../errors/catalogue.ts";
import { relationshipIsToOne } from "../schema-cache/types.ts";
import { embedName, foldUp, levelsOf } from "./tree.ts";
import type { ReadPlan, RelSelectField, SpreadSelectField } from "./types.ts";

/**
 * @param hidesNested whether an embed holding nothing but empty embeds is left out like an empty one
 */
export function addRelSelects(root: ReadPlan, hidesNested: boolean): ReadPlan {
  return foldUp<Selected>(root, (level, below) => {
    const children = below.map(({ plan }) => plan);
    const relSelect = below.map(({ plan, holdsNothing }) =>
      relSelectField(plan, hidesNested ? holdsNothing : plan.select.length === 0 && plan.children.length === 0),
    );
    const holdsNothing = level.select.length === 0 && below.every((child) => child.holdsNothing);
    return { plan: children.length === 0 ? level : { ...level, children, relSelect }, holdsNothing };
  }).plan;
}

interface Selected {
  readonly plan: ReadPlan;
  /** Neither a column here nor in any embed below. */
  readonly holdsNothing: boolean;
}

function relSelectField(plan: ReadPlan, isEmpty: boolean): RelSelectField {
  const aggAlias = plan.relAggAlias;
  if (plan.relIsSpread) return { kind: "spread", fields: spreadFields(plan), aggAlias };
  const toOne = plan.relToParent !== null && relationshipIsToOne(plan.relToParent);
  return { kind: "embed", name: embedName(plan), aggAlias, mode: toOne ? "object" : "array", isEmpty };
}

function spreadFields(plan: ReadPlan): readonly SpreadSelectField[] {
  const plain = (name: string): SpreadSelectField => ({ name, aggregate: null, aggregateCast: null, alias: null });
  return [
    ...plan.select.map((item) => plain(item.alias ?? item.field.name)),
    ...plan.relSelect.flatMap((item) => (item.kind === "spread" ? item.fields : [plain(item.name)])),
  ];
}

interface HoistedAggregate extends SpreadSelectField {
  readonly aggAlias: string;
}

/**
 * An aggregate inside a spread is computed by the level that shows it, grouped by that level's other columns; inside, it
 * would see one row at a time.
 */
export function hoistSpreadAggregates(plan: ReadPlan): ReadPlan {
  return foldUp(plan, hoisted)[0];
}

type Hoisted = readonly [plan: ReadPlan, aggregates: readonly HoistedAggregate[]];

function hoisted(plan: ReadPlan, below: readonly Hoisted[]): Hoisted {
  if (below.length === 0 && !plan.relIsSpread) return [plan, []];
  const fromBelow = below.flatMap(([, aggregates]) => aggregates);
  const relSelect = plan.relSelect.map((item): RelSelectField => {
    if (item.kind === "embed") return item;
    const fields = item.fields.map((field) => {
      const found = fromBelow.find((other) => other.aggAlias === item.aggAlias && other.name === field.name);
      if (found === undefined) return field;
      const { aggregate, aggregateCast, alias } = found;
      return { ...field, aggregate, aggregateCast, alias };
    });
    return { ...item, fields };
  });
  const children = below.map(([child]) => child);
  if (!plan.relIsSpread) return [{ ...plan, relSelect, children }, []];

  const aggregates = plan.select.flatMap(({ field, aggregate, aggregateCast, alias }) =>
    aggregate === null
      ? []
      : [{ aggAlias: plan.relAggAlias, name: alias ?? field.name, aggregate, aggregateCast, alias }],
  );
  const select = plan.select.map((item) =>
    item.aggregate === null ? item : { ...item, aggregate: null, aggregateCast: null },
  );
  return [{ ...plan, select, relSelect, children }, aggregates];
}

/**
 * Refuses aggregates (PGRST123) unless `db-aggregates-enabled`. Those hoisted out of a spread are no longer seen here:
 * 12.0 and 12.2 let them pass.
 */
export function refuseAggregates(plan: ReadPlan): void {
  for (const { select } of levelsOf(plan)) {
    if (select.some((item) => item.aggregate !== null)) throw aggregatesNotAllowed();
  }
}
