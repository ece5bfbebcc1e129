/** Which rows the role sees, by key: so that a question asked without row security is about these alone. */
import type { ReadPlan } from "../../postgrest/plan/types.ts";
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { type KeyFilter, keyFilter, keysOfTable, takeKeys } from "./sql.ts";

/** Rows of an answer that are looked at for what is embedded in them. */
const SHOWN = 100;

export interface ShownRows {
  readonly relation: Relation;
  readonly count: number;
  readonly filter: KeyFilter;
}

/** The first rows that the role sees of a read's table; undefined where there are none, or no key tells them apart. */
export async function shownRows(inquiry: Inquiry, plan: ReadPlan): Promise<ShownRows | undefined> {
  const [relation] = await relationsByName(inquiry.session, [plan.from], [inquiry.role]);
  if (relation === undefined || relation.primaryKey.length === 0) return undefined;
  const keys = await visibleKeys(inquiry, plan, relation.primaryKey, SHOWN);
  return keys.length === 0 ? undefined : { relation, count: keys.length, filter: keyFilter(relation.primaryKey, keys) };
}

async function visibleKeys(
  inquiry: Inquiry,
  { from, where }: Pick<ReadPlan, "from" | "where">,
  key: readonly string[],
  most: number,
): Promise<ReadonlyArray<readonly string[]>> {
  const { session } = inquiry;
  const tried = await session.as(inquiry.identity(inquiry.role, { readOnly: true }), () =>
    takeKeys(session, keysOfTable(from, key, where, most)),
  );
  return tried.ok ? tried.value : [];
}

const MOST = 1000;

/** What tells the rows that the role sees from the others; undefined where they cannot be told, or are too many. */
export async function visibleOnly(
  inquiry: Inquiry,
  plan: ReadPlan,
  { primaryKey, securedFor }: Relation,
): Promise<KeyFilter | undefined> {
  if (primaryKey.length === 0 || !securedFor.includes(inquiry.role)) return undefined;
  const keys = await visibleKeys(inquiry, plan, primaryKey, MOST + 1);
  return keys.length === 0 || keys.length > MOST ? undefined : keyFilter(primaryKey, keys);
}
