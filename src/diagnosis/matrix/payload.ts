/** Bodies for sample writes: what an app would send, as far as columns and existing rows tell. Pure. */

import type { MatrixColumn, MatrixTable } from "./tables.ts";
import type { MatrixSubject } from "./types.ts";

type Body = Readonly<Record<string, unknown>>;

/** A row of each table that the subject sees, by the table's name. */
export type SeenRows = ReadonlyMap<string, Body>;

/**
 * New rows to try, best first: only what must be given, so that defaults do their work. Owner columns without a default get
 * the user's own id. Foreign keys lead where a row does that the user sees, or to one that the user sees, or to any: whether
 * somebody may answer in a room is asked of a room they are in, and whether they may join one of another.
 */
export function insertBodies(table: MatrixTable, subject: MatrixSubject, seen: SeenRows = new Map()): Body[] {
  const own = seen.get(table.relation.name);
  const ways: ReadonlyArray<(column: MatrixColumn) => unknown> = [
    ({ name, referenced }) => own?.[name] ?? referenced,
    (column) => valueSeen(column, seen) ?? column.referenced,
    ({ referenced }) => referenced,
  ];
  const bodies = ways.map((referTo) => insertBody(table, subject, own, referTo));
  return bodies.filter((body, at) => bodies.findIndex((one) => JSON.stringify(one) === JSON.stringify(body)) === at);
}

function insertBody(
  { columns, sample, newOwnerColumns }: MatrixTable,
  subject: MatrixSubject,
  own: Body | undefined,
  referTo: (column: MatrixColumn) => unknown,
): Body {
  const body: Record<string, unknown> = {};
  for (const column of columns) {
    const { name, automatic, notNull, keyed, referenced } = column;
    const isOwner = newOwnerColumns.includes(name) && subject.id !== null && isText(column);
    if (automatic || column.default !== null) continue;
    if (isOwner) body[name] = subject.id;
    else if (!notNull) continue;
    else if (referenced !== null) body[name] = referTo(column);
    else body[name] = keyed ? freshValue(column) : (own?.[name] ?? sample?.[name] ?? freshValue(column));
  }
  return body;
}

const valueSeen = ({ refersTo }: MatrixColumn, seen: SeenRows): unknown =>
  refersTo === null ? undefined : seen.get(refersTo.table)?.[refersTo.column];

const isText = ({ baseType }: MatrixColumn): boolean => /^(text|character varying|citext|name)/.test(baseType);

/**
 * A change that changes as little as possible: one column that is no key and that no policy asks about, set to a value that
 * some row has. `role` is what the request will run as, where that is known. Null when there is no such column.
 */
export function updateBody(
  { relation, columns, sample, ownerColumns, askedColumns }: MatrixTable,
  role: string,
  seen?: SeenRows,
): Body | null {
  const writable = columns.filter(({ automatic }) => !automatic);
  const may = (column: MatrixColumn) => column.updatableBy.includes(role);
  const plain = ({ name, keyed }: MatrixColumn) => !keyed && !ownerColumns.includes(name);
  const harmless = (column: MatrixColumn) => plain(column) && !askedColumns.includes(column.name);
  const chosen =
    writable.find((column) => harmless(column) && may(column)) ??
    writable.find((column) => plain(column) && may(column)) ??
    writable.find(may) ??
    writable.find(harmless) ??
    writable.find(plain);
  if (chosen === undefined) return null;
  const { name } = chosen;
  return { [name]: seen?.get(relation.name)?.[name] ?? sample?.[name] ?? freshValue(chosen) };
}

const EXAMPLES: ReadonlyArray<readonly [RegExp, unknown]> = [
  [/\[\]$/, []],
  [/^smallint/, 32_001],
  [/^(integer|bigint|numeric|real|double)/, 2_000_000_001],
  [/^boolean/, true],
  [/^uuid/, "f10f10f1-0f10-4f10-8f10-f10f10f10f10"],
  [/^date/, "2026-01-01"],
  [/^timestamp/, "2026-01-01T00:00:00Z"],
  [/^time/, "12:00:00"],
  [/^interval/, "1 day"],
  [/^jsonb?/, {}],
  [/^bytea/, "\\x00"],
  [/^(inet|cidr)/, "127.0.0.1"],
];

/** A value of the column's type that no row is likely to have. */
function freshValue({ baseType, labels }: MatrixColumn): unknown {
  if (labels.length > 0) return labels[0];
  const example = EXAMPLES.find(([pattern]) => pattern.test(baseType));
  if (example !== undefined) return example[1];
  const length = Number(/\((\d+)\)/.exec(baseType)?.[1] ?? 100);
  return "flux-dev-matrix".slice(0, length);
}
