/** Which of the privileges needed a role does not have, down to the column where privileges are granted by column. */
import type { Relation } from "../catalog/types.ts";
import type { Session } from "../replay/session.ts";
import type { Need, TablePrivilege } from "./needs.ts";

export interface MissingPrivilege {
  readonly privilege: TablePrivilege;
  /** null: on the table as a whole. */
  readonly columns: readonly string[] | null;
}

interface Held {
  readonly privilege: TablePrivilege;
  readonly table: boolean;
  /** Columns held, where the table as a whole is not. */
  readonly columns: string[];
}

const HELD = `
select p as privilege, has_table_privilege($1, $2::oid, p) as table,
  array(select a.attname::text from pg_attribute a where a.attrelid = $2::oid and a.attnum > 0 and not a.attisdropped
    and p <> 'DELETE' and has_column_privilege($1, $2::oid, a.attnum, case p when 'DELETE' then 'SELECT' else p end)) as columns
from unnest($3::text[]) p`;

export async function missingPrivileges(
  session: Session,
  role: string,
  relation: Relation,
  needs: readonly Need[],
): Promise<MissingPrivilege[]> {
  const held = await session.query<Held>(HELD, [role, relation.oid, needs.map(({ privilege }) => privilege)]);
  return needs.flatMap(({ privilege, columns }): MissingPrivilege[] => {
    const have = held.find((one) => one.privilege === privilege);
    if (have === undefined || have.table) return [];
    if (have.columns.length === 0) return [{ privilege, columns: null }];
    const all = relation.columns.map(({ name }) => name);
    const wanted = columns.length === 0 || columns.includes("*") ? all : columns;
    const lacking = wanted.filter((name) => !have.columns.includes(name));
    return lacking.length === 0 ? [] : [{ privilege, columns: lacking }];
  });
}

/** Columns of a table that a role may read, where it may not read the whole. */
export async function readableColumns(session: Session, role: string, relation: Relation): Promise<string[]> {
  const [held] = await session.query<Held>(HELD, [role, relation.oid, ["SELECT"]]);
  return held?.columns ?? [];
}
