/**
 * The order of the relationships between two relations. It decides how the candidates of an ambiguous embedding are listed
 * and which one is found first, so it follows the fields in PostgREST's own order.
 */
import { compareText } from "../haskell.ts";
import type { Cardinality, ColumnPairs, QualifiedIdentifier, Relationship } from "./types.ts";

const cardinalityRank: Readonly<Record<Cardinality["kind"], number>> = { O2M: 0, M2O: 1, O2O: 2, M2M: 3 };

const compareIdentifiers = (a: QualifiedIdentifier, b: QualifiedIdentifier): number =>
  compareText(a.schema, b.schema) || compareText(a.name, b.name);

const compareFlags = (a: boolean, b: boolean): number => Number(a) - Number(b);

function compareColumns(a: ColumnPairs, b: ColumnPairs): number {
  for (const [index, [source, target]] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareText(source, other[0]) || compareText(target, other[1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareCardinalities(a: Cardinality, b: Cardinality): number {
  if (a.kind === "M2M" && b.kind === "M2M")
    return (
      compareIdentifiers(a.junction.table, b.junction.table) ||
      compareText(a.junction.constraint1, b.junction.constraint1) ||
      compareText(a.junction.constraint2, b.junction.constraint2) ||
      compareColumns(a.junction.sourceColumns, b.junction.sourceColumns) ||
      compareColumns(a.junction.targetColumns, b.junction.targetColumns)
    );
  if (a.kind === "M2M" || b.kind === "M2M" || a.kind !== b.kind)
    return cardinalityRank[a.kind] - cardinalityRank[b.kind];
  return (
    compareText(a.constraint, b.constraint) ||
    compareColumns(a.columns, b.columns) ||
    compareFlags(a.kind === "O2O" && a.isParent, b.kind === "O2O" && b.isParent)
  );
}

/** For `sort`: detected relationships first, computed ones after them. */
export function compareRelationships(a: Relationship, b: Relationship): number {
  if (a.kind === "computed" && b.kind === "computed")
    return (
      compareIdentifiers(a.function, b.function) ||
      compareIdentifiers(a.table, b.table) ||
      compareIdentifiers(a.foreignTable, b.foreignTable) ||
      compareFlags(a.toOne, b.toOne)
    );
  if (a.kind === "computed") return 1;
  if (b.kind === "computed") return -1;
  return (
    compareIdentifiers(a.table, b.table) ||
    compareIdentifiers(a.foreignTable, b.foreignTable) ||
    compareFlags(a.isSelf, b.isSelf) ||
    compareCardinalities(a.cardinality, b.cardinality) ||
    compareFlags(a.tableIsView, b.tableIsView) ||
    compareFlags(a.foreignTableIsView, b.foreignTableIsView)
  );
}
