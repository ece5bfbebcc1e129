/** Rows against policies: every policy that speaks, every part of it, for every row, and why a row does not pass. */
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { type Predicate, splitPredicate } from "../predicates.ts";
import type { PolicyVerdict, RowExplanation } from "../types.ts";
import { type Applicable, isForCommand, type PolicySet } from "./applicable.ts";
import { allOf, anyOf, type Causes } from "./cause.ts";
import { gather } from "./gather.ts";
import type { Evidence } from "./leaf.ts";
import { rowScope, type Sample } from "./scope.ts";
import { judge, verdict } from "./verdict.ts";

export interface Assessed {
  readonly sample: Sample;
  readonly explanation: RowExplanation;
  /** Why the row does not pass; empty when it does. */
  readonly causes: Causes;
  /** What they were judged by. */
  readonly evidence: Evidence;
  /** The verdicts again, by the question that they answer. */
  readonly gates: ReadonlyArray<readonly PolicyVerdict[]>;
}

/** `gates` are the sets a row has to pass, all of them. They must have a permissive policy each: else nothing passes anyway. */
export async function assess(
  inquiry: Inquiry,
  relation: Relation,
  role: string,
  gates: readonly PolicySet[],
  samples: readonly Sample[],
): Promise<Assessed[]> {
  if (samples.length === 0) return [];
  const speaking = gates.flatMap(({ permissive, restrictive }) => [...permissive, ...restrictive]);
  const predicates = new Map<string, Predicate>();
  for (const { expression } of speaking)
    if (!predicates.has(expression)) predicates.set(expression, await splitPredicate(expression));
  const evidence = await gather(inquiry, relation, role, [...predicates.values()], rowScope(relation, samples));
  return samples.map((sample, place) => {
    const judged = (one: Applicable) => judge(predicates.get(one.expression)!, { ...evidence, place });
    const answers: PolicyVerdict[][] = [];
    const causes: Causes[] = [];
    for (const gate of gates) {
      const given = gate.permissive.map((one) => ({ one, judged: judged(one) }));
      const taken = gate.restrictive.map((one) => ({ one, judged: judged(one) }));
      const verdicts: PolicyVerdict[] = [];
      answers.push(verdicts);
      for (const { one, judged: result } of [...given, ...taken])
        verdicts.push(
          verdict(one, result, inquiry.where({ kind: "policy", name: one.policy.name, table: relation.name })),
        );
      verdicts.push(...silentVerdicts(relation, role, gate));
      if (!given.some(({ judged: { causes: own } }) => own.length === 0))
        causes.push(anyOf(given.map(({ judged: result }) => result.causes)));
      causes.push(...taken.map(({ judged: result }) => result.causes));
    }
    const all = allOf(causes);
    const key = keyOf(relation, sample);
    const explanation = {
      table: inquiry.show(relation),
      key,
      row: sample.json,
      passes: all.length === 0,
      policies: answers.flat(),
    };
    return { sample, explanation, causes: all, evidence, gates: answers };
  });
}

/** Policies for the same command that are for other roles: shown, so that nobody wonders where they are. */
function silentVerdicts({ policies }: Relation, role: string, { question }: PolicySet): PolicyVerdict[] {
  return policies
    .filter((policy) => isForCommand(policy, question) && !policy.appliesTo.includes(role))
    .map((policy) => ({
      policy: policy.name,
      kind: policy.permissive ? "permissive" : "restrictive",
      command: policy.command,
      roles: policy.roles,
      clause: "using",
      applies: false,
      value: "unknown",
      expression: policy.using ?? policy.check ?? "",
      part: null,
    }));
}

function keyOf({ primaryKey, columns }: Relation, { json }: Sample): Record<string, unknown> {
  const names = primaryKey.length > 0 ? primaryKey : columns.slice(0, 2).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, json[name]]));
}
