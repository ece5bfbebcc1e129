/** Why an expression is not true, and which of several reasons to name. Pure. */
import type { SqlFailure } from "../replay/session.ts";
import type { Part } from "../types.ts";

/** `within`: the calls, from the outside in, in whose bodies the part stands. */
export type Cause = Reason & { readonly within?: readonly string[] };

type Reason =
  /** The values are what they are: the policy does its work. */
  | { readonly kind: "plain"; readonly part: string }
  | { readonly kind: "not-evaluated"; readonly part: string; readonly reason: string }
  /** `restored`: with the claim the part would be true. */
  | {
      readonly kind: "claim-dropped";
      readonly part: string;
      readonly claim: string;
      readonly restored: boolean /** What the gateway put in its place; null: nothing. */;
      readonly seen: unknown;
    }
  | { readonly kind: "claim-missing"; readonly part: string; readonly claim: string }
  | { readonly kind: "legacy-claim"; readonly part: string; readonly claim: string }
  | { readonly kind: "uuid-text"; readonly part: string; readonly uuid: string; readonly other: string }
  /** Without row security on the tables it reads, the part would be true. */
  | {
      readonly kind: "subselect-hidden";
      readonly part: string;
      readonly tables: readonly string[];
      readonly note?: string;
    }
  | {
      readonly kind: "definer-owner";
      readonly part: string;
      readonly function: string;
      readonly owner: string;
      readonly tables: readonly string[];
    }
  /** `note`: what else was found out about a query in it. `claims`: those that it reads. */
  | {
      readonly kind: "error";
      readonly part: string;
      readonly failure: SqlFailure;
      readonly note?: string;
      readonly claims: readonly string[];
    };

export type CauseKind = Cause["kind"];

/** The higher, the surer that somebody made a mistake rather than that a row is somebody else's. */
const WEIGHT: Readonly<Record<CauseKind, number>> = {
  error: 7,
  "legacy-claim": 6,
  "uuid-text": 6,
  "definer-owner": 6,
  "subselect-hidden": 5,
  "claim-dropped": 4,
  "claim-missing": 1,
  plain: 1,
  "not-evaluated": 0,
};

/** Rather than a row that is somebody else's. */
export const isMistake = (cause: Cause): boolean => weight(cause) > WEIGHT["claim-missing"];

const weight = (cause: Cause): number =>
  cause.kind === "claim-dropped" && !cause.restored ? WEIGHT["claim-missing"] : WEIGHT[cause.kind];

/** Causes that stand together: every one of them has to be mended. */
export type Causes = readonly Cause[];

/** A part for one row. */
export interface Judged {
  readonly part: Part;
  /** Why it is not true; none when it is. */
  readonly causes: Causes;
}

/** How far from a mistake a set is: its most ordinary member decides, because mending the others would not help. */
export const strength = (causes: Causes): number =>
  causes.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...causes.map(weight));

export function allOf(sets: readonly Causes[]): Causes {
  return sets.flat();
}

/** Of alternatives the one that looks most like a mistake; of equals the one that tells most, else the first. */
export function anyOf(sets: readonly Causes[]): Causes {
  let best: Causes | undefined;
  for (const causes of sets) {
    if (best === undefined || strength(causes) > strength(best)) best = causes;
    else if (strength(causes) === strength(best) && telling(causes) > telling(best)) best = causes;
  }
  return best ?? [];
}

/**
 * What is asked of the user tells most, then what is asked of the row. It says little that a column has a value (`ends IS NULL
 * OR …`), and least that a claim is missing that another way does without.
 */
function telling(causes: Causes): number {
  if (!causes.every(({ kind }) => kind === "plain")) return 0;
  if (causes.every(({ part }) => /\sis null$/i.test(part))) return 1;
  return causes.every(({ part, within = [] }) => [part, ...within].some(asksForUser)) ? 3 : 2;
}

const asksForUser = (text: string): boolean => /\bauth\.uid\(\)|\brequest\.jwt\./.test(text);

/** The cause to name first: the most ordinary one, because it alone would keep the row hidden. */
export function leading(causes: Causes): Cause | undefined {
  return causes.find((cause) => weight(cause) === strength(causes));
}
