/** The values of `Prefer` that PostgREST knows. null: not asked for. */
import { type HeaderList, headerValues } from "../../http/message.ts";
import type { Dialect } from "../dialect.ts";
import { readInteger } from "../haskell.ts";
import { bytesOf, decodeLoosely } from "./bytes.ts";

export interface Preferences {
  readonly resolution: "merge-duplicates" | "ignore-duplicates" | null;
  readonly representation: "full" | "headers-only" | "none" | null;
  readonly parameters: "single-object" | null;
  readonly count: "exact" | "planned" | "estimated" | null;
  readonly transaction: "commit" | "rollback" | null;
  readonly missing: "default" | "null" | null;
  readonly handling: "strict" | "lenient" | null;
  readonly timezone: string | null;
  readonly maxAffected: bigint | null;
  /** Preferences that nothing knows, as sent. */
  readonly invalid: readonly string[];
}

/** What most requests ask for. */
export const noPreferences: Preferences = {
  resolution: null,
  representation: null,
  parameters: null,
  count: null,
  transaction: null,
  missing: null,
  handling: null,
  timezone: null,
  maxAffected: null,
  invalid: [],
};

/** Preferences with a fixed set of values, by the text they are written as. */
const words = {
  resolution: {
    "resolution=merge-duplicates": "merge-duplicates",
    "resolution=ignore-duplicates": "ignore-duplicates",
  },
  representation: { "return=representation": "full", "return=minimal": "none", "return=headers-only": "headers-only" },
  parameters: { "params=single-object": "single-object" },
  count: { "count=exact": "exact", "count=planned": "planned", "count=estimated": "estimated" },
  transaction: { "tx=commit": "commit", "tx=rollback": "rollback" },
  missing: { "missing=default": "default", "missing=null": "null" },
  handling: { "handling=strict": "strict", "handling=lenient": "lenient" },
} as const satisfies { [K in keyof Preferences]?: Readonly<Record<string, NonNullable<Preferences[K]>>> };

type WordKey = keyof typeof words;

const known = new Set(Object.values(words).flatMap((values) => Object.keys(values)));

export interface PreferenceContext {
  readonly dialect: Pick<Dialect, "knowsMaxAffected" | "timezoneExcusesUnknownPreferences">;
  /** `db-tx-end` lets the client choose; otherwise `tx` is understood but has no effect. */
  readonly allowsTransaction: boolean;
  readonly timezones: ReadonlySet<string>;
}

/** All `Prefer` headers together; of a preference given twice the first counts. */
export function parsePreferences(headers: HeaderList, context: PreferenceContext): Preferences {
  const { dialect, timezones } = context;
  const given = headerValues(headers, "prefer")
    .filter((value) => value !== "")
    .flatMap((value) => decodeLoosely(bytesOf(value)).split(","))
    .map((preference) => preference.trim());
  if (given.length === 0) return noPreferences;
  const after = (prefix: string): string | undefined =>
    given.find((preference) => preference.startsWith(prefix))?.slice(prefix.length);
  const word = <K extends WordKey>(key: K): Preferences[K] => {
    const values = words[key] as Readonly<Record<string, unknown>>;
    const found = given.find((preference) => Object.hasOwn(values, preference));
    return (found === undefined ? null : values[found]) as Preferences[K];
  };
  const timezone = after("timezone=") ?? null;
  const timezoneAccepted = timezone !== null && timezones.has(timezone);
  const affected = dialect.knowsMaxAffected ? readInteger(after("max-affected=") ?? "") : undefined;

  const isUnknown = (preference: string): boolean => {
    if (known.has(preference)) return false;
    if (timezoneAccepted && (dialect.timezoneExcusesUnknownPreferences || preference.startsWith("timezone=")))
      return false;
    return !(dialect.knowsMaxAffected && preference.startsWith("max-affected="));
  };
  return {
    resolution: word("resolution"),
    representation: word("representation"),
    parameters: word("parameters"),
    count: word("count"),
    transaction: context.allowsTransaction ? word("transaction") : null,
    missing: word("missing"),
    handling: word("handling"),
    timezone: timezoneAccepted ? timezone : null,
    // Read as a 64-bit number, which wraps around.
    maxAffected: affected === undefined ? null : BigInt.asIntN(64, affected),
    invalid: given.filter(isUnknown),
  };
}

const appliedOrder: readonly WordKey[] = [
  "resolution",
  "missing",
  "representation",
  "parameters",
  "count",
  "transaction",
  "handling",
];

/**
 * The `Preference-Applied` header for the preferences that had an effect (which ones can, depends on the action: leave the
 * others out), or null when there is none. `max-affected` is only reported under `handling=strict`.
 */
export function preferenceApplied(applied: Partial<Preferences>): readonly [name: string, value: string] | null {
  const values = appliedOrder.flatMap((key) => {
    const text = Object.entries(words[key]).find(([, value]) => value === applied[key])?.[0];
    return text === undefined ? [] : [text];
  });
  if (applied.timezone) values.push(`timezone=${applied.timezone}`);
  if (applied.handling === "strict" && applied.maxAffected != null) values.push(`max-affected=${applied.maxAffected}`);
  return values.length === 0 ? null : ["Preference-Applied", values.join(", ")];
}

/** Whether the total is counted by the statement itself (a planned count asks the planner afterwards). */
export const countsRows = ({ count }: Pick<Preferences, "count">): boolean =>
  count === "exact" || count === "estimated";
