/** What the functions in an expression stand for: the claims and tables they read, and whether they may be called again. */
import { bodyFacts, functionsWritten, notRepeatable } from "../catalog/functions.ts";
import type { FunctionInfo } from "../catalog/types.ts";
import type { Facts } from "../predicates.ts";
import type { Session } from "../replay/session.ts";

export interface FunctionKnowledge {
  readonly overloads: readonly FunctionInfo[];
  /** Claims read in its body or in those it calls. */
  readonly claims: readonly string[];
  readonly spareClaims: readonly string[];
  readonly legacyClaims: readonly string[];
  readonly tables: readonly string[];
  /** Functions its body calls. */
  readonly calls: readonly string[];
}

export interface Knowledge {
  claimsOf(facts: Facts): readonly string[];
  /** Those of them that the expression does without. */
  spareClaimsOf(facts: Facts): readonly string[];
  legacyClaimsOf(facts: Facts): readonly string[];
  /** Tables of sub-selects and of the bodies of functions. */
  tablesOf(facts: Facts): readonly string[];
  /** Functions that are not the platform's or Postgres' own. */
  functionsOf(facts: Facts): readonly FunctionInfo[];
  /** Of a name as it is written. */
  overloadsOf(name: string): readonly FunctionInfo[];
  /** Why an expression cannot be evaluated again; null when it can. */
  obstacleOf(facts: Facts): string | null;
}

/** Bodies call further functions; three levels are enough for helpers of helpers. */
const LEVELS = 3;

/** `path` is where names are looked up, as SET takes it; null: where the session does. */
export async function learnFunctions(
  session: Session,
  expressions: readonly Facts[],
  path: string | null = null,
): Promise<Knowledge> {
  const known = new Map<string, FunctionKnowledge>();
  let wanted = unique(expressions.flatMap(({ functions }) => functions));
  for (let level = 0; level < LEVELS && wanted.length > 0; level += 1) {
    const found = await functionsWritten(session, wanted, level === 0 ? path : null);
    const next: string[] = [];
    for (const written of wanted) {
      const overloads = found.filter(({ schema, name }) => written === name || written === `${schema}.${name}`);
      const bodies = await Promise.all(overloads.filter(({ schema }) => schema !== "pg_catalog").map(bodyFacts));
      known.set(written, {
        overloads,
        claims: unique(bodies.flatMap(({ claims }) => claims)),
        spareClaims: unique(bodies.flatMap(({ spareClaims }) => spareClaims)),
        legacyClaims: unique(bodies.flatMap(({ legacyClaims }) => legacyClaims)),
        tables: unique(bodies.flatMap(({ tables }) => tables)),
        calls: unique(bodies.flatMap(({ functions }) => functions)),
      });
      next.push(...known.get(written)!.calls);
    }
    wanted = unique(next).filter((name) => !known.has(name));
  }
  return knowledgeOf(known);
}

function knowledgeOf(known: ReadonlyMap<string, FunctionKnowledge>): Knowledge {
  const reachable = (facts: Facts): FunctionKnowledge[] => {
    const names = new Set(facts.functions);
    for (const name of names) for (const callee of known.get(name)?.calls ?? []) names.add(callee);
    return [...names].flatMap((name) => known.get(name) ?? []);
  };
  const gather = (own: readonly string[], facts: Facts, pick: (one: FunctionKnowledge) => readonly string[]) =>
    unique([...own, ...reachable(facts).flatMap(pick)]);
  return {
    claimsOf: (facts) =>
      gather([...facts.claims, ...facts.members.map(({ key }) => key)], facts, ({ claims }) => claims),
    spareClaimsOf: (facts) => gather(facts.spareClaims, facts, ({ spareClaims }) => spareClaims),
    legacyClaimsOf: (facts) => gather(facts.legacyClaims, facts, ({ legacyClaims }) => legacyClaims),
    tablesOf: (facts) => gather(facts.tables, facts, ({ tables }) => tables),
    functionsOf: (facts) => reachable(facts).flatMap(({ overloads }) => overloads.filter(isOwn)),
    overloadsOf: (name) => known.get(name)?.overloads.filter(isOwn) ?? [],
    obstacleOf(facts) {
      for (const { overloads } of reachable(facts))
        for (const fn of overloads) {
          const reason = notRepeatable(fn);
          if (reason !== null) return reason;
        }
      return null;
    },
  };
}

/** Of the project, or of an extension. */
const isOwn = ({ schema }: FunctionInfo): boolean => schema !== "pg_catalog" && schema !== "auth";

const unique = (names: readonly string[]): string[] => [...new Set(names)];
