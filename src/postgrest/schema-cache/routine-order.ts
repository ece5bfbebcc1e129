/** The order of a function's overloads: fewest parameters first, then field by field as PostgREST compares them. */
import { compareText } from "../haskell.ts";
import type { IsolationLevel, ReturnType, Routine, RoutineParameter } from "./types.ts";

const volatilityRank: Readonly<Record<Routine["volatility"], number>> = { volatile: 0, stable: 1, immutable: 2 };
const isolationRank: Readonly<Record<IsolationLevel, number>> = {
  "read committed": 0,
  "repeatable read": 1,
  serializable: 2,
};

const compareFlags = (a: boolean, b: boolean): number => Number(a) - Number(b);

/** Nothing comes before something. */
const compareNullable = <T>(a: T | null, b: T | null, compare: (a: T, b: T) => number): number =>
  a === null || b === null ? Number(a !== null) - Number(b !== null) : compare(a, b);

function compareLists<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): number {
  for (const [index, item] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compare(item, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const compareParameters = (a: RoutineParameter, b: RoutineParameter): number =>
  compareText(a.name, b.name) ||
  compareText(a.type, b.type) ||
  compareText(a.typeMaxLength, b.typeMaxLength) ||
  compareFlags(a.required, b.required) ||
  compareFlags(a.variadic, b.variadic);

const compareReturnTypes = (a: ReturnType, b: ReturnType): number =>
  compareFlags(a.setOf, b.setOf) ||
  compareFlags(a.type.kind === "composite", b.type.kind === "composite") ||
  compareText(a.type.type.schema, b.type.type.schema) ||
  compareText(a.type.type.name, b.type.type.name) ||
  compareFlags(a.type.kind === "composite" && a.type.isAlias, b.type.kind === "composite" && b.type.isAlias);

/** For `sort`, among functions of one schema and name. */
export function compareRoutines(a: Routine, b: Routine): number {
  return (
    a.parameters.length - b.parameters.length ||
    compareNullable(a.description, b.description, compareText) ||
    compareLists(a.parameters, b.parameters, compareParameters) ||
    compareReturnTypes(a.returnType, b.returnType) ||
    volatilityRank[a.volatility] - volatilityRank[b.volatility] ||
    compareFlags(a.hasVariadic, b.hasVariadic) ||
    compareNullable(a.isolationLevel, b.isolationLevel, (x, y) => isolationRank[x] - isolationRank[y]) ||
    compareLists(a.settings, b.settings, (x, y) => compareText(x[0], y[0]) || compareText(x[1], y[1]))
  );
}
