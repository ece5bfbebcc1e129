/** Which relationship an embed means: `/origin?select=target!hint(*)`. */
import { ambiguousRelationship, noRelationshipBetween } from "../errors/catalogue.ts";
import type { Cardinality, ForeignKeyRelationship, Relationship } from "../schema-cache/types.ts";
import { relationshipKey } from "../schema-cache/types.ts";

/**
 * @throws PGRST200 when there is none, PGRST201 when there are several.
 */
export function findRelationship(
  schema: string,
  relationships: ReadonlyMap<string, readonly Relationship[]>,
  origin: string,
  target: string,
  hint: string | null,
): Relationship {
  const candidates = relationships.get(relationshipKey({ schema, name: origin }, schema)) ?? [];
  const found = candidates.filter((rel) => {
    if (rel.kind === "computed") return rel.function.name === target;
    return rel.isSelf ? matchesSelf(rel, target, hint) : matches(rel, target, hint);
  });
  const [first, second] = found;
  if (first === undefined) throw noRelationshipBetween(origin, target, hint, schema, relationships);
  if (second !== undefined) throw ambiguousRelationship(origin, target, found);
  return first;
}

/**
 * A self reference is one foreign key seen from both ends. The table's name means the rows that refer here (with the
 * referencing column as hint, if need be), the column's name the one row referred to.
 */
function matchesSelf(rel: ForeignKeyRelationship, target: string, hint: string | null): boolean {
  const { cardinality, foreignTable } = rel;
  const many = cardinality.kind === "O2M" && target === foreignTable.name;
  if (hint !== null) return many && singleColumn(cardinality, 1) === hint;
  return many || (cardinality.kind === "M2O" && singleColumn(cardinality, 0) === target);
}

/**
 * The target is the other relation, or (without a hint, and not for views) the constraint or the single column here. The
 * hint is the constraint, a single column of either side, or the junction's name.
 */
function matches(rel: ForeignKeyRelationship, target: string, hint: string | null): boolean {
  const { cardinality, foreignTable } = rel;
  if (hint === null) {
    if (target === foreignTable.name) return true;
    return !rel.foreignTableIsView && (constraint(cardinality) === target || singleColumn(cardinality, 0) === target);
  }
  return (
    target === foreignTable.name &&
    (constraint(cardinality) === hint ||
      singleColumn(cardinality, 0) === hint ||
      singleColumn(cardinality, 1) === hint ||
      (cardinality.kind === "M2M" && cardinality.junction.table.name === hint))
  );
}

const constraint = (cardinality: Cardinality): string | undefined =>
  cardinality.kind === "M2M" ? undefined : cardinality.constraint;

function singleColumn(cardinality: Cardinality, side: 0 | 1): string | undefined {
  if (cardinality.kind === "M2M" || cardinality.columns.length !== 1) return undefined;
  return cardinality.columns[0]?.[side];
}
