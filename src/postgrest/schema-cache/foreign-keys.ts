/** From the constraints of the database to many-to-one and one-to-one relationships between tables. */
import type { Dialect } from "../dialect.ts";
import type { Constraint } from "./constraints.ts";
import type { ColumnPairs, ForeignKeyRelationship, QualifiedIdentifier } from "./types.ts";

/** A relationship as seen from the side that holds the foreign key. */
export interface ForeignKey extends ForeignKeyRelationship {
  readonly cardinality: { readonly constraint: string; readonly columns: ColumnPairs } & (
    | { readonly kind: "M2O" }
    | { readonly kind: "O2O"; readonly isParent: false }
  );
}

/**
 * Foreign keys whose columns are exactly those of a primary key or unique constraint (an index alone does not count) are
 * one-to-one. Copies of a key in partitions are left out.
 */
export function foreignKeys(constraints: readonly Constraint[], dialect: Dialect): ForeignKey[] {
  const uniqueKeys = new Set<string>();
  for (const { kind, id, numbers } of constraints) if (kind !== "f") uniqueKeys.add(`${id} ${sorted(numbers)}`);
  return constraints.flatMap(({ id, inherited, name, schema, table, columns, numbers, references }) => {
    if (references === null || inherited) return [];
    const source: QualifiedIdentifier = { schema, name: table };
    const target: QualifiedIdentifier = { schema: references.schema, name: references.table };
    const ownOrder = dialect.oneToOneDependsOnColumnOrder ? numbers.join(" ") : sorted(numbers);
    const key = {
      constraint: name,
      columns: columns.map((column, index) => [column, references.columns[index] ?? ""] as const),
    };
    const relationship: ForeignKey = {
      kind: "relationship",
      table: source,
      foreignTable: target,
      isSelf: id === references.id,
      cardinality: uniqueKeys.has(`${id} ${ownOrder}`)
        ? { kind: "O2O", ...key, isParent: false }
        : { kind: "M2O", ...key },
      tableIsView: false,
      foreignTableIsView: false,
    };
    return [relationship];
  });
}

const sorted = (numbers: readonly number[]): string => [...numbers].sort((a, b) => a - b).join(" ");
