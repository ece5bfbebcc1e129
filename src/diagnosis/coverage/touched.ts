/** Which rows a request's policies were asked about: as they are now, or as its body says. */
import type { MutatePlan, ReadPlan } from "../../postgrest/plan/types.ts";
import { basesOf, relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Question } from "../policies/applicable.ts";
import { assembledRows } from "../policies/new-rows.ts";
import type { Sample } from "../policies/scope.ts";
import { sampleTable, takeSamples } from "../rows/sql.ts";

export interface Touched {
  readonly relation: Relation;
  /** Whose policies count. */
  readonly role: string;
  readonly question: Question;
  readonly samples: readonly Sample[];
  /** New rows that the request wants back: asked where the check has let them pass, in the same places. */
  readonly returned?: true;
}

/** Rows per table and question: enough for every row of a test's data, and bounded for those of somebody's copy. */
const MOST = 200;

export async function touchedRows(inquiry: Inquiry): Promise<Touched[]> {
  const { plan } = inquiry.sent;
  if (plan.kind === "read") return readRows(inquiry, plan.read);
  return plan.kind === "mutate" ? writtenRows(inquiry, plan.mutate) : [];
}

/** The table asked for and those embedded. Embeds are not joined: any of their rows may stand for what was asked. */
async function readRows(inquiry: Inquiry, plan: ReadPlan): Promise<Touched[]> {
  const [relation] = await relationsByName(inquiry.session, [plan.from], [inquiry.role]);
  const own = relation === undefined ? [] : await rowsOf(inquiry, relation, plan.where);
  const embedded: Touched[] = [];
  for (const child of plan.children) embedded.push(...(await readRows(inquiry, child)));
  return [...own, ...embedded];
}

async function rowsOf(inquiry: Inquiry, relation: Relation, where: ReadPlan["where"]): Promise<Touched[]> {
  const { session, role } = inquiry;
  if (relation.kind !== "view") {
    return [{ relation, role, question: "select", samples: await samplesOf(inquiry, relation, where) }];
  }
  const touched: Touched[] = [];
  for (const base of await basesOf(session, relation, role)) {
    const samples = await samplesOf(inquiry, base.relation, []);
    touched.push({ relation: base.relation, role: base.role, question: "select", samples });
  }
  return touched;
}

async function samplesOf(inquiry: Inquiry, relation: Relation, where: ReadPlan["where"]): Promise<readonly Sample[]> {
  const samples = await takeSamples(inquiry.session, sampleTable(relation, where, MOST + 1));
  if (samples.length > MOST)
    inquiry.note(`Of ${relation.name}, the first ${MOST} rows were asked about for each request; it has more.`);
  return samples.slice(0, MOST);
}

async function writtenRows(inquiry: Inquiry, plan: MutatePlan): Promise<Touched[]> {
  const { session, role } = inquiry;
  const [relation] = await relationsByName(session, [plan.target], [role]);
  if (relation === undefined || relation.kind === "view") return [];
  const of = (question: Question, samples: readonly Sample[]): Touched => ({ relation, role, question, samples });
  if (plan.kind === "insert") {
    const added = await assembledRows(inquiry, relation, plan);
    const returned = plan.returning.length > 0 ? [{ ...of("select", added), returned: true } as const] : [];
    return [of("insert-check", added), ...returned];
  }
  const before = await samplesOf(inquiry, relation, plan.where);
  // A filter reads, so the policies for SELECT are asked as well.
  const seen = plan.where.length > 0 ? [of("select", before)] : [];
  if (plan.kind === "delete") return [of("delete", before), ...seen];
  return [of("update", before), of("update-check", await assembledRows(inquiry, relation, plan)), ...seen];
}
