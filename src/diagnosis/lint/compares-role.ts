/** Policies that ask which role a request runs as, by a name that v2 never has: by themselves or in functions they call. Pure. */

import type { Facts } from "../predicates/types.ts";
import { leavesOf } from "../predicates.ts";
import type { LintFunction, LintPolicy } from "./types.ts";

/** How the role is come by: the claim of the token, or what Postgres calls the user. */
export interface RoleRead {
  inExpression(facts: Facts): boolean;
  readonly inBody: RegExp;
}

const NAMED = /'(?:authenticated|anon|service_role)'/;

export function comparesRole({ clauses, functions }: LintPolicy, { inExpression, inBody }: RoleRead): boolean {
  const reading = functions.filter(({ body }) => inBody.test(body));
  const calls = ({ functions: written }: Facts) => reading.some((fn) => written.some((name) => isCalled(fn, name)));
  return (
    reading.some(({ body }) => NAMED.test(body)) ||
    clauses
      .flatMap(({ predicate }) => leavesOf(predicate))
      .some(({ facts, text }) => NAMED.test(text) && (inExpression(facts) || calls(facts)))
  );
}

const isCalled = ({ schema, name }: LintFunction, written: string): boolean =>
  written === name || written === `${schema}.${name}`;
