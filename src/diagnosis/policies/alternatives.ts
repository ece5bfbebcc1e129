/** What else would have let the row pass: permissive policies and OR give several ways, and all of them failed. Pure. */
import type { KnownUser } from "../context.ts";
import type { Part, PolicyVerdict } from "../types.ts";
import { listed, showOperand, tidy } from "../words.ts";
import { waysOf } from "./branches.ts";

const MOST = 3;

/** `policies` answer one question together. `decided` is the text of the part that the finding is about. A restrictive policy has none besides those in itself. */
export function alternatives(
  policies: readonly PolicyVerdict[],
  decided: Decided & { readonly policy: PolicyVerdict | undefined },
  users: readonly KnownUser[],
): string[] {
  const failing = policies
    .filter((one) => (decided.policy?.kind === "permissive" ? one.kind === "permissive" : one === decided.policy))
    .filter((one) => one.applies && one.value !== "true")
    .flatMap((policy) =>
      policy.part === null
        ? []
        : ways(policy.part, policy === decided.policy ? decided : elsewhere).map((part) => ({ policy, part })),
    );
  const others = failing.filter(({ policy, part }) => policy !== decided.policy || !holds(part, decided));
  const told = others.slice(0, MOST).map(({ policy, part }) => {
    const sides = part.operands.map(({ text, value }) => showOperand(text, value, users));
    const values = sides.length === 0 ? "" : `: ${listed(sides)}`;
    return `Nor is ${tidy(part.text)} true, which policy "${policy.policy}" would take as well${values}.`;
  });
  return others.length > MOST ? [...told, `${others.length - MOST} more would do, and are not true either.`] : told;
}

interface Decided {
  readonly part: string;
  readonly within: readonly string[];
}

const elsewhere: Decided = { part: "", within: [] };

/**
 * The failing part of each alternative: OR is several, CASE takes one; of AND the part stands for it that was decided, else the
 * first that fails. Bodies are gone into where the decision fell in them.
 */
function ways(part: Part, decided: Decided): Part[] {
  if (part.operator === "or") return part.parts.flatMap((one) => ways(one, decided));
  if (part.operator === "case") return waysOf(part).flatMap((one) => ways(one, decided));
  const failing =
    part.operator === "and"
      ? (part.parts.find((one) => holds(one, decided)) ?? part.parts.find(({ value }) => value !== "true"))
      : decided.within.includes(part.text)
        ? bodyOf(part)
        : undefined;
  return failing === undefined ? [part] : ways(failing, decided);
}

/** Of a call that is the whole part. */
export const bodyOf = ({ text, calls = [] }: Part): Part | undefined =>
  calls.find(({ call }) => call === text)?.part ?? undefined;

/** Whether it is the part that was decided, or has it somewhere inside. */
function holds(part: Part, decided: Decided): boolean {
  if (part.text === decided.part) return true;
  const body = decided.within.includes(part.text) ? bodyOf(part) : undefined;
  return [...part.parts, ...(body === undefined ? [] : [body])].some((inner) => holds(inner, decided));
}
