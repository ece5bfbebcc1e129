/** Joins: every embed gets its relationship, its alias and its join conditions; and the rules that depend on them. */
import { spreadNotToOne } from "../errors/catalogue.ts";
import type { Action } from "../request/types.ts";
import type { QualifiedIdentifier, Relationship, SchemaCache } from "../schema-cache/types.ts";
import { relationshipIsToOne } from "../schema-cache/types.ts";
import { findRelationship } from "./find-relationship.ts";
import { SOURCE_CTE } from "./source.ts";
import { changeDown, levelsOf } from "./tree.ts";
import type { JoinCondition, ReadPlan } from "./types.ts";

type Relationships = SchemaCache["relationships"];

/**
 * Writes and calls read their rows from a CTE under the name of the table, by which relationships are looked up.
 * @throws PGRST200, PGRST201
 */
export function addRelationships(action: Action, relationships: Relationships, root: ReadPlan): ReadPlan {
  const { schema, name } = root.from;
  const readsSource = action.kind === "relation-mutate" || action.kind === "routine";
  const plan = readsSource ? { ...root, from: { schema: "", name: SOURCE_CTE }, fromAlias: name } : root;
  return changeDown(plan, (level, above) => (above === null ? level : related(schema, relationships, above, level)));
}

function related(schema: string, relationships: Relationships, parent: ReadPlan, plan: ReadPlan): ReadPlan {
  // Only the root's alias stands for a relation; the aliases below it are made up.
  const origin = plan.depth === 1 ? (parent.fromAlias ?? parent.from.name) : parent.from.name;
  const rel = findRelationship(schema, relationships, origin, plan.relName, plan.relHint);
  return {
    ...plan,
    from: rel.foreignTable,
    relAggAlias: `${rel.table.name}_${plan.relAlias ?? plan.relName}_${plan.depth}`,
    ...joined(rel, parent.fromAlias, `${rel.foreignTable.name}_${plan.depth}`),
  };
}

function joined(
  rel: Relationship,
  parentAlias: string | null,
  alias: string,
): Pick<ReadPlan, "relToParent" | "fromAlias" | "joinConditions"> {
  if (rel.kind === "computed") {
    const tableAlias = parentAlias === null ? rel.table : { schema: "", name: parentAlias };
    return { relToParent: { ...rel, tableAlias }, fromAlias: alias, joinConditions: [] };
  }
  const { cardinality } = rel;
  // Both sides are written with the schema of the table here: PostgREST embeds within one schema.
  const named = (name: string): QualifiedIdentifier => ({ schema: rel.table.schema, name });
  const here = parentAlias === null ? named(rel.table.name) : { schema: "", name: parentAlias };
  const condition = (left: QualifiedIdentifier, leftColumn: string, right: QualifiedIdentifier, rightColumn: string) =>
    ({ left: { table: left, column: leftColumn }, right: { table: right, column: rightColumn } }) as JoinCondition;

  if (cardinality.kind === "M2M") {
    // The junction joins inside, under real names.
    const { table, sourceColumns, targetColumns } = cardinality.junction;
    const junction = named(table.name);
    const there = named(rel.foreignTable.name);
    return {
      relToParent: rel,
      fromAlias: null,
      joinConditions: [
        ...targetColumns.map(([column, ours]) => condition(junction, ours, there, column)),
        ...sourceColumns.map(([column, ours]) => condition(junction, ours, here, column)),
      ],
    };
  }
  const there = { schema: "", name: alias };
  return {
    relToParent: rel,
    fromAlias: alias,
    joinConditions: cardinality.columns.map(([column, foreign]) => condition(there, foreign, here, column)),
  };
}

/** Only what gives one row at most can be spread (PGRST119). */
export function validateSpreads(plan: ReadPlan): void {
  for (const { relToParent: rel, relIsSpread, relName } of levelsOf(plan)) {
    if (rel !== null && relIsSpread && !relationshipIsToOne(rel)) throw spreadNotToOne(rel.table.name, relName);
  }
}
