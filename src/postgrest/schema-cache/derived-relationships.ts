/** Relationships that follow from foreign keys: of views, through junctions, and each one seen from its other side. */
import type { ForeignKey } from "./foreign-keys.ts";
import {
  type ColumnPairs,
  type ForeignKeyRelationship,
  keyOf,
  type QualifiedIdentifier,
  sameIdentifier,
} from "./types.ts";
import type { ViewKey } from "./view-keys.ts";

/** Groups by a text key, order kept. */
function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

interface Shown {
  readonly view: QualifiedIdentifier;
  /** The key's columns under the view's names. */
  readonly columns: readonly string[];
}

/** A column shown under several names gives several ways to see the key, all of which count. */
function waysToSee(key: ViewKey): Shown[] {
  const combinations = key.columns.reduce<string[][]>(
    (done, { view }) => done.flatMap((names) => view.map((name) => [...names, name])),
    [[]],
  );
  return combinations.map((columns) => ({ view: key.view, columns }));
}

/**
 * The same foreign keys with a view in place of either table or of both. Not exact where PostgREST is not: a view that shows
 * both sides of a self reference is a self relationship, but never one with the table itself.
 */
export function viewRelationships(keys: readonly ForeignKey[], viewKeys: readonly ViewKey[]): ForeignKey[] {
  const seen = groupBy(viewKeys, ({ role, table, constraint }) => `${role}\0${keyOf(table)}\0${constraint}`);
  const shown = (role: ViewKey["role"], table: QualifiedIdentifier, constraint: string) =>
    (seen.get(`${role}\0${keyOf(table)}\0${constraint}`) ?? []).flatMap(waysToSee);
  return keys.flatMap((key) => {
    const { constraint, columns } = key.cardinality;
    const table: Shown = { view: key.table, columns: columns.map(([source]) => source) };
    const foreignTable: Shown = { view: key.foreignTable, columns: columns.map(([, target]) => target) };
    const views = shown("foreign", key.table, constraint);
    const foreignViews = shown("referenced", key.foreignTable, constraint);
    const between = (from: Shown, to: Shown): ForeignKey => ({
      ...key,
      table: from.view,
      foreignTable: to.view,
      isSelf: from !== table && to !== foreignTable && sameIdentifier(from.view, to.view),
      cardinality: { ...key.cardinality, columns: pair(from.columns, to.columns) },
      tableIsView: from !== table,
      foreignTableIsView: to !== foreignTable,
    });
    return [
      ...views.map((view) => between(view, foreignTable)),
      ...foreignViews.map((view) => between(table, view)),
      ...views.flatMap((view) => foreignViews.map((foreignView) => between(view, foreignView))),
    ];
  });
}

const pair = (sources: readonly string[], targets: readonly string[]): ColumnPairs =>
  sources.map((source, index) => [source, targets[index] ?? ""] as const);
const swap = (columns: ColumnPairs): ColumnPairs => columns.map(([source, target]) => [target, source] as const);

/**
 * Many-to-many: a junction is a table or view with two many-to-one keys whose columns are all part of its primary key. A key
 * that is one-to-one makes no junction.
 */
export function junctionRelationships(
  keys: readonly ForeignKey[],
  primaryKeys: ReadonlyMap<string, readonly string[]>,
): ForeignKeyRelationship[] {
  const manyToOne = keys.filter((key) => key.cardinality.kind === "M2O");
  return [...groupBy(manyToOne, (key) => keyOf(key.table))].flatMap(([junction, ofJunction]) => {
    const primaryKey = primaryKeys.get(junction) ?? [];
    const usable = ofJunction.filter((key) => key.cardinality.columns.every(([column]) => primaryKey.includes(column)));
    return usable.flatMap((first) =>
      usable
        .filter((second) => second.cardinality.constraint !== first.cardinality.constraint)
        .map((second) => throughJunction(first, second)),
    );
  });
}

const throughJunction = (first: ForeignKey, second: ForeignKey): ForeignKeyRelationship => ({
  kind: "relationship",
  table: first.foreignTable,
  foreignTable: second.foreignTable,
  isSelf: sameIdentifier(first.foreignTable, second.foreignTable),
  cardinality: {
    kind: "M2M",
    junction: {
      table: first.table,
      constraint1: first.cardinality.constraint,
      constraint2: second.cardinality.constraint,
      sourceColumns: swap(first.cardinality.columns),
      targetColumns: swap(second.cardinality.columns),
    },
  },
  tableIsView: first.foreignTableIsView,
  foreignTableIsView: second.foreignTableIsView,
});

/** A foreign key from the side it points at. */
export function inverse(key: ForeignKey): ForeignKeyRelationship {
  const { kind, constraint } = key.cardinality;
  const columns = swap(key.cardinality.columns);
  return {
    kind: "relationship",
    table: key.foreignTable,
    foreignTable: key.table,
    isSelf: key.isSelf,
    cardinality:
      kind === "M2O" ? { kind: "O2M", constraint, columns } : { kind: "O2O", constraint, columns, isParent: true },
    tableIsView: key.foreignTableIsView,
    foreignTableIsView: key.tableIsView,
  };
}
