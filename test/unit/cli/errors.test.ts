import { expect, test } from "vitest";
import { explain } from "../../../src/cli/errors.ts";
import { PushRefused } from "../../../src/database/push/types.ts";
import { ProjectSqlError } from "../../../src/database/sql-error.ts";
import { PostgresError } from "../../../src/postgres/errors.ts";
import { ProjectFileError } from "../../../src/project/problems.ts";

test("typed errors say what, why and what next", () => {
  const error = new PostgresError("DISK_FULL", {
    what: "No room.",
    why: "The disk is full.",
    next: "Free some space.",
  });
  expect(explain(error)).toEqual({
    code: "DISK_FULL",
    what: "No room.",
    why: "The disk is full.",
    next: "Free some space.",
  });
});

test("errors in the project's files stand for themselves", () => {
  expect(explain(new ProjectFileError("flux.json", "file is not valid JSON."))?.what).toBe(
    "flux.json: file is not valid JSON.",
  );
});

test("SQL errors come with their place and the way on", () => {
  const error = new ProjectSqlError({ file: "a.sql", message: "no", sqlState: "42601", line: 1, column: 1 });
  expect(explain(error)).toMatchObject({
    what: "a.sql:1:1: no (SQLSTATE 42601)",
    next: "Mend the file and run the command again.",
  });
});

test("an SQL error that has to do with Flux says how", () => {
  const details = { file: "a.sql", message: "no", sqlState: "42501", why: "because", next: "do this" };
  expect(explain(new ProjectSqlError(details))).toMatchObject({ why: "because", next: "do this" });
});

test("a refused push comes with its file and its hint", () => {
  expect(explain(new PushRefused("Refusing push", { hint: "Enable RLS", file: "migrations/1.sql" }))).toMatchObject({
    what: "Refusing push",
    why: expect.stringContaining("migrations/1.sql"),
    next: "Enable RLS",
  });
});

test("mistakes of our own are not blamed on the user", () => {
  expect(explain(new TypeError("x is not a function"))).toBeUndefined();
  expect(explain("text")).toBeUndefined();
});

test("a call of the system that failed comes with a remedy where there is one", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
  expect(explain(full)).toEqual({
    what: "The system refused: ENOSPC: no space left on device, write",
    next: "The disk is full: free some space and try again.",
    code: "ENOSPC",
  });
  const odd = Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE", syscall: "open" });
  expect(explain(odd)?.next).toBeUndefined();
});

test("a connection that Postgres closed leads to its log", () => {
  expect(explain(new Error("Connection terminated unexpectedly"))?.next).toContain("flux-dev logs --postgres");
});

test("damaged data lead to a fresh start", () => {
  const fatal = Object.assign(new Error('database "postgres" does not exist'), { code: "3D000", severity: "FATAL" });
  expect(explain(fatal)).toMatchObject({
    what: 'Postgres says: database "postgres" does not exist',
    next: expect.stringContaining("up --fresh"),
  });
});
