/** A policy's expression for one row, as a tree of parts with values, and the causes that keep it from being true. Pure. */
import { type Predicate, valueSqlOf } from "../predicates.ts";
import type { Part, PolicyVerdict, Truth } from "../types.ts";
import { listed } from "../words.ts";
import type { Applicable } from "./applicable.ts";
import { judgeCase } from "./branches.ts";
import { calledFor } from "./called.ts";
import { allOf, anyOf, type Cause, type Causes, type Judged } from "./cause.ts";
import { causeOf, type LeafEvidence, operandsOf, truthOf } from "./leaf.ts";

export function judge(predicate: Predicate, evidence: LeafEvidence): Judged {
  if (predicate.leaf !== null) return judgeLeaf(predicate, evidence);
  const judged = predicate.parts.map((part) => judge(part, evidence));
  if (predicate.operator === "case") return judgeCase(predicate, judged);
  const operator = predicate.operator ?? "and";
  const value = combine(
    operator,
    judged.map(({ part }) => part.value),
  );
  const part = { text: predicate.text, operator, value, parts: judged.map((one) => one.part), operands: [] };
  if (value === "true") return { part, causes: [] };
  return { part, causes: combinedCauses(predicate, operator, judged) };
}

function combinedCauses(predicate: Predicate, operator: "and" | "or" | "not", judged: readonly Judged[]): Causes {
  const failing = judged.filter(({ part }) => part.value !== "true").map(({ causes }) => causes);
  if (operator === "and") return allOf(failing);
  if (operator === "or") return anyOf(failing);
  // NOT of something NULL or unknown has that thing's cause, unless it is only what the row is like.
  const inner = allOf(failing).filter(({ kind }) => kind !== "plain");
  return inner.length > 0 ? inner : [{ kind: "plain", part: predicate.text }];
}

function judgeLeaf(predicate: Predicate, evidence: LeafEvidence): Judged {
  const cause = causeOf(predicate, evidence);
  const value = truthOf(evidence.values.get(valueSqlOf(predicate))?.[evidence.place]);
  const note = noteOf(cause, predicate, evidence);
  const calls = calledFor(predicate, evidence, judge);
  const inner = calls.find(({ causes }) => causes.length > 0 && explains(causes, cause));
  const part: Part = {
    text: predicate.text,
    operator: null,
    value: cause?.kind === "not-evaluated" ? "unknown" : value,
    parts: [],
    operands: predicate.leaf === null ? [] : operandsOf(predicate.leaf, evidence),
    ...(note === undefined ? {} : { note }),
    ...(calls.length === 0 ? {} : { calls: calls.map(({ called }) => called) }),
  };
  return { part, causes: cause === undefined ? [] : (inner?.causes ?? [cause]) };
}

function noteOf(cause: Cause | undefined, predicate: Predicate, evidence: LeafEvidence): string | undefined {
  const { text, facts } = predicate;
  const { unsecured, knowledge, place } = evidence;
  if (cause?.kind === "plain" && truthOf(unsecured.get(valueSqlOf(predicate))?.[place]) === "true")
    return `without row security it is true: the policies of ${listed(knowledge.tablesOf(facts))} decide here`;
  if (cause?.kind === "plain") return blindness(predicate, evidence) ?? evidence.notes.get(text)?.[place];
  if (cause?.kind === "not-evaluated") return `not evaluated: ${cause.reason}`;
  if (cause?.kind === "error") return `raises ${cause.failure.sqlState}: ${cause.failure.message}`;
  return undefined;
}

/** Where nothing of a table is seen, which of its rows are looked for does not matter. */
function blindness({ facts }: Predicate, { scope, silentTables, definer }: LeafEvidence): string | undefined {
  const blind = facts.tables.filter((table) => silentTables.includes(table));
  const who = definer === null ? "this role" : `the owner ${definer.owner}`;
  return blind.length === 0
    ? undefined
    : `${who} sees no row of ${listed(blind)} at all${scope.entered.length > 0 && definer !== null ? ", and the function runs as that owner" : ""}: row security holds for it, and no policy of ${listed(blind)} lets it see any`;
}

/** What a body says tells more than what its call says, but an error only where it shows there too. */
const explains = (causes: Causes, cause: Cause | undefined): boolean =>
  cause?.kind === "error" ? causes.some(({ kind }) => kind === "error") : cause?.kind !== "not-evaluated";

/** Three-valued logic; what was not evaluated leaves open only what it would decide. */
export function combine(operator: "and" | "or" | "not", values: readonly Truth[]): Truth {
  if (operator === "not") return negate(values[0] ?? "unknown");
  const [decisive, neutral] = operator === "and" ? (["false", "true"] as const) : (["true", "false"] as const);
  if (values.includes(decisive)) return decisive;
  if (values.includes("unknown")) return "unknown";
  return values.includes("null") ? "null" : neutral;
}

const negate = (value: Truth): Truth => (value === "true" ? "false" : value === "false" ? "true" : value);

export function verdict({ policy, clause, expression }: Applicable, judged: Judged, source?: string): PolicyVerdict {
  return {
    policy: policy.name,
    kind: policy.permissive ? "permissive" : "restrictive",
    command: policy.command,
    roles: policy.roles,
    clause,
    applies: true,
    value: judged.part.value,
    expression,
    part: judged.part,
    ...(source === undefined ? {} : { source }),
  };
}
