import { expect, it } from "vitest";
import { toJson } from "../../../src/diagnosis/json.ts";
import { renderDiagnosis } from "../../../src/diagnosis/render.ts";
import type { Diagnosis } from "../../../src/diagnosis/types.ts";

const diagnosis: Diagnosis = {
  code: "policies.hidden",
  layer: "policies",
  title: "Row security hides the one row of notes that matches.",
  because: ['Policy "own" wants owner = auth.uid(); it is false.'],
  request: { trace: "t1", mode: "v2", method: "GET", target: "/notes?id=eq.3", status: 200, role: "t_1_role", ms: 4.2 },
  ladder: [
    { layer: "token", outcome: "passed", text: "verified" },
    { layer: "policies", outcome: "failed", text: "Policies hide the rows" },
    { layer: "rows", outcome: "not-reached", text: "" },
    { layer: "response", outcome: "passed", text: "200" },
  ],
  claims: {
    sent: { sub: "user_a", org_id: "org_1", iat: 1, note: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln" },
    kept: { sub: "user_a" },
    seen: { sub: "user_a" },
    dropped: ["org_id"],
  },
  rows: [
    {
      table: "notes",
      key: { id: 3 },
      row: { id: 3, owner: null },
      passes: false,
      policies: [
        {
          policy: "own",
          kind: "permissive",
          command: "SELECT",
          roles: ["t_1_role"],
          clause: "using",
          applies: true,
          value: "null",
          expression: "(owner = auth.uid())",
          source: "migrations/001.sql:4",
          part: {
            text: "owner = auth.uid()",
            operator: null,
            value: "null",
            parts: [],
            operands: [
              { text: "owner", value: null },
              { text: "auth.uid()", value: "user_a" },
            ],
          },
        },
        {
          policy: "staff",
          kind: "permissive",
          command: "ALL",
          roles: ["staff"],
          clause: "using",
          applies: false,
          value: "unknown",
          expression: "true",
          part: null,
        },
      ],
    },
  ],
  fix: { text: "Grant it.", sql: "GRANT SELECT ON notes TO authenticated;" },
  proof: { tried: "GRANT SELECT", result: "the same request passes", holds: true },
  also: [],
  notes: ["f() was not evaluated."],
};

it("a ladder, the reason, the claims, the rows, what mends it", () => {
  const text = renderDiagnosis(diagnosis, { users: [{ name: "alice", id: "user_a" }] });
  expect(text).toContain("GET /notes?id=eq.3 → 200 (v2, as t_1_role, 4 ms, trace t1)");
  expect(text).toMatch(/✓ token +verified\n {2}✗ policies +Policies hide the rows\n {2}· rows\n {2}✓ answer +200\n/);
  expect(text).toMatch(/claim +sent +kept +seen\n/);
  expect(text).toMatch(/org_id +org_1 +dropped +–\n/);
  expect(text).not.toMatch(/^iat/m);
  expect(text).toContain("notes  id = 3  stopped by:");
  expect(text).toMatch(/NULL +policy "own" \(permissive, for SELECT, to t_1_role, USING\) {2}migrations\/001.sql:4/);
  expect(text).toContain("owner is NULL");
  expect(text).toContain("auth.uid() is 'user_a' (alice)");
  expect(text).toContain('policy "staff" (permissive, for ALL, to staff, USING) does not apply');
  expect(text).toContain("fix: Grant it.\n     GRANT SELECT ON notes TO authenticated;");
  expect(text).toContain("proven: GRANT SELECT → the same request passes");
  expect(text).toContain("note: f() was not evaluated.");
});

it("a function's body stands beneath its call, with what it was called with and what it gave", () => {
  const part = {
    text: "tenant = current_tenant('x')",
    operator: null,
    value: "null",
    parts: [],
    operands: [{ text: "current_tenant('x')", value: null }],
    calls: [
      {
        call: "current_tenant('x')",
        function: "current_tenant(text)",
        runsAs: "t_1_ddl",
        definer: true,
        arguments: [{ text: "kind", value: "x" }],
        gives: null,
        source: "migrations/001.sql:2",
        part: {
          text: "select tenant from profiles where id = auth.uid()",
          operator: null,
          value: "null",
          gives: null,
          parts: [],
          operands: [],
          note: "its query on profiles finds no row",
        },
      },
      {
        call: "f()",
        function: "f()",
        runsAs: "t_1_role",
        definer: false,
        arguments: [],
        part: null,
        note: "its body is not taken apart: it calls itself",
      },
    ],
  } as const;
  const [row] = diagnosis.rows!;
  const [policy] = row!.policies;
  const text = renderDiagnosis({ ...diagnosis, rows: [{ ...row!, policies: [{ ...policy!, part }] }] });
  expect(text).toContain(`    NULL     tenant = current_tenant('x')
               current_tenant('x') is NULL
               in current_tenant(text), as t_1_ddl (SECURITY DEFINER), with kind = 'x'  migrations/001.sql:2
                 NULL     select tenant from profiles where id = auth.uid() gives NULL
                            its query on profiles finds no row
               in f(), as t_1_role
                 its body is not taken apart: it calls itself
`);
});

it("marks its parts with the style given", () => {
  const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
  const style = { strong: tag("b"), dim: tag("i"), good: tag("g"), bad: tag("r") };
  expect(renderDiagnosis(diagnosis, { style })).toContain("<r>✗</r>");
});

it("JSON explains its code and shows no token", () => {
  const json = toJson(diagnosis);
  expect(json).toMatchObject({ code: "policies.hidden", documentation: expect.stringContaining("postgresql.org") });
  expect(json.explanation).not.toBe("");
  expect(JSON.stringify(json)).not.toContain("eyJhbGciOiJIUzI1NiJ9");
});
