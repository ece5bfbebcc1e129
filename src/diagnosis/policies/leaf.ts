/** One leaf of a policy's expression for one row: its value, its sides, and why it is not true. */
import type { Definition } from "../catalog/definitions.ts";
import { type Expression, type Leaf, type Predicate, valueSqlOf } from "../predicates.ts";
import type { ClaimSet, Operand, Truth } from "../types.ts";
import type { Cause } from "./cause.ts";
import type { Evaluated, Values } from "./evaluate.ts";
import type { Knowledge } from "./knowledge.ts";
import { operandExpressions } from "./operands.ts";
import type { Scope } from "./scope.ts";
import type { Notes } from "./subselect-notes.ts";

/** What leaves can be judged by, for all rows of a scope. Values are by expression text. */
export interface Evidence {
  readonly scope: Scope;
  readonly values: Values;
  /** The same with nothing under row security, where a leaf reads tables. */
  readonly unsecured: Values;
  /** The same with the owners of functions lifted as well. */
  readonly ownersLifted: Values;
  /** The same with the claims that the gateway dropped. */
  readonly restored: Values;
  readonly knowledge: Knowledge;
  /** Columns of type uuid. */
  readonly uuids: readonly string[];
  /** Tables that are under row security for the role and show it no row, or that it could see only by mistake. */
  readonly silentTables: readonly string[];
  readonly sent: ClaimSet | null;
  /** Names of claims that the gateway did not keep. */
  readonly dropped: readonly string[];
  readonly seen: ClaimSet;
  /** What keeps sub-selects from finding a row. */
  readonly notes: Notes;
  /** The function whose owner's rights count in place of the role's. */
  readonly definer: Pick<Definition, "signature" | "owner"> | null;
  readonly opened: Openings;
}

/** For the row at `place`. */
export interface LeafEvidence extends Evidence {
  readonly place: number;
}

/** By the leaf's text. */
export type Openings = ReadonlyMap<string, readonly Opened[]>;

/** What is known inside of the calls, from the outside in. */
export function evidenceWithin(evidence: Evidence, [call, ...within]: readonly string[] = []): Evidence | undefined {
  if (call === undefined) return evidence;
  for (const openings of evidence.opened.values())
    for (const { call: own, body } of openings) {
      const inner = own === call && "evidence" in body ? evidenceWithin(body.evidence, within) : undefined;
      if (inner !== undefined) return inner;
    }
  return undefined;
}

/** A call and the body of the function, for all rows. */
export interface Opened {
  readonly call: string;
  readonly definition: Definition;
  readonly source?: string;
  /** Among them those of the call, and of `unrun`. */
  readonly values: Values;
  /** What is true of the rows for which it was not run. */
  readonly unrun: string | null;
  /** Values of the parameters, as `$1`. */
  readonly given: Values;
  /** Whose rights count in it. */
  readonly runsAs: string;
  /** Whether a value is looked for among what it gives. */
  readonly searches: boolean;
  /** Whether the body decides the leaf alone. */
  readonly decides: boolean;
  /** Rows that it says something about, by their places; undefined: all. */
  readonly places: readonly number[] | undefined;
  readonly body: { readonly predicate: Predicate; readonly evidence: Evidence } | { readonly reason: string };
}

export const truthOf = (evaluated: Evaluated | undefined): Truth => {
  if (evaluated === undefined || "failure" in evaluated) return "unknown";
  if (evaluated.value === null) return "null";
  return evaluated.value === "true" ? "true" : "false";
};

export function operandsOf(leaf: Leaf, { values, place }: LeafEvidence): Operand[] {
  return operandExpressions(leaf).flatMap(({ shown, sql }) => {
    const evaluated = values.get(sql)?.[place];
    return evaluated === undefined || "failure" in evaluated ? [] : [{ text: shown, value: evaluated.value }];
  });
}

/** Undefined when the leaf is true. */
export function causeOf(predicate: Predicate, evidence: LeafEvidence): Cause | undefined {
  const cause = bareCauseOf(predicate, evidence);
  const note = evidence.notes.get(predicate.text)?.[evidence.place];
  return note !== undefined && (cause?.kind === "error" || cause?.kind === "subselect-hidden")
    ? { ...cause, note }
    : cause;
}

function bareCauseOf(predicate: Predicate, evidence: LeafEvidence): Cause | undefined {
  const { text: part, facts } = predicate;
  const { place, values, knowledge } = evidence;
  const obstacle = knowledge.obstacleOf(facts);
  if (obstacle !== null) return { kind: "not-evaluated", part, reason: obstacle };
  const evaluated = values.get(valueSqlOf(predicate))?.[place];
  if (evaluated === undefined) return { kind: "not-evaluated", part, reason: "it was not reached in time" };
  if ("failure" in evaluated)
    return { kind: "error", part, failure: evaluated.failure, claims: knowledge.claimsOf(facts) };
  if (evaluated.value === "true") return undefined;
  return (
    legacyCause(predicate, evidence) ??
    claimCause(predicate, evidence) ??
    securityCause(predicate, evidence) ??
    uuidCause(predicate, evidence) ?? { kind: "plain", part }
  );
}

