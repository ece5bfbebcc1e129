import { expect, it } from "vitest";
import { redactValue } from "../../../src/trace/redact.ts";

it("shows nested evidence without tokens, as plain data", () => {
  const evidence = {
    claims: new Map([["id", 7n]]),
    roles: new Set(["anon"]),
    sent: [Buffer.from("eyJh.eyJi.x"), null],
  };
  expect(redactValue(evidence)).toEqual({
    claims: { id: "7" },
    roles: ["anon"],
    sent: ["<token, 11 characters>", null],
  });
});

it("cuts what is nested deeper than anybody reads, and than JSON.stringify goes", () => {
  let deep: unknown = "bottom";
  for (let level = 0; level < 50_000; level += 1) deep = { children: [deep] };
  const shown = JSON.stringify(redactValue(deep));
  expect(shown).toContain('"…"');
  expect(shown).not.toContain("bottom");
  expect(shown.length).toBeLessThan(3000);
});
