/** Rows against policies: every policy that speaks, every part of it, for every row, and why a row does not pass. */
import { relationsWritten } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { leavesOf, type Predicate, splitPredicate } from "../predicates.ts";
import type { Identity } from "../replay/session.ts";
import type { PolicyVerdict, RowExplanation } from "../types.ts";
import { type Applicable, isForCommand, type PolicySet, silence } from "./applicable.ts";
import { allOf, anyOf, type Causes } from "./cause.ts";
import { evaluate, type Sample, type Values } from "./evaluate.ts";
import { type Knowledge, learnFunctions } from "./knowledge.ts";
import { type LeafEvidence, truthOf } from "./leaf.ts";
import { operandExpressions } from "./operands.ts";
import { scalarNotes } from "./scalar-notes.ts";
import { type Notes, subselectNotes } from "./subselect-notes.ts";
import { judge, verdict } from "./verdict.ts";

export interface Assessed {
  readonly sample: Sample;
  readonly explanation: RowExplanation;
  /** Why the row does not pass; empty when it does. */
  readonly causes: Causes;
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
  const evidence = await gather(inquiry, relation, role, [...predicates.values()].flatMap(leavesOf), samples);
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
    return { sample, explanation, causes: all, gates: answers };
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

async function gather(
  inquiry: Inquiry,
  relation: Relation,
  role: string,
  leaves: readonly Predicate[],
  samples: readonly Sample[],
): Promise<Omit<LeafEvidence, "place">> {
  const { session, claims } = inquiry;
  const knowledge = await learnFunctions(
    session,
    leaves.map(({ facts }) => facts),
  );
  for (const { text, facts } of leaves) noteObstacles(inquiry, text, knowledge, facts);
  const safe = leaves.filter(({ facts }) => knowledge.obstacleOf(facts) === null);
  const texts = safe.flatMap((leaf) => [
    leaf.text,
    ...(leaf.leaf === null ? [] : operandExpressions(leaf.leaf).map(({ sql }) => sql)),
  ]);
  const identity = inquiry.identity(role);
  const values = await evaluate(session, relation, samples, texts, identity);
  const failing = safe.filter(({ text }) => values.get(text)?.some((value) => truthOf(value) !== "true"));

  const reading = failing.filter(({ facts }) => knowledge.tablesOf(facts).length > 0);
  const readingTexts = reading.map(({ text }) => text);
  const owners = [...new Set(reading.flatMap(({ facts }) => knowledge.functionsOf(facts).map(({ owner }) => owner)))];
  const unsecured = await evaluate(session, relation, samples, readingTexts, null);
  const lifted = owners.filter((owner) => owner !== "postgres");
  const ownersLifted: Values =
    lifted.length === 0
      ? new Map()
      : await evaluate(session, relation, samples, readingTexts, { ...identity, lifted: [role, ...lifted] });

  const seen = claims.seen ?? {};
  const dropped = Object.fromEntries(claims.dropped.map((name) => [name, claims.sent?.[name]]));
  const wanting = failing.filter(({ facts }) => knowledge.claimsOf(facts).some((claim) => claim in dropped));
  const restored = await evaluate(
    session,
    relation,
    samples,
    wanting.map(({ text }) => text),
    { ...identity, claims: { ...seen, ...dropped } },
  );
  const notes = await notesFor(inquiry, relation, identity, failing, samples);
  const silentTables = await silentAmong(inquiry, role, [
    ...new Set(reading.flatMap(({ facts }) => knowledge.tablesOf(facts))),
  ]);
  return {
    values,
    unsecured,
    ownersLifted,
    restored,
    knowledge,
    uuids: relation.columns.filter(({ type }) => type === "uuid").map(({ name }) => name),
    silentTables,
    sent: claims.sent,
    dropped: claims.dropped,
    seen,
    notes,
  };
}

/** What the queries in these leaves found. */
async function notesFor(
  { session, context: { users } }: Inquiry,
  relation: Relation,
  identity: Identity,
  failing: readonly Predicate[],
  samples: readonly Sample[],
): Promise<Notes> {
  const ask = (expressions: readonly string[]) => evaluate(session, relation, samples, expressions, identity);
  const askUnsecured = (expressions: readonly string[]) => evaluate(session, relation, samples, expressions, null);
  const { name } = relation;
  const rows = samples.length;
  return new Map([
    ...(await subselectNotes(failing, name, rows, users, ask)),
    ...(await scalarNotes(failing, name, rows, { ask, askUnsecured, users })),
  ]);
}

function noteObstacles(inquiry: Inquiry, text: string, knowledge: Knowledge, facts: Predicate["facts"]): void {
  const obstacle = knowledge.obstacleOf(facts);
  if (obstacle !== null) {
    inquiry.note(`Not evaluated: ${text}, because ${obstacle}.`);
    return;
  }
  for (const fn of knowledge.functionsOf(facts))
    if (fn.volatile)
      inquiry.note(
        `${fn.signature} is VOLATILE; it was called again in a read-only transaction and may have answered otherwise during the request. If it only reads, declare it STABLE.`,
      );
}

/** Of the tables written in an expression, those whose policies let this role see nothing at all. */
async function silentAmong(inquiry: Inquiry, role: string, written: readonly string[]): Promise<string[]> {
  const silent: string[] = [];
  for (const name of written) {
    const [relation] = await relationsWritten(inquiry.session, [name], [role]);
    if (relation?.securedFor.includes(role) && silence(relation, role, "select") !== undefined) silent.push(name);
  }
  return silent;
}
