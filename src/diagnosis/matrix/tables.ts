/** What has to be known of a table to write sample requests for it, read as the superuser. */
import { escapeIdentifier as name } from "pg";
import { basesOf, relationsByOid } from "../catalog/relations.ts";
import type { Column, Policy, Relation } from "../catalog/types.ts";
import { type Leaf, leavesOf, splitPredicate } from "../predicates.ts";
import type { Session } from "../replay/session.ts";
import { quoteName } from "../words.ts";

export interface MatrixColumn extends Column {
  /** Identity or generated: nobody may write it. */
  readonly automatic: boolean;
  /** Part of a primary key, a unique constraint or a foreign key. */
  readonly keyed: boolean;
  /** Of an enum; empty for every other type. */
  readonly labels: readonly string[];
  /** Of the type under a domain, the same as `type` for any other. */
  readonly baseType: string;
  /** A value that its foreign key leads to, as JSON; null without. */
  readonly referenced: unknown;
  /** The column its foreign key leads to, where the table is one of the matrix. */
  readonly refersTo: { readonly table: string; readonly column: string } | null;
  /** Roles with UPDATE on it. */
  readonly updatableBy: readonly string[];
}

export interface MatrixTable {
  readonly relation: Relation;
  readonly columns: readonly MatrixColumn[];
  /** Commands that a view passes on; all of them for a table. */
  readonly takes: { readonly insert: boolean; readonly update: boolean; readonly delete: boolean };
  /** One row as JSON; null in an empty table. */
  readonly sample: Readonly<Record<string, unknown>> | null;
  /** Keys of the rows that writes are tried on, when there are too many for all of them. */
  readonly keys: readonly string[] | null;
  /** Columns that policies compare with the user's id. */
  readonly ownerColumns: readonly string[];
  /** Columns that policies ask about in any way. */
  readonly askedColumns: readonly string[];
  /** Owner columns that a policy asks about a new row. */
  readonly newOwnerColumns: readonly string[];
}

/** Beyond so many rows, writes are tried on the first of them only. */
const MANY = 1000;
const TRIED = 100;

export async function readMatrixTables(
  session: Session,
  schema: string,
  roles: readonly string[],
): Promise<MatrixTable[]> {
  await session.run(`SET LOCAL search_path = ${quoteName(schema)}`);
  const found = await session.query<{ oid: number; events: number }>(
    `select c.oid::int8::int4 as oid, pg_relation_is_updatable(c.oid, true) as events
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition order by c.relname`,
    [schema],
  );
  const relations = await relationsByOid(
    session,
    found.map(({ oid }) => oid),
    roles,
  );
  const tables: MatrixTable[] = [];
  for (const { oid, events } of found) {
    const relation = relations.find((one) => one.oid === oid);
    if (relation !== undefined) tables.push(await readTable(session, relation, events, roles));
  }
  return tables;
}

/** Bits of `pg_relation_is_updatable`: UPDATE 4, INSERT 8, DELETE 16. */
const takes = (events: number): MatrixTable["takes"] => ({
  insert: (events & 8) !== 0,
  update: (events & 4) !== 0,
  delete: (events & 16) !== 0,
});

