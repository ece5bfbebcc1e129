/** Triggers that see a row before it is written: they may change it, or leave it out by returning NULL. */
import type { Session } from "../replay/session.ts";
import type { Relation } from "./types.ts";

export interface RowTrigger {
  readonly name: string;
  /** `stamp()`, as SQL would name it. */
  readonly function: string;
}

const EVENTS = { insert: 4, delete: 8, update: 16 } as const;

export type WriteKind = keyof typeof EVENTS;

/** In the order in which they fire; bits as in pg_trigger.tgtype: 1 for each row, 2 before, 64 instead of. */
export function triggersBefore(
  session: Session,
  { oid }: Pick<Relation, "oid">,
  kind: WriteKind,
): Promise<RowTrigger[]> {
  return session.query<RowTrigger>(
    `select t.tgname as name, t.tgfoid::regprocedure::text as function from pg_trigger t
      where t.tgrelid = $1 and not t.tgisinternal and t.tgenabled in ('O', 'A')
        and t.tgtype & 1 = 1 and t.tgtype & 66 <> 0 and t.tgtype & $2 <> 0 order by t.tgname`,
    [oid, EVENTS[kind]],
  );
}
