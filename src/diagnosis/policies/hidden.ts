/** Rows that exist and match, and that row security keeps from a read, an UPDATE or a DELETE. */
import type { CoercibleLogicTree } from "../../postgrest/plan/types.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { sampleTable, takeSamples } from "../rows/sql.ts";
import type { Finding, Findings } from "../types.ts";
import { applicable, commandOf, type Question, silence } from "./applicable.ts";
import { type Assessed, assess } from "./assess.ts";
import { causeFinding } from "./cause-finding.ts";
import { silenceFinding } from "./silence-finding.ts";

export interface HiddenRows {
  readonly relation: Relation;
  /** Whose policies count: the request's role, or the owner of a view or function. */
  readonly role: string;
  /** What a row has to pass, the command's own question first. */
  readonly questions: readonly Question[];
  /** The request's filters on this table. */
  readonly filters: readonly CoercibleLogicTree[];
  /** Begins the title: "Row security hides the 3 rows of notes that match". */
  readonly effect: string;
}

/** Rows looked at to find the reason; fewer are shown. */
const SAMPLES = 20;

export async function hiddenFinding(inquiry: Inquiry, hidden: HiddenRows): Promise<Findings> {
  const { relation, role, questions, effect } = hidden;
  for (const question of questions) {
    const silent = silence(relation, role, question);
    if (silent !== undefined)
      return { finding: silenceFinding(inquiry, relation, role, question, silent, effect), also: [] };
  }
  const assessed = await assessHidden(inquiry, hidden);
  const isWrite = questions[0] !== "select";
  const code = isWrite ? "policies.hidden-write" : "policies.hidden";
  const found = causeFinding(inquiry, relation, assessed, effect, {
    code,
    fix: {
      text: isWrite
        ? `If this user should change the row, widen a policy for ${commandOf(questions[0]!)}; otherwise this is row security at work.`
        : "If this user should see the row, widen a policy for SELECT or change the row; otherwise this is row security at work.",
    },
  });
  if (found !== undefined) return found;
  const finding: Finding = {
    code: "policies.unexplained",
    layer: "policies",
    title: `${effect}, but evaluated one by one the policies let them through.`,
    because: ["The data, the claims or the time may have changed since the request."],
  };
  return { finding, also: [] };
}

async function assessHidden(inquiry: Inquiry, { relation, role, questions, filters }: HiddenRows): Promise<Assessed[]> {
  const samples = await takeSamples(inquiry.session, sampleTable(relation, filters, SAMPLES));
  return assess(
    inquiry,
    relation,
    role,
    questions.map((question) => applicable(relation, role, question)),
    samples,
  );
}
