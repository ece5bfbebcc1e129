import { describe, expect, it } from "vitest";
import type { Policy, Relation } from "../../../../src/diagnosis/catalog/types.ts";
import { applicable, type Question, silence } from "../../../../src/diagnosis/policies/applicable.ts";

const policy = (name: string, more: Partial<Policy> = {}): Policy => ({
  name,
  permissive: true,
  command: "ALL",
  roles: ["user"],
  using: "true",
  check: null,
  appliesTo: ["user"],
  ...more,
});

const table = (...policies: Policy[]): Relation => ({
  oid: 1,
  schema: "api",
  name: "notes",
  kind: "table",
  owner: "owner",
  securityInvoker: false,
  rowSecurity: true,
  forced: true,
  securedFor: ["user"],
  columns: [],
  primaryKey: [],
  policies,
});

const names = (relation: Relation, question: Question) => {
  const set = applicable(relation, "user", question);
  return [...set.permissive, ...set.restrictive].map((one) => `${one.policy.name}: ${one.clause} ${one.expression}`);
};

describe("which policies speak", () => {
  it("by command and role", () => {
    const relation = table(
      policy("read", { command: "SELECT" }),
      policy("write", { command: "UPDATE" }),
      policy("others", { appliesTo: [] }),
      policy("everything"),
    );
    expect(names(relation, "select")).toEqual(["read: using true", "everything: using true"]);
    expect(names(relation, "update")).toEqual(["write: using true", "everything: using true"]);
    expect(names(relation, "delete")).toEqual(["everything: using true"]);
  });

  it("USING stands in for a WITH CHECK that is left out, but not for INSERT's", () => {
    const relation = table(
      policy("both", { using: "a", check: "b" }),
      policy("fallback", { using: "a" }),
      policy("update", { command: "UPDATE", using: "u" }),
      policy("insert", { command: "INSERT", using: null, check: "c" }),
    );
    expect(names(relation, "insert-check")).toEqual(["both: check b", "fallback: using as check a", "insert: check c"]);
    expect(names(relation, "update-check")).toEqual([
      "both: check b",
      "fallback: using as check a",
      "update: using as check u",
    ]);
  });

  it("a policy with WITH CHECK only gives nothing to see", () => {
    expect(names(table(policy("check only", { using: null, check: "b" })), "select")).toEqual([]);
  });
});

describe("why none speaks", () => {
  it.each([
    [table(), "no-policy"],
    [table(policy("a", { appliesTo: [] })), "other-role"],
    [table(policy("a", { command: "UPDATE" })), "other-command"],
    [table(policy("a", { permissive: false })), "only-restrictive"],
    // A policy for this command and another role is nearer than one for another command.
    [table(policy("a", { command: "UPDATE" }), policy("b", { command: "SELECT", appliesTo: [] })), "other-role"],
    [
      table(policy("a", { permissive: false }), policy("b", { command: "INSERT", using: null, check: "x" })),
      "other-command",
    ],
    [table(policy("a", { using: null, check: "x" })), "no-expression"],
    [table(policy("a", { using: null }), policy("b", { appliesTo: [] })), "no-expression"],
    // What another role has and would do is nearer than what nobody has.
    [table(policy("a", { using: null, appliesTo: [] }), policy("b", { appliesTo: [] })), "other-role"],
    [table(policy("a", { using: null, appliesTo: [] })), "no-expression"],
    [table(policy("a", { using: null, permissive: false })), "only-restrictive"],
  ])("%#: %s", (relation, kind) => {
    expect(silence(relation, "user", "select")?.kind).toBe(kind);
  });

  it("undefined when one does", () => {
    expect(silence(table(policy("a"), policy("b", { appliesTo: [] })), "user", "select")).toBeUndefined();
  });
});
