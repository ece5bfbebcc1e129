import { expect, test } from "vitest";
import { parseClaim, parseModes, parsePort, parseSeconds } from "../../../src/cli/options.ts";

test("claims: JSON as JSON, anything else as text, one after the other", () => {
  const claims = ["role=admin", "level=3", "tags=[1]", "note=a=b", "blank="].reduce(
    (all, text) => parseClaim(text, all),
    {},
  );
  expect(claims).toEqual({ role: "admin", level: 3, tags: [1], note: "a=b", blank: "" });
  expect(() => parseClaim("=x")).toThrow("A claim is written name=value.");
});

test("modes are one, both, or a list", () => {
  expect(parseModes("v1_dedicated")).toEqual(["v1"]);
  expect(parseModes("both")).toEqual(["v1", "v2"]);
  expect(parseModes("v1,v2")).toEqual(["v1", "v2"]);
  expect(() => parseModes("v1,v3")).toThrow('Unknown mode "v3"');
});

test("ports and seconds are whole numbers in their range", () => {
  expect(parsePort("4000")).toBe(4000);
  for (const text of ["0", "65536", "x", "1.5", "-1", ""]) expect(() => parsePort(text)).toThrow("A port is");
  expect(parseSeconds("-60")).toBe(-60);
  expect(() => parseSeconds("1m")).toThrow("whole number");
});
