/** What else would have let the row pass: permissive policies and OR give several ways, and all of them failed. Pure. */
import type { KnownUser } from "../context.ts";
import type { Part, PolicyVerdict } from "../types.ts";
import { listed, showOperand, tidy } from "../words.ts";
import { waysOf } from "./branches.ts";

const MOST = 3;

/** `policies` answer one question together. `decided` is the text of the part that the finding is about. Restrictive policies offer no other way. */
export function alternatives(
  policies: readonly PolicyVerdict[],
  decided: { readonly policy: PolicyVerdict | undefined; readonly part: string; readonly within: readonly string[] },
  users: readonly KnownUser[],
): string[] {
  if (decided.policy?.kind !== "permissive") return [];
  const failing = policies
    .filter((one) => one.kind === "permissive" && one.applies && one.value !== "true")
    .flatMap((policy) =>
      policy.part === null ? [] : ways(policy.part, decided.within).map((part) => ({ policy, part })),
    );
  const others = failing.filter(({ policy, part }) => policy !== decided.policy || !holds(part, decided.part));
  const told = others.slice(0, MOST).map(({ policy, part }) => {
    const sides = part.operands.map(({ text, value }) => showOperand(text, value, users));
    const values = sides.length === 0 ? "" : `: ${listed(sides)}`;
    return `Nor is ${tidy(part.text)} true, which policy "${policy.policy}" would take as well${values}.`;
  });
  return others.length > MOST ? [...told, `${others.length - MOST} more would do, and are not true either.`] : told;
}

/** The failing part of each alternative: OR is several, of AND the first that fails stands for it, CASE takes one. Bodies are gone into where the decision fell in them. */
function ways(part: Part, within: readonly string[]): Part[] {
  if (part.operator === "or") return part.parts.flatMap((one) => ways(one, within));
  if (part.operator === "case") return waysOf(part).flatMap((one) => ways(one, within));
  const failing =
    part.operator === "and"
      ? part.parts.find(({ value }) => value !== "true")
      : within.includes(part.text)
        ? bodyOf(part)
        : undefined;
  return failing === undefined ? [part] : ways(failing, within);
}

/** Of a call that is the whole part. */
export const bodyOf = ({ text, calls = [] }: Part): Part | undefined =>
  calls.find(({ call }) => call === text)?.part ?? undefined;

/** The part itself, or the conjunction it stands in. */
const holds = (part: Part, text: string): boolean =>
  part.text === text || part.parts.some((inner) => holds(inner, text));
