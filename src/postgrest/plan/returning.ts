/** Columns a write or a call must hand on so that what is selected and embedded can be read from it. */
import { compareText } from "../haskell.ts";
import type { ReadPlan } from "./types.ts";

/**
 * The selected columns, the ones embeds join on and `primaryKey` (for Location), each once; a name twice would be
 * ambiguous. Everything (`*`) when that is selected already, or when a computed relationship wants the whole row.
 */
export function columnsNeeded(plan: ReadPlan, primaryKey: readonly string[]): readonly string[] {
  const names = plan.select.map((item) => item.field.name);
  if (names.includes("*") || plan.children.some((child) => child.relToParent?.kind === "computed")) return ["*"];
  return [...new Set([...names, ...plan.children.flatMap(joinColumns), ...primaryKey])].sort(compareText);
}

function joinColumns({ relToParent }: ReadPlan): readonly string[] {
  if (relToParent?.kind !== "relationship") return [];
  const { cardinality } = relToParent;
  const pairs = cardinality.kind === "M2M" ? cardinality.junction.sourceColumns : cardinality.columns;
  return pairs.map(([column]) => column);
}
