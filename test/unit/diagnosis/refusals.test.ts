import { describe, expect, it } from "vitest";
import { connectionFinding } from "../../../src/diagnosis/failures/connection.ts";
import { contextFinding } from "../../../src/diagnosis/failures/context.ts";
import { isRaised } from "../../../src/diagnosis/failures/raised.ts";
import { plainFinding } from "../../../src/diagnosis/failures/sqlstate.ts";
import type { SqlFailure } from "../../../src/diagnosis/replay/session.ts";
import { refusalFinding } from "../../../src/diagnosis/requests/refusals.ts";
import { modes } from "../../../src/project/mode/mode.ts";
import { context, refusedStep, traceOf } from "./support.ts";

describe("PostgREST's own codes", () => {
  const findingOf = (code: string, message = "…") => {
    const step = refusedStep("request.x", { error: { code, message, details: null, hint: null } });
    return refusalFinding(traceOf({ steps: [step] }), step);
  };

  it.each([
    ["PGRST002", "schema.cache-unavailable"],
    ["PGRST003", "database.pool-timeout"],
    ["PGRST103", "request.range"],
    ["PGRST109", "request.invalid"],
    ["PGRST111", "response.settings"],
    ["PGRST122", "request.preference"],
    ["PGRST124", "request.preference"],
    ["PGRSTX00", "engine.failed"],
    ["PGRST999", "request.invalid"],
  ])("%s is %s", (code, expected) => {
    expect(findingOf(code).code).toBe(expected);
  });

  it("a filter without an operator is shown with one", () => {
    expect(findingOf("PGRST100", '"failed to parse filter (open)" (line 1, column 1)').fix?.text).toContain("eq.open");
  });
});

const failure = (sqlState: string, message = "…"): SqlFailure => ({
  sqlState,
  message,
  detail: null,
  hint: null,
  where: null,
});

it.each([
  ["23503", "sql.foreign-key"],
  ["57014", "sql.statement-timeout"],
  ["55P03", "sql.lock-timeout"],
  ["42883", "sql.error"],
  ["42501", "grants.other"],
])("SQLSTATE %s is %s", (sqlState, code) => {
  expect(plainFinding({ trace: traceOf({}) }, failure(sqlState)).code).toBe(code);
});

it.each([
  ["P0001", null, true],
  ["PT402", null, true],
  ["40001", "PL/pgSQL function guard() line 3 at RAISE", true],
  ["42501", 'PL/pgSQL function guard() line 3 at RAISE\nSQL statement "…"', true],
  ["40001", null, false],
  ["42501", "PL/pgSQL function guard() line 3 at SQL statement", false],
])("SQLSTATE %s in %j is raised by a function itself: %s", (sqlState, where, raised) => {
  expect(isRaised({ ...failure(sqlState), where })).toBe(raised);
});

describe("before the main statement", () => {
  const who = { role: "editor", names: modes.v1.names(context.project) };

  it("a role that cannot be taken on", () => {
    expect(contextFinding(who, failure("22023", 'role "editor" does not exist'), "context").code).toBe("role.unknown");
    expect(contextFinding(who, failure("42501", 'permission denied to set role "editor"'), "context")).toMatchObject({
      code: "role.not-granted",
      fix: { sql: "GRANT editor TO postgres;" },
    });
  });

  it("a pre-request function that refuses", () => {
    const finding = contextFinding(who, failure("P0001", "no more requests today"), "pre-request");
    expect(finding.code).toBe("role.pre-request");
    expect(finding.title).toContain("no more requests today");
  });
});

it.each([
  ["unreachable", "database.unreachable"],
  ["lost", "database.lost"],
  ["pool-timeout", "database.pool-timeout"],
] as const)("no answer: %s", (kind, code) => {
  expect(connectionFinding(kind, { message: "gone" })).toMatchObject({ code, because: ["gone"] });
});
