/** The claims as matchers, for `expect.extend` of vitest and of Playwright, and as assertions where there is no `expect`. */
import { AssertionError } from "node:assert";
import { type Claims, claims, type Verdict } from "./verdicts.ts";

type Tail<Claim> = Claim extends (received: unknown, negated: boolean, ...rest: infer Rest) => Promise<Verdict>
  ? Rest
  : never;

type Matchers = {
  [Name in keyof Claims]: (
    this: { readonly isNot?: boolean },
    received: unknown,
    ...rest: Tail<Claims[Name]>
  ) => Promise<Verdict>;
};

/** What `expect(answer)` has after `expect.extend(matchers)`; each resolves, so await it. */
export type AccessMatchers = { [Name in keyof Claims]: (...rest: Tail<Claims[Name]>) => Promise<void> };

type Claim = (received: unknown, negated: boolean, ...rest: unknown[]) => Promise<Verdict>;

const entries = Object.entries(claims) as unknown as [keyof Claims, Claim][];

export const matchers = Object.fromEntries(
  entries.map(([name, claim]) => [
    name,
    function (this: { readonly isNot?: boolean } | undefined, received: unknown, ...rest: unknown[]) {
      return claim(received, this?.isNot === true, ...rest);
    },
  ]),
) as unknown as Matchers;

/** For `node:test` and whatever else has no `expect`: `await expectAccess(answer).toSeeRows(2)`, `.not` included. */
export function expectAccess(answer: unknown): AccessMatchers & { readonly not: AccessMatchers } {
  return { ...assertions(answer, false), not: assertions(answer, true) };
}

function assertions(answer: unknown, negated: boolean): AccessMatchers {
  const assertion = (claim: Claim) => {
    const assert = async (...rest: unknown[]): Promise<void> => {
      const { pass, message } = await claim(answer, negated, ...rest);
      if (pass === negated) throw new AssertionError({ message: message(), stackStartFn: assert });
    };
    return assert;
  };
  return Object.fromEntries(entries.map(([name, claim]) => [name, assertion(claim)])) as unknown as AccessMatchers;
}