function legacyCause({ text: part, facts }: Predicate, { knowledge }: LeafEvidence): Cause | undefined {
  const [claim] = knowledge.legacyClaimsOf(facts);
  return claim === undefined ? undefined : { kind: "legacy-claim", part, claim };
}

/** auth.uid() is NULL for a blank sub as well. */
const isAbsent = (value: unknown, claim: string): boolean =>
  (value ?? null) === null || (claim === "sub" && typeof value === "string" && value.trim() === "");

/** A claim that SQL did not see. Of several, one that the gateway dropped is told first. */
function claimCause(predicate: Predicate, evidence: LeafEvidence): Cause | undefined {
  const { text: part, facts } = predicate;
  const { knowledge, sent, seen, dropped, restored, place } = evidence;
  const sql = valueSqlOf(predicate);
  const read = knowledge.claimsOf(facts);
  const spare = knowledge.spareClaimsOf(facts);
  const absent = read.filter((claim) => isAbsent(seen[claim], claim) && !spare.includes(claim));
  // `role` is dropped and another put in its place.
  const lost = read.find((claim) => dropped.includes(claim) && (sent?.[claim] ?? null) !== null);
  if (lost !== undefined) {
    const helps = truthOf(restored.get(sql)?.[place]) === "true";
    if (absent.includes(lost) || helps)
      return { kind: "claim-dropped", part, claim: lost, restored: helps, seen: seen[lost] ?? null };
  }
  const [claim] = absent;
  return claim === undefined ? undefined : { kind: "claim-missing", part, claim };
}

function securityCause(predicate: Predicate, evidence: LeafEvidence): Cause | undefined {
  const { text: part, facts } = predicate;
  const { unsecured, ownersLifted, knowledge, place, silentTables, definer: acting } = evidence;
  const sql = valueSqlOf(predicate);
  const tables = knowledge.tablesOf(facts);
  if (tables.length === 0) return undefined;
  const hidden = tables.filter((table) => silentTables.includes(table));
  const helps = truthOf(unsecured.get(sql)?.[place]) === "true";
  if (helps && acting !== null) return ownerCause(part, acting, hidden.length > 0 ? hidden : tables);
  if (helps) {
    // A sub-select that leaves the choice of rows to the other table's policies is meant to be empty for strangers.
    const choosesItself = knowledge.claimsOf(facts).length > 0;
    return choosesItself || hidden.length > 0
      ? { kind: "subselect-hidden", part, tables: hidden.length > 0 ? hidden : tables }
      : undefined;
  }
  if (truthOf(ownersLifted.get(sql)?.[place]) !== "true") return undefined;
  const definer = knowledge.functionsOf(facts).find((fn) => fn.definer);
  return definer === undefined ? { kind: "subselect-hidden", part, tables } : ownerCause(part, definer, tables);
}

const ownerCause = (
  part: string,
  { signature, owner }: Pick<Definition, "signature" | "owner">,
  tables: readonly string[],
): Cause => ({ kind: "definer-owner", part, function: signature, owner, tables });

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id of the identity provider is never a uuid, so such a comparison fails for everybody and every row. */
function uuidCause({ text: part, leaf }: Predicate, evidence: LeafEvidence): Cause | undefined {
  if (leaf?.kind !== "comparison" || leaf.operator !== "=") return undefined;
  const sides = [leaf.left, leaf.right].map((side) => ({
    claims: evidence.knowledge.claimsOf(side.facts),
    columns: side.facts.columns.map((name) => name.split(".").at(-1) ?? name),
    value: shownBy(side, evidence),
  }));
  const claimed = sides.find(({ claims }) => claims.length > 0);
  const stored = sides.find(({ claims }) => claims.length === 0);
  if (!claimed?.value || !stored?.value) return undefined;
  // A text that happens to hold a uuid is a value like any other.
  if (!stored.columns.some((name) => evidence.uuids.includes(name))) return undefined;
  if (!UUID.test(stored.value) || UUID.test(claimed.value)) return undefined;
  return { kind: "uuid-text", part, uuid: stored.value, other: claimed.value };
}

function shownBy({ text }: Expression, { values, place }: LeafEvidence): string | null {
  const evaluated = values.get(text)?.[place];
  return evaluated === undefined || "failure" in evaluated ? null : evaluated.value;
}
