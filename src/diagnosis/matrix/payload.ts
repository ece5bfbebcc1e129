/** Bodies for sample writes: what an app would send, as far as columns and existing rows tell. Pure. */

import type { MatrixColumn, MatrixTable } from "./tables.ts";
import type { MatrixSubject } from "./types.ts";

type Body = Readonly<Record<string, unknown>>;

/**
 * A new row: only what must be given, so that defaults do their work. Owner columns without a default get the user's own
 * id; foreign keys a value that exists.
 */
export function insertBody({ columns, sample, ownerColumns }: MatrixTable, subject: MatrixSubject): Body {
  const body: Record<string, unknown> = {};
  for (const column of columns) {
    const { name, automatic, notNull, keyed, referenced } = column;
    const isOwner = ownerColumns.includes(name) && subject.id !== null && isText(column);
    if (automatic || column.default !== null) continue;
    if (isOwner) body[name] = subject.id;
    else if (!notNull) continue;
    else if (referenced !== null) body[name] = referenced;
    else body[name] = keyed ? freshValue(column) : (sample?.[name] ?? freshValue(column));
  }
  return body;
}

const isText = ({ baseType }: MatrixColumn): boolean => /^(text|character varying|citext|name)/.test(baseType);

/**
 * A change that changes as little as possible: one column that is no key and that no policy asks about, set to a value that
 * some row has. `role` is what the request will run as, where that is known. Null when there is no such column.
 */
export function updateBody({ columns, sample, ownerColumns }: MatrixTable, role: string): Body | null {
  const writable = columns.filter(({ automatic }) => !automatic);
  const harmless = (column: MatrixColumn) => !column.keyed && !ownerColumns.includes(column.name);
  const may = (column: MatrixColumn) => column.updatableBy.includes(role);
  const chosen =
    writable.find((column) => harmless(column) && may(column)) ?? writable.find(may) ?? writable.find(harmless);
  if (chosen === undefined) return null;
  return { [chosen.name]: sample?.[chosen.name] ?? freshValue(chosen) };
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
