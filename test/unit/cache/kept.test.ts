import { expect, it } from "vitest";
import { isKept, keep, rememberForKept } from "../../../src/cache/kept.ts";

const counting = () => {
  let computed = 0;
  const of = rememberForKept((key: { readonly name: string }) => {
    computed += 1;
    return { text: key.name };
  });
  return { of, computed: () => computed };
};

it("computes once for what is kept, and keeps the result", () => {
  const { of, computed } = counting();
  const key = keep({ name: "a" });
  expect(of(key)).toBe(of(key));
  expect(isKept(of(key))).toBe(true);
  expect(computed()).toBe(1);
});

it("remembers nothing for what may never come again, until it does", () => {
  const { of, computed } = counting();
  const key = { name: "a" };
  expect(of(key)).not.toBe(of(key));
  expect(isKept(of(key))).toBe(false);
  expect(computed()).toBe(3);
  keep(key);
  expect(of(key)).toBe(of(key));
  expect(computed()).toBe(4);
});
