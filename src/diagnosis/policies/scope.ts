/** Where an expression stands: in a policy, or in the body of a function that is called from there. */
import { type Definition, EXTRA, pathOf, standInName, standInSql } from "../catalog/definitions.ts";
import type { Relation } from "../catalog/types.ts";
import { factsOf, joinedFacts, noFacts } from "../predicates/facts.ts";
import { parseExpression } from "../predicates/parser.ts";
import type { Facts, Predicate } from "../predicates.ts";
import type { Knowledge } from "./knowledge.ts";
import { inFirstSql, type Subselect } from "./subselect.ts";

/** A row as text of its table's composite type, and as JSON for showing. */
export interface Sample {
  readonly raw: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The first row of a query under these of its conditions. */
export interface QueryRow {
  readonly parts: Subselect;
  readonly conditions: readonly string[];
}

export interface Entered {
  /** In whose row the call stands; absent where that is the place before. */
  readonly query?: QueryRow;
  readonly definition: Definition;
  /** What stands between the parentheses of the call. */
  readonly inside: string;
  /** Facts of the arguments, by parameter. */
  readonly given: ReadonlyMap<string, Facts>;
  /** A value of the place of the call that is looked for among what the function gives. */
  readonly wanted?: { readonly sql: string; readonly type: string };
}

export interface Scope {
  /** Whose rows they are. */
  readonly relation: Pick<Relation, "schema" | "name">;
  readonly samples: readonly Sample[];
  /** Functions in whose bodies it stands, from the outside in. */
  readonly entered: readonly Entered[];
}

export const rowScope = (relation: Scope["relation"], samples: readonly Sample[]): Scope => ({
  relation,
  samples,
  entered: [],
});

/** Where names are looked up that are written there, as SET takes it; null: where the request's are. */
export const pathIn = ({ entered }: Scope): string | null =>
  entered.reduce<string | null>((path, { definition }) => pathOf(definition) ?? path, null);

/** Whose rights count there. */
export const actingIn = ({ entered }: Scope, role: string): string =>
  entered.reduce((acting, { definition: { definer, owner } }) => (definer ? owner : acting), role);

/** Owners that bodies run as on the way there. */
export const ownersIn = ({ entered }: Scope): string[] => [
  ...new Set(entered.flatMap(({ definition: { definer, owner } }) => (definer ? [owner] : []))),
];

/** The function whose owner's rights count there in place of `role`'s; null where none is. */
export function definerIn({ entered }: Scope, role: string): Definition | null {
  const found = entered.findLast(({ definition }) => definition.definer)?.definition;
  return found === undefined || found.owner === role ? null : found;
}

/** What the arguments of a call depend on, columns and claims, by parameter: by its name, and by its place as `$1`. */
export function givenTo(
  scope: Scope,
  knowledge: Knowledge,
  { parameters }: Definition,
  args: ReadonlyArray<{ readonly name: string | null; readonly text: string }>,
): ReadonlyMap<string, Facts> {
  const given = new Map<string, Facts>();
  for (const [place, { name, text }] of args.entries()) {
    const index = name === null ? place : parameters.findIndex((one) => one.name === name);
    const own = factsThrough(scope, text, factsOf(parseExpression(text)));
    const facts = {
      ...noFacts,
      columns: own.columns,
      claims: knowledge.claimsOf(own),
      spareClaims: knowledge.spareClaimsOf(own),
      legacyClaims: knowledge.legacyClaimsOf(own),
    };
    given.set(`$${index + 1}`, facts);
    const known = parameters[index]?.name;
    if (known) given.set(known, facts);
  }
  return given;
}

/** The facts of an expression that stands there, with those of what the parameters in it were given in place of their names. */
export function factsThrough({ entered }: Scope, text: string, facts: Facts): Facts {
  const inner = entered.at(-1);
  if (inner === undefined) return facts;
  const parameterOf = (column: string): string => {
    const [first = "", second = ""] = column.split(".");
    return first === inner.definition.name ? second : first;
  };
  const names = [...facts.columns.map(parameterOf), ...(text.match(/\$\d+/g) ?? [])];
  return joinedFacts([{ ...facts, columns: [] }, ...names.flatMap((name) => inner.given.get(name) ?? [])]);
}

/** The same expression, with the claims that parameters in it were made of. */
export function withGiven(scope: Scope, predicate: Predicate): Predicate {
  const { columns } = predicate.facts;
  return {
    ...predicate,
    facts: { ...factsThrough(scope, predicate.text, predicate.facts), columns },
    parts: predicate.parts.map((part) => withGiven(scope, part)),
  };
}

/** Whether a condition in a query there is about the policy's own row, by its columns or by what parameters were given. */
export const isTied = (scope: Scope, text: string, facts: Facts): boolean =>
  scope.entered.length === 0
    ? facts.columns.some((column) => column.startsWith(`${scope.relation.name}.`))
    : factsThrough(scope, text, facts).columns.length > 0;

/** The parameters of the function there, by their places. */
export const parametersIn = ({ entered }: Scope): string[] =>
  entered.at(-1)?.definition.parameters.map((_, index) => `$${index + 1}`) ?? [];

export const inRowSql = ({ parts, conditions }: QueryRow, expression: string): string =>
  inFirstSql(parts, conditions, expression);

export interface ScopeSql {
  /** Statements of the superuser that come first. */
  readonly prepared: readonly string[];
  /** An array of texts, for a row of the table. */
  readonly sql: string;
}

/** The values of expressions as one, to be asked for from the policy's place. */
export function inScope({ entered }: Scope, expressions: readonly string[]): ScopeSql {
  const columns = expressions.map((text) => `(${text})::text`).join(", ");
  return entered.reduceRight<ScopeSql>(
    ({ prepared, sql }, { definition, inside, wanted, query }) => {
      const extra = wanted === undefined ? [] : [`${EXTRA} => (${wanted.sql})::${wanted.type}`];
      const given = [...(inside === "" ? [] : [inside]), ...extra].join(", ");
      const call = `${standInName(definition)}(${given})`;
      return {
        prepared: [...standInSql(definition, sql, wanted?.type), ...prepared],
        sql: query === undefined ? call : inRowSql(query, call),
      };
    },
    { prepared: [], sql: `ARRAY[${columns}]::text[]` },
  );
}
