/** Asks the policies about rows, and counts what they say. */
import { transactionEvidence } from "../evidence.ts";
import type { Inquiry } from "../inquiry.ts";
import { type Applicable, applicable } from "../policies/applicable.ts";
import { evaluate } from "../policies/evaluate.ts";
import { learnFunctions } from "../policies/knowledge.ts";
import { rowScope } from "../policies/scope.ts";
import { judge } from "../policies/verdict.ts";
import { leavesOf, splitPredicate } from "../predicates.ts";
import type { Truth } from "../types.ts";
import type { Tally } from "./tally.ts";
import type { Touched } from "./touched.ts";

/**
 * A row that USING hides from an UPDATE is never asked whether it may become another, nor is a new row that a check refused
 * asked whether it may be seen.
 */
export async function askAll(inquiry: Inquiry, all: readonly Touched[], times: number, tally: Tally): Promise<void> {
  const isLater = (touched: Touched) => isUpdateCheck(touched) || touched.returned === true;
  const [later, others] = [all.filter(isLater), all.filter((touched) => !isLater(touched))];
  const passed: boolean[][] = [];
  for (const touched of others) passed.push(await askRows(inquiry, touched, times, tally));
  for (const touched of later) {
    const samples = touched.samples.filter((_, place) => passed.every((rows) => rows[place] !== false));
    await askRows(inquiry, { ...touched, samples }, times, tally);
  }
}

const isUpdateCheck = ({ question }: Touched): boolean => question === "update-check";

/** Whether each of the rows passes; empty where row security does not hold. */
async function askRows(inquiry: Inquiry, touched: Touched, times: number, tally: Tally): Promise<boolean[]> {
  const { relation, role, question, samples } = touched;
  if (!relation.securedFor.includes(role)) return [];
  const { permissive, restrictive } = applicable(relation, role, question);
  if (question === "delete" && samples.length === 0) {
    const rows = transactionEvidence(inquiry.trace)?.rows ?? 0;
    // With several permissive policies nobody can tell any more which of them let the row go.
    if (permissive.length === 1)
      for (const one of [...permissive, ...restrictive]) tally.countDeleted(relation, one, rows * times);
    return [];
  }
  const valuesOf = async (policies: readonly Applicable[]): Promise<Truth[][]> => {
    const values: Truth[][] = [];
    for (const one of policies) values.push(await askPolicy(inquiry, touched, one, times, tally));
    return values;
  };
  const [given, taken] = [await valuesOf(permissive), await valuesOf(restrictive)];
  return samples.map(
    (_, place) => given.some((rows) => rows[place] === "true") && taken.every((rows) => rows[place] === "true"),
  );
}

async function askPolicy(
  inquiry: Inquiry,
  { relation, role, samples }: Touched,
  one: Applicable,
  times: number,
  tally: Tally,
): Promise<Truth[]> {
  const { session, claims } = inquiry;
  const predicate = await splitPredicate(one.expression);
  const leaves = leavesOf(predicate);
  const knowledge = await learnFunctions(
    session,
    leaves.map(({ facts }) => facts),
  );
  if (samples.length > 0) for (const { facts } of leaves) tally.readWithin(knowledge.tablesOf(facts));
  const safe = leaves.filter(({ facts }) => knowledge.obstacleOf(facts) === null).map(({ text }) => text);
  const scope = rowScope(relation, samples);
  const values = await evaluate(session, scope, safe, inquiry.identity(role));
  const none = new Map();
  const evidence = {
    scope,
    values,
    unsecured: none,
    ownersLifted: none,
    restored: none,
    knowledge,
    uuids: [],
    silentTables: [],
    notes: none,
    opened: none,
    definer: null,
    dropped: [],
  };
  return samples.map((_, place) => {
    const { part } = judge(predicate, { ...evidence, place, sent: claims.sent, seen: claims.seen ?? {} });
    tally.count(relation, one, part, times);
    return part.value;
  });
}