async function readTable(
  session: Session,
  relation: Relation,
  events: number,
  roles: readonly string[],
): Promise<MatrixTable> {
  const from = `${name(relation.schema)}.${name(relation.name)}`;
  const read = await session.attempt(() =>
    session.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(flux_dev_r) as row from ${from} flux_dev_r limit ${MANY + 1}`,
    ),
  );
  const rows = read.ok ? read.value.map(({ row }) => row) : [];
  const [key] = keyColumns(relation);
  return {
    relation,
    columns: await writableColumns(session, relation, roles),
    takes: takes(events),
    sample: rows[0] ?? null,
    keys: rows.length > MANY && key !== undefined ? rows.slice(0, TRIED).map((row) => String(row[key])) : null,
    askedColumns: await askedColumns(relation.policies),
    ownerColumns: await ownerColumns(relation.policies.flatMap(({ using, check }) => [using, check])),
    newOwnerColumns: await ownerColumns(relation.policies.filter(isForNew).map(({ using, check }) => check ?? using)),
  };
}

/** Columns whose values tell rows apart, else the first one. */
export const keyColumns = ({ primaryKey, columns }: Relation): string[] =>
  primaryKey.length > 0 ? [...primaryKey] : columns.slice(0, 1).map((column) => column.name);

/** What a view's columns are made of is known to its table only; columns that have the same name there are the same. */
async function writableColumns(
  session: Session,
  relation: Relation,
  roles: readonly string[],
): Promise<MatrixColumn[]> {
  const own = await readColumns(session, relation, roles);
  if (relation.kind !== "view") return own;
  const [base] = await basesOf(session, relation, relation.owner);
  if (base === undefined) return own;
  const below = await readColumns(session, base.relation, roles);
  return own.map((column) => {
    const same = below.find(({ name }) => name === column.name);
    return same === undefined ? column : { ...same, updatableBy: column.updatableBy };
  });
}

async function readColumns(session: Session, relation: Relation, roles: readonly string[]): Promise<MatrixColumn[]> {
  const extras = await session.query<
    Omit<MatrixColumn, keyof Column | "referenced" | "refersTo"> & {
      name: string;
      target: string | null;
      targetTable: string | null;
      targetColumn: string | null;
    }
  >(
    `select a.attname as name, a.attidentity <> '' or a.attgenerated <> '' as automatic,
       exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype in ('p', 'u', 'f')
         and a.attnum = any(k.conkey)) as keyed,
       array(select e.enumlabel::text from pg_enum e where e.enumtypid = b.oid order by e.enumsortorder) as labels,
       format_type(b.oid, case when b.oid = a.atttypid then a.atttypmod else t.typtypmod end) as "baseType",
       f.confrelid::regclass::text as target, r.attname as "targetColumn",
       (select x.relname from pg_class x where x.oid = f.confrelid and x.relnamespace = c.relnamespace) as "targetTable",
       array(select role::text from unnest($2::name[]) role where has_column_privilege(role, a.attrelid, a.attnum, 'UPDATE'))
         as "updatableBy"
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
     join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
     left join pg_constraint f on f.conrelid = a.attrelid and f.contype = 'f' and f.conkey[1] = a.attnum
     left join pg_attribute r on r.attrelid = f.confrelid and r.attnum = f.confkey[1]
     where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [relation.oid, roles],
  );
  const columns: MatrixColumn[] = [];
  for (const column of relation.columns) {
    const extra = extras.find((one) => one.name === column.name);
    if (extra === undefined) continue;
    const { target, targetTable, targetColumn, ...more } = extra;
    const referenced =
      target === null || targetColumn === null ? null : await firstValue(session, target, targetColumn);
    const refersTo =
      targetTable === null || targetColumn === null ? null : { table: targetTable, column: targetColumn };
    columns.push({ ...column, ...more, referenced, refersTo });
  }
  return columns;
}

async function firstValue(session: Session, table: string, column: string): Promise<unknown> {
  const rows = await session.query<{ value: unknown }>(
    `select to_jsonb(${name(column)}) as value from ${table} order by 1 limit 1`,
  );
  return rows[0]?.value ?? null;
}

async function askedColumns(policies: readonly Policy[]): Promise<string[]> {
  const texts = policies.flatMap(({ using, check }) => [using, check]).filter((text) => text !== null);
  const predicates = await Promise.all(texts.map(splitPredicate));
  // A column in a sub-select stands there with its table.
  return [...new Set(predicates.flatMap(({ facts }) => facts.columns.map((name) => name.split(".").at(-1)!)))];
}

const isForNew = ({ command }: Policy): boolean => command === "INSERT" || command === "ALL";

/** `owner_id = auth.uid()` in one of them makes owner_id one. */
async function ownerColumns(expressions: ReadonlyArray<string | null>): Promise<string[]> {
  const columns = new Set<string>();
  for (const text of expressions.filter((one) => one !== null)) {
    for (const { leaf } of leavesOf(await splitPredicate(text))) {
      for (const column of leaf === null ? [] : comparedWithUser(leaf)) columns.add(column);
    }
  }
  return [...columns];
}

function comparedWithUser(leaf: Leaf): readonly string[] {
  if (leaf.kind !== "comparison" || leaf.operator !== "=") return [];
  const { left, right } = leaf;
  const isUser = ({ facts }: typeof left) => facts.functions.includes("auth.uid") || facts.claims.includes("sub");
  if (isUser(right)) return left.facts.columns;
  return isUser(left) ? right.facts.columns : [];
}
