/** Which privileges a request needs on the tables of its plan, and on which of their columns. Pure. */
import { foldLogic, levelsOf } from "../../postgrest/plan/tree.ts";
import type { CoercibleLogicTree, MutatePlan, ReadPlan } from "../../postgrest/plan/types.ts";
import type { DatabasePlan } from "../../postgrest/sql/statements.ts";
import type { Relation } from "../catalog/types.ts";

export type TablePrivilege = "SELECT" | "INSERT" | "UPDATE" | "DELETE";

export interface Need {
  readonly privilege: TablePrivilege;
  /** `*` asks for all. Empty: no single column is named, so only the table counts. */
  readonly columns: readonly string[];
}

type Target = Pick<Relation, "schema" | "name">;

/** The tables a plan names itself, the target first. */
export function namedRelations(plan: DatabasePlan): Target[] {
  const reads = [...levelsOf(plan.read)].map(({ from }) => from);
  if (plan.kind === "read") return reads;
  if (plan.kind === "mutate") return [plan.mutate.target, ...reads.slice(1)];
  return reads.slice(1);
}

export function needsOn(plan: DatabasePlan, relation: Target): Need[] {
  const isOne = (other: Target) => other.schema === relation.schema && other.name === relation.name;
  if (plan.kind === "mutate" && isOne(plan.mutate.target)) return mutateNeeds(plan.mutate);
  const reads = [...levelsOf(plan.read)].filter(
    ({ from }, index) => isOne(from) && !(index === 0 && plan.kind !== "read"),
  );
  if (reads.length === 0) return [];
  return [{ privilege: "SELECT", columns: [...new Set(reads.flatMap(readColumns))] }];
}

function readColumns(read: ReadPlan): string[] {
  const joins = read.joinConditions.flatMap(({ left, right }) =>
    [left, right].filter(({ table }) => table.name === read.from.name || table.name === read.fromAlias),
  );
  return [
    ...read.select.map(({ field }) => field.name),
    ...read.where.flatMap(filterColumns),
    ...read.order.flatMap((term) => (term.kind === "field" ? [term.field.name] : [])),
    ...joins.map(({ column }) => column),
  ];
}

export const filterColumns = (root: CoercibleLogicTree): string[] =>
  foldLogic<CoercibleLogicTree, string[]>(root, (tree, below) =>
    tree.kind === "filter" ? [tree.field.name] : below.flat(),
  );

function mutateNeeds(plan: MutatePlan): Need[] {
  const written = plan.kind === "delete" ? [] : plan.columns.map(({ name }) => name);
  const conflict = plan.kind === "insert" && plan.onConflict !== null ? plan.onConflict : null;
  const read = [
    ...plan.returning,
    // An insert's filters are about its body.
    ...(plan.kind === "insert" ? [] : plan.where.flatMap(filterColumns)),
    ...(plan.kind === "insert" ? [] : plan.order.flatMap((term) => (term.kind === "field" ? [term.field.name] : []))),
    ...(conflict?.columns ?? []),
  ];
  const own: Need = {
    privilege: plan.kind === "insert" ? "INSERT" : plan.kind === "update" ? "UPDATE" : "DELETE",
    columns: plan.kind === "delete" ? [] : written,
  };
  return [
    own,
    ...(conflict?.resolution === "merge-duplicates" ? [{ privilege: "UPDATE", columns: written } as const] : []),
    ...(read.length > 0 ? [{ privilege: "SELECT", columns: [...new Set(read)] } as const] : []),
  ];
}
