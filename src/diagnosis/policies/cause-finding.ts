/** From the causes of single rows to one finding: what to call it, which facts lead there, what mends it. */

import type { Relation } from "../catalog/types.ts";
import type { KnownUser } from "../context.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Finding, Findings, PolicyVerdict } from "../types.ts";
import { listed, showOperand, tidy } from "../words.ts";
import { alternatives, bodyOf } from "./alternatives.ts";
import type { Assessed } from "./assess.ts";
import { type Cause, leading, strength } from "./cause.ts";
import { described, type Plain } from "./cause-words.ts";
import { partOf } from "./part-words.ts";

export interface CauseFindings extends Findings {
  /** The one that the finding is about. */
  readonly cause: Cause;
  /** The row that shows it. */
  readonly from: Assessed;
}

/** Rows explained one by one, unless more are asked for. */
const SHOWN = 3;

/** Undefined when every row passes. */
export function causeFinding(
  inquiry: Inquiry,
  relation: Relation,
  assessed: readonly Assessed[],
  effect: string,
  plain: Plain,
): CauseFindings | undefined {
  const stopped = assessed
    .filter(({ causes }) => causes.length > 0)
    .sort((one, other) => strength(other.causes) - strength(one.causes));
  const [first] = stopped;
  const cause = first === undefined ? undefined : leading(first.causes);
  if (first === undefined || cause === undefined) return undefined;
  const { options } = inquiry;
  const tell = (one: Cause, from: Assessed) => described(inquiry, relation, one, policyOf(one, from), effect, plain);
  const told = tell(cause, first);
  const policy = policyOf(cause, first);
  const found = policy?.part ? partOf(policy.part, cause) : undefined;
  const closed = found?.through.find(({ part }) => bodyOf(part) === undefined);
  const decided = { policy, part: closed?.part.text ?? cause.part, within: cause.within ?? [] };
  const others =
    cause.kind === "plain" && decided.policy !== undefined
      ? alternatives(gateOf(first, decided.policy), decided, inquiry.context.users)
      : [];
  const finding = {
    ...told,
    because: [...told.because, ...besides(first, cause, inquiry.context.users), ...others],
    rows: stopped.slice(0, options.rows ?? SHOWN).map(({ explanation }) => explanation),
  };
  const seen = new Set([labelOf(cause)]);
  const also: Finding[] = [];
  for (const row of stopped)
    for (const one of row.causes) {
      if (one.kind === "plain" || seen.has(labelOf(one))) continue;
      seen.add(labelOf(one));
      also.push(tell(one, row));
    }
  return { finding, also, cause, from: first };
}

/** Other conditions that do not hold for the same row: to mend the first alone would not help. */
function besides(from: Assessed, decided: Cause, users: readonly KnownUser[]): string[] {
  const more = from.causes.filter((cause) => cause.kind === "plain" && cause.part !== decided.part);
  const told = more.slice(0, BESIDES).map((cause) => {
    const policy = policyOf(cause, from);
    const part = policy?.part ? partOf(policy.part, cause)?.part : undefined;
    const sides = part?.operands.map(({ text, value }) => showOperand(text, value, users)) ?? [];
    const calls = (cause.within ?? []).map((call) => `calls ${tidy(call)}, which `);
    const why = sides.length > 0 ? `, and ${listed(sides)}` : ", which is not true either";
    return `${policy === undefined ? "A policy" : `Policy "${policy.policy}"`} also ${calls.join("")}wants ${tidy(cause.part)}${why}${part?.note === undefined ? "" : `: ${part.note}`}.`;
  });
  return more.length > BESIDES ? [...told, `${more.length - BESIDES} more conditions do not hold.`] : told;
}

const BESIDES = 3;

const labelOf = (cause: Cause): string =>
  "claim" in cause
    ? `${cause.kind} ${cause.claim}`
    : cause.kind === "plain"
      ? cause.kind
      : `${cause.kind} ${cause.part}`;

const gateOf = ({ gates }: Assessed, policy: PolicyVerdict): readonly PolicyVerdict[] =>
  gates.find((verdicts) => verdicts.includes(policy)) ?? [];

/** The policy whose expression holds the part that failed. */
function policyOf(cause: Cause, { explanation }: Assessed): PolicyVerdict | undefined {
  const failing = explanation.policies.filter(({ part, value }) => part !== null && value !== "true");
  return failing.find(({ part }) => part !== null && partOf(part, cause) !== undefined);
}
