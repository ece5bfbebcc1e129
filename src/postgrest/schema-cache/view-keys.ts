/** Which keys of tables can be seen through views, and under which column names. */
import { compareText } from "../haskell.ts";
import { type CatalogQuery, catalogQuery, namedIn } from "./catalog-query.ts";
import type { Constraint } from "./constraints.ts";
import { identifierKey, type QualifiedIdentifier } from "./types.ts";
import { type ColumnOrigin, columnOrigins } from "./view-tree.ts";

export interface ViewRow {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  /** By position. */
  readonly columns: readonly string[];
  readonly tree: string;
}

/** The role a key's columns play: primary key, referencing side of a foreign key, referenced side. */
export type KeyRole = "primary" | "foreign" | "referenced";

export interface ViewKey {
  readonly table: QualifiedIdentifier;
  readonly view: QualifiedIdentifier;
  readonly constraint: string;
  readonly role: KeyRole;
  /** The key's columns in order, each with the view's columns that show it: one or more. */
  readonly columns: ReadonlyArray<{ readonly table: string; readonly view: readonly string[] }>;
}

/**
 * Only views in these schemas are looked through; what lies behind a view elsewhere stays unknown. The tree is sent from its
 * first target list on: what comes before is most of it and says nothing of columns.
 */
export const viewsQuery = (schemas: readonly string[]): CatalogQuery<ViewRow> =>
  catalogQuery<ViewRow>(
    `select c.oid::text as id, n.nspname as schema, c.relname as name, substr(r.ev_action::text, strpos(r.ev_action::text, ' :targetList ')) as tree,
            array(
              select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 order by a.attnum
            ) as columns
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       join pg_rewrite r on r.ev_class = c.oid and r.ev_type = '1'
      where c.relkind in ('v', 'm') and n.nspname ${namedIn("$1")}
      order by n.nspname, c.relname`,
    schemas,
  );

interface Key {
  readonly table: QualifiedIdentifier;
  readonly constraint: string;
  readonly role: KeyRole;
  readonly size: number;
  /** One per (position, column). */
  readonly columns: Map<string, { readonly name: string; readonly number: number; readonly position: number }>;
}

/**
 * Keys by the oid of their table. Foreign keys of one name in different tables that reference the same table are one entry:
 * PostgREST groups them by name, so where they mean different columns neither is seen through a view.
 */
function keysByTable(constraints: readonly Constraint[]): Map<string, Key[]> {
  const keys = new Map<string, Map<string, Key>>();
  const add = (
    side: Pick<Constraint, "id" | "schema" | "table" | "columns" | "numbers">,
    name: string,
    role: KeyRole,
  ) => {
    const ofTable = keys.get(side.id) ?? new Map<string, Key>();
    keys.set(side.id, ofTable);
    const size = side.columns.length;
    const id = `${role} ${size} ${name}`;
    const table = { schema: side.schema, name: side.table };
    const key = ofTable.get(id) ?? { table, constraint: name, role, size, columns: new Map() };
    ofTable.set(id, key);
    side.columns.forEach((column, index) => {
      const number = side.numbers[index] ?? 0;
      key.columns.set(`${index} ${number}`, { name: column, number, position: index });
    });
  };
  for (const constraint of constraints) {
    if (constraint.kind === "p") add(constraint, constraint.name, "primary");
    if (constraint.kind === "f") add(constraint, constraint.name, "foreign");
    if (constraint.references !== null) add(constraint.references, constraint.name, "referenced");
  }
  return new Map([...keys].map(([table, ofTable]) => [table, [...ofTable.values()]]));
}

/** For a view: (table oid, column number) → names of the view's columns, nested views seen through. */
function shownColumns(
  view: ViewRow,
  origins: ReadonlyMap<string, readonly ColumnOrigin[]>,
): Map<string, Map<number, string[]>> {
  const shown = new Map<string, Map<number, string[]>>();
  let level = (origins.get(view.id) ?? []).map((origin) => ({ ...origin, path: [origin.table] }));
  while (level.length > 0) {
    for (const { position, table, column } of level) {
      const name = view.columns[position - 1];
      if (name === undefined) continue;
      const ofTable = shown.get(table) ?? new Map<number, string[]>();
      shown.set(table, ofTable);
      ofTable.set(column, [...(ofTable.get(column) ?? []), name]);
    }
    // `create or replace view` allows circles, hence the path.
    level = level.flatMap(({ position, table, column, path }) =>
      (origins.get(table) ?? [])
        .filter((behind) => behind.position === column && !path.includes(behind.table))
        .map((behind) => ({ position, table: behind.table, column: behind.column, path: [...path, behind.table] })),
    );
  }
  return shown;
}

const roleOrder: Readonly<Record<KeyRole, number>> = { foreign: 0, referenced: 1, primary: 2 };

/**
 * The keys that views of the exposed schemas show completely, ordered by table, view and constraint: a view over several
 * tables gets its primary key from all of theirs in this order.
 */
export function viewKeys(
  views: readonly ViewRow[],
  constraints: readonly Constraint[],
  exposedSchemas: readonly string[],
): ViewKey[] {
  const keys = keysByTable(constraints);
  const origins = new Map(views.map((view) => [view.id, columnOrigins(view.tree)]));
  const found: ViewKey[] = [];
  for (const view of views) {
    if (!exposedSchemas.includes(view.schema)) continue;
    for (const [table, shown] of shownColumns(view, origins))
      for (const key of keys.get(table) ?? []) {
        const columns = [...key.columns.values()]
          .sort((a, b) => a.position - b.position)
          .flatMap(({ name, number }) => {
            const names = shown.get(number);
            return names === undefined ? [] : [{ table: name, view: names }];
          });
        if (columns.length === key.size)
          found.push({
            table: key.table,
            view: { schema: view.schema, name: view.name },
            constraint: key.constraint,
            role: key.role,
            columns,
          });
      }
  }
  return found.sort(
    (a, b) =>
      compareText(identifierKey(a.table.schema, a.table.name), identifierKey(b.table.schema, b.table.name)) ||
      compareText(identifierKey(a.view.schema, a.view.name), identifierKey(b.view.schema, b.view.name)) ||
      compareText(a.constraint, b.constraint) ||
      roleOrder[a.role] - roleOrder[b.role],
  );
}

/**
 * Primary keys by `keyOf`, but not those of partitions, which therefore make no junctions. A view's: of each column the first name it is shown under, of each table behind the view all
 * columns.
 */
export function primaryKeys(
  constraints: readonly Constraint[],
  keys: readonly ViewKey[],
): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { kind, schema, table, columns, partition } of constraints)
    if (kind === "p" && !partition) found.set(identifierKey(schema, table), columns);
  for (const { role, view, columns } of keys) {
    if (role !== "primary") continue;
    const id = identifierKey(view.schema, view.name);
    found.set(id, [...(found.get(id) ?? []), ...columns.flatMap((column) => column.view.slice(0, 1))]);
  }
  return found;
}
