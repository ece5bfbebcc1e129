/** A sub-select that finds its row until the other table's policies are asked: which of those hides it, and why. */
import { escapeIdentifier as name } from "pg";
import { relationsWritten } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { scalarSelects } from "../predicates/scalars.ts";
import { leavesOf, splitPredicate } from "../predicates.ts";
import type { Finding, Findings } from "../types.ts";
import { applicable } from "./applicable.ts";
import { assess } from "./assess.ts";
import { type CauseFindings, causeFinding } from "./cause-finding.ts";
import type { Sample } from "./evaluate.ts";
import { foundSql, queryParts, singleTable, subselectOf } from "./subselect.ts";

/** The finding with what hides the row one table further; as it is where that is not what decides. */
export async function withBehind(inquiry: Inquiry, relation: Relation, found: CauseFindings): Promise<Findings> {
  const { finding, cause, from, also } = found;
  if (cause.kind !== "plain" || !finding.because.some(decidesElsewhere)) return found;
  const behind = await hidingFinding(inquiry, relation, cause.part, from.sample);
  if (behind === undefined) return found;
  const { finding: other, table } = behind;
  const told: Finding = {
    ...finding,
    because: [...finding.because, `${other.title}`],
    fix: {
      text: `If this user should see the row of ${table} that is looked for, widen the policies of ${table} or change that row; otherwise this is row security at work.`,
    },
  };
  return { finding: told, also };
}

const decidesElsewhere = (fact: string): boolean => fact.startsWith("Without row security it is true");

async function hidingFinding(
  inquiry: Inquiry,
  outer: Relation,
  part: string,
  { raw }: Sample,
): Promise<{ readonly finding: Finding; readonly table: string } | undefined> {
  const { session, role } = inquiry;
  const [leaf] = leavesOf(await splitPredicate(part));
  const [scalar] = scalarSelects(part);
  const query = subselectOf(leaf?.leaf ?? null) ?? (scalar === undefined ? undefined : queryParts(scalar.select, null));
  const alias = query === undefined ? undefined : singleTable(query);
  if (query === undefined || alias === undefined || leaf === undefined) return undefined;
  const [relation] = await relationsWritten(session, leaf.facts.tables, [role]);
  if (relation === undefined || !relation.securedFor.includes(role)) return undefined;
  const type = ({ schema, name: table }: Relation) => `${name(schema)}.${name(table)}`;
  const found = { alias, type: type(relation) };
  const sql = foundSql(query, found, { type: type(outer), name: name(outer.name) });
  const rows = await session.attempt(() => session.query<Sample>(sql, [raw]));
  if (!rows.ok || rows.value.length === 0) return undefined;
  const table = inquiry.show(relation);
  const assessed = await assess(inquiry, relation, role, [applicable(relation, role, "select")], rows.value);
  const hiding = causeFinding(inquiry, relation, assessed, `Row security hides the row of ${table} that it looks for`, {
    code: "policies.hidden",
  });
  return hiding === undefined ? undefined : { finding: hiding.finding, table };
}
