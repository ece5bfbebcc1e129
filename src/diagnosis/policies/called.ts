/** What became of the functions that a leaf calls, for one row. Pure. */
import { givesTruth } from "../catalog/definitions.ts";
import { type Predicate, valueSqlOf } from "../predicates.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { CalledBody, Part, Truth } from "../types.ts";
import type { Causes, Judged } from "./cause.ts";
import { type Evaluated, valueAt } from "./evaluate.ts";
import { type LeafEvidence, type Opened, truthOf } from "./leaf.ts";

export interface Called {
  readonly called: CalledBody;
  /** Of its body, where that decides the leaf alone. */
  readonly causes: Causes;
}

type Judge = (predicate: Predicate, evidence: LeafEvidence) => Judged;

export const calledFor = (leaf: Predicate, evidence: LeafEvidence, judge: Judge): Called[] =>
  (evidence.opened.get(leaf.text) ?? [])
    .filter(({ places }) => places?.includes(evidence.place) ?? true)
    .map((opened) => calledIn(valueSqlOf(leaf), opened, evidence, judge));

function calledIn(text: string, opened: Opened, evidence: LeafEvidence, judge: Judge): Called {
  const { place } = evidence;
  const { call, definition, runsAs, source, values, unrun, given, searches, decides, body } = opened;
  const gave = values.get(call)?.[place];
  const about = {
    call,
    function: definition.signature,
    runsAs,
    definer: definition.definer,
    arguments: definition.parameters.flatMap(({ name }, index) => {
      const value = valueAt(given, `$${index + 1}`, place);
      return value === undefined ? [] : [{ text: name === "" ? `$${index + 1}` : name, value }];
    }),
    ...(gave === undefined || "failure" in gave ? {} : { gives: gave.value }),
    ...(source === undefined ? {} : { source }),
  };
  const closed = (note: string): Called => ({ called: { ...about, part: null, note }, causes: [] });
  if (unrun !== null && valueAt(values, unrun, place) === "true")
    return closed("it is STRICT and an argument is NULL, so it gives NULL without being run");
  if ("reason" in body) return closed(`its body is not taken apart: ${body.reason}`);
  const blind = blindTables(body);
  const told = blind.length === 0 || !definition.definer ? about : { ...about, blind };
  const judged = judge(body.predicate, { ...body.evidence, place });
  const { causes } = judged;
  const { leaf } = body.predicate;
  // What a query gives is what its function gives, unless that takes all of its rows; what a claim is a part of is shown elsewhere.
  const isSaid =
    (leaf?.kind === "query" && !definition.returnsSet) ||
    (leaf?.kind === "comparison" && /^[-#]>>?$/.test(leaf.operator));
  const part = isSaid ? { ...judged.part, operands: [] } : judged.part;
  const isTruth = givesTruth(definition);
  const raised = causes.find((cause) => cause.kind === "error");
  // What it did not raise when it was called says nothing about it.
  if (raised?.kind === "error" && raised.failure.message !== failureOf(evidence.values.get(text)?.[place])?.message)
    return closed(`its body is not taken apart: by itself it raises ${raised.failure.message}`);
  const inside = causes.map((cause) => ({ ...cause, within: [call, ...(cause.within ?? [])] }));
  if (!searches && !isTruth) return { called: { ...told, part: valuePart(part, gave) }, causes: [] };
  if (!searches && disagrees(part.value, gave))
    return closed("its body is not taken apart: by itself it gives another value");
  return {
    called: { ...told, part },
    causes: decides ? inside : [],
  };
}

const failureOf = (evaluated: Evaluated | undefined): SqlFailure | undefined =>
  evaluated !== undefined && "failure" in evaluated ? evaluated.failure : undefined;

function blindTables({ predicate, evidence }: Extract<Opened["body"], { predicate: unknown }>): string[] {
  return predicate.facts.tables.filter((table) => evidence.silentTables.includes(table));
}

/** A value that is no truth value. */
const valuePart = (part: Part, gave: Evaluated | undefined): Part =>
  gave === undefined || "failure" in gave
    ? { ...part, value: part.note?.startsWith("raises") ? part.value : "unknown" }
    : { ...part, value: gave.value === null ? "null" : "unknown", gives: gave.value };

/** Whether the parts together are true where the function is not, or the other way round. */
const disagrees = (value: Truth, gave: Evaluated | undefined): boolean =>
  gave !== undefined &&
  value !== "unknown" &&
  ("failure" in gave ? true : (value === "true") !== (truthOf(gave) === "true"));
