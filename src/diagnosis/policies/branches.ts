/** CASE for one row: which branch was taken, and whose fault it is that this is not true. Pure. */
import { isNo, isYes } from "../predicates/choices.ts";
import type { Predicate } from "../predicates.ts";
import type { Part } from "../types.ts";
import { anyOf, type Causes, type Judged, strength } from "./cause.ts";

/** `judged` are its condition, and what is given then and else. */
export function judgeCase({ text, turned }: Predicate, judged: readonly Judged[]): Judged {
  const [condition, yes, no] = judged as readonly [Judged, Judged, Judged];
  const { value } = condition.part;
  const takes = value === "true" || (turned === true && value === "null") ? 1 : 2;
  const taken = takes === 1 ? yes : no;
  const parts = judged.map(({ part }) => part);
  const whole = { text, operator: "case", parts, operands: [] } as const;
  if (value === "unknown") return { part: { ...whole, value }, causes: condition.causes };
  const part: Part = { ...whole, value: taken.part.value, takes };
  if (part.value === "true") return { part, causes: [] };
  return { part, causes: takes === 1 ? yes.causes : otherwise(condition.causes, yes, no) };
}

/**
 * The condition does not hold. Which branch that leads to is how the row is, unless the condition fails by a mistake, or no
 * branch is there for the row.
 */
function otherwise(condition: Causes, yes: Judged, no: Judged): Causes {
  if (isNo(no.part.text)) return condition;
  if (isYes(yes.part.text) || endsInNo(no.part)) return anyOf([condition, no.causes]);
  const other = [...condition, ...yes.causes];
  return strength(other) > strength(no.causes) ? other : no.causes;
}

const endsInNo = ({ operator, parts, takes }: Part): boolean => {
  const last = operator === "case" && takes === 2 ? parts[2] : undefined;
  return last !== undefined && (isNo(last.text) || endsInNo(last));
};

/** The parts of which any would have made it true. */
export function waysOf({ parts, takes }: Part): readonly Part[] {
  const [condition, yes, no] = parts as readonly [Part, Part, Part];
  if (takes === 1) return [yes];
  if (takes === undefined || isNo(no.text)) return [condition];
  return isYes(yes.text) || endsInNo(no) ? [condition, no] : [no];
}
