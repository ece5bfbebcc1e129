/** An error that a policy's expression raises: it is gone when row security does not hold. */
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import { namedRelations } from "../grants/needs.ts";
import type { Inquiry } from "../inquiry.ts";
import { applicable, type Question } from "../policies/applicable.ts";
import { assess } from "../policies/assess.ts";
import { causeFinding } from "../policies/cause-finding.ts";
import { learnFunctions } from "../policies/knowledge.ts";
import { newRows } from "../policies/new-rows.ts";
import type { Sample } from "../policies/scope.ts";
import { splitPredicate } from "../predicates.ts";
import type { SqlFailure } from "../replay/session.ts";
import { SAMPLES } from "../rows/samples.ts";
import { sampleTable, takeSamples } from "../rows/sql.ts";
import type { Finding, Findings } from "../types.ts";
import { placeText, showValue } from "../words.ts";

/** Undefined when the error has nothing to do with policies. */
export async function policyErrorFindings(inquiry: Inquiry, failure: SqlFailure): Promise<Findings | undefined> {
  const { session, replay, role, sent } = inquiry;
  const relations = await relationsByName(session, namedRelations(sent.plan), [role]);
  const secured = relations.filter(({ securedFor }) => securedFor.includes(role));
  if (secured.length === 0) return undefined;
  const again = await replay.run();
  if (again.ok) return undefined;
  const lifted = await replay.run({ lifted: [role] });
  if (!lifted.ok && lifted.failure.message === failure.message) return undefined;
  for (const relation of secured) {
    for (const question of questionsFor(inquiry, relation)) {
      const samples = await samplesFor(inquiry, relation, question);
      const set = applicable(relation, role, question);
      const assessed = await assess(inquiry, relation, role, [set], samples);
      const effect = `The request fails in row security of ${inquiry.show(relation)}`;
      const found = causeFinding(inquiry, relation, assessed, effect, { code: "policies.error" });
      if (found?.finding.code !== "policies.uuid-cast" && found?.finding.code !== "policies.error") continue;
      const raised = assessed.some(({ causes }) => causes.some(({ kind }) => kind === "error"));
      if (raised) return withProof(found, lifted.ok);
    }
  }
  if (!(await inPolicyFunction(inquiry, secured, failure))) return undefined;
  return withProof(
    {
      finding: {
        code: "policies.error",
        layer: "policies",
        title: `A policy raises ${failure.sqlState}: ${failure.message}.`,
        because: failure.where === null ? [] : [`Postgres was in: ${placeText(failure.where)}.`],
        fix: {
          text:
            failure.sqlState === "25006"
              ? "Take the write out of the policy's function: a policy is asked during reads too."
              : "Look at the casts and functions in the policies of the tables that the request names.",
        },
      },
      also: [],
    },
    lifted.ok,
  );
}

/** Without row security other rows are read and written, so the error may have gone for another reason than a policy's function. */
async function inPolicyFunction(
  { session }: Inquiry,
  relations: readonly Relation[],
  { where }: SqlFailure,
): Promise<boolean> {
  if (where === null) return false;
  const written = relations.flatMap(({ policies }) => policies.flatMap(({ using, check }) => [using, check]));
  const predicates = await Promise.all(written.flatMap((text) => (text === null ? [] : [splitPredicate(text)])));
  const facts = predicates.map((one) => one.facts);
  const knowledge = await learnFunctions(session, facts);
  return facts.some((one) => knowledge.functionsOf(one).some(({ name }) => isNamed(where, name)));
}

const isNamed = (where: string, name: string): boolean =>
  [...where.matchAll(/function (?:[\w$]+\.)?"?([\w$]+)"?/g)].some(([, found]) => found === name);

function withProof({ finding, also }: Findings, passes: boolean): Findings {
  return {
    finding: {
      ...finding,
      because: [...finding.because, ...rowText(finding)],
      proof: {
        tried: "the same request with row security lifted",
        result: passes ? "it raises nothing" : "it raises another error",
        holds: true,
      },
    },
    also,
  };
}

/** Which row it is that the expression cannot be asked of; a row of NULLs stands for none. */
function rowText({ rows: [row] = [], code }: Finding): string[] {
  const columns = Object.entries(row?.row ?? {}).slice(0, 8);
  if (code === "policies.uuid-cast" || columns.length === 0) return [];
  return [`It raises it for the row ${columns.map(([name, value]) => `${name} = ${showValue(value)}`).join(", ")}.`];
}

function questionsFor({ sent }: Inquiry, relation: Relation): Question[] {
  const { plan } = sent;
  if (plan.kind !== "mutate" || plan.mutate.target.name !== relation.name) return ["select"];
  if (plan.mutate.kind === "insert") return ["insert-check", "update-check", "select"];
  return plan.mutate.kind === "update" ? ["update", "select", "update-check"] : ["delete", "select"];
}

/** Rows to evaluate for; a row of NULLs where there are none, because casts of claims fail without a row as well. */
async function samplesFor(inquiry: Inquiry, relation: Relation, question: Question): Promise<Sample[]> {
  const { plan } = inquiry.sent;
  const isNew = question.endsWith("-check") && plan.kind === "mutate";
  const rows = isNew
    ? await newRows(inquiry, relation, plan.mutate)
    : await takeSamples(inquiry.session, sampleTable(relation, [], SAMPLES));
  if (rows.length > 0) return rows;
  return [{ raw: `(${relation.columns.map(() => "").join(",")})`, json: {} }];
}
