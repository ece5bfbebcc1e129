import { expect, it } from "vitest";
import { catalogue } from "../../../../src/diagnosis/codes.ts";
import { metAs } from "../../../../src/diagnosis/lint/met-as.ts";
import { lintRules } from "../../../../src/diagnosis/lint/rules.ts";
import { listTraps } from "../../../../src/diagnosis/traps/load.ts";
import { isRequestCase } from "../../../../src/diagnosis/traps/schema.ts";

it("every mistake that lint knows has the name that why gives it, or none", () => {
  expect(Object.keys(metAs)).toEqual(lintRules.map(({ code }) => code));
  for (const codes of Object.values(metAs)) for (const code of codes ?? []) expect(catalogue).toHaveProperty([code]);
});

it("a trap that lint finds is explained by that name", () => {
  let compared = 0;
  for (const { number, lint, cases } of listTraps()) {
    const given = cases.filter(isRequestCase).flatMap(({ diagnosis, also }) => [diagnosis, ...also]);
    const [first] = [...new Set([...lint.v1, ...lint.v2])].filter((code) => metAs[code] !== null);
    if (first === undefined || given.length === 0) continue;
    compared += 1;
    const named = [...lint.v1, ...lint.v2].flatMap((code) => metAs[code] ?? []);
    expect(
      given.some((code) => named.some((name) => name === code)),
      `trap ${number}: ${given}; lint: ${named}`,
    ).toBe(true);
  }
  expect(compared).toBeGreaterThan(10);
});
