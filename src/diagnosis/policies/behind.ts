/** A sub-select that finds its row until the other table's policies are asked: which of those hides it, and why. */
import { escapeIdentifier as name } from "pg";
import { relationsWritten } from "../catalog/relations.ts";
import type { Inquiry } from "../inquiry.ts";
import { scalarSelects } from "../predicates/scalars.ts";
import { leavesOf, splitPredicate } from "../predicates.ts";
import type { Finding, Findings } from "../types.ts";
import { applicable } from "./applicable.ts";
import { type Assessed, assess } from "./assess.ts";
import type { Cause } from "./cause.ts";
import { type CauseFindings, causeFinding } from "./cause-finding.ts";
import { evaluate, valueAt } from "./evaluate.ts";
import { unsecuredIdentity } from "./gather.ts";
import { evidenceWithin } from "./leaf.ts";
import { pathIn, type Sample } from "./scope.ts";
import { foundSql, queryParts, singleTable, subselectOf } from "./subselect.ts";

/** The finding with what hides the row one table further; as it is where that is not what decides. */
export async function withBehind(inquiry: Inquiry, found: CauseFindings): Promise<Findings> {
  const { finding, cause, from, also } = found;
  if (cause.kind !== "plain" || !finding.because.some(decidesElsewhere)) return found;
  const behind = await hidingFinding(inquiry, cause, from);
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
  { part, within }: Cause,
  { evidence, sample }: Assessed,
): Promise<{ readonly finding: Finding; readonly table: string } | undefined> {
  const { session, role } = inquiry;
  const scope = evidenceWithin(evidence, within)?.scope;
  const [leaf] = leavesOf(await splitPredicate(part));
  const [scalar] = scalarSelects(part);
  const query = subselectOf(leaf?.leaf ?? null) ?? (scalar === undefined ? undefined : queryParts(scalar.select, null));
  const alias = query === undefined ? undefined : singleTable(query);
  if (scope === undefined || query === undefined || alias === undefined || leaf === undefined) return undefined;
  const [relation] = await relationsWritten(session, leaf.facts.tables, [role], pathIn(scope));
  if (relation === undefined || !relation.securedFor.includes(role)) return undefined;
  const sql = foundSql(query, { alias, type: `${name(relation.schema)}.${name(relation.name)}` });
  const identity = unsecuredIdentity(inquiry.identity(role), scope);
  const rows = valueAt(await evaluate(session, { ...scope, samples: [sample] }, [sql], identity), sql, 0);
  if (!rows) return undefined;
  const table = inquiry.show(relation);
  const assessed = await assess(
    inquiry,
    relation,
    role,
    [applicable(relation, role, "select")],
    JSON.parse(rows) as Sample[],
  );
  const hiding = causeFinding(inquiry, relation, assessed, `Row security hides the row of ${table} that it looks for`, {
    code: "policies.hidden",
  });
  return hiding === undefined ? undefined : { finding: hiding.finding, table };
}
