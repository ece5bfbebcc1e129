import { expect, test } from "vitest";
import { PushRefused } from "../../../src/database/push/types.ts";
import { ProjectSqlError } from "../../../src/database/sql-error.ts";
import { fromWire, toWire } from "../../../src/stack/control/protocol.ts";
import { StackError } from "../../../src/stack/errors.ts";

const across = (error: unknown) => fromWire(JSON.parse(JSON.stringify(toWire(error))));

test("an SQL error keeps its report", async () => {
  const error = new ProjectSqlError({ file: "a.sql", message: "no", sqlState: "42601", line: 2, column: 8 });
  const back = await across(error);
  expect(back).toBeInstanceOf(ProjectSqlError);
  expect((back as ProjectSqlError).report()).toBe("a.sql:2:8: no (SQLSTATE 42601)");
});

test("a refused push keeps its hint and its file", async () => {
  const more = { hint: "Enable row level security", file: "migrations/1.sql" };
  const back = await across(new PushRefused("Refusing push", more));
  expect(back).toMatchObject({ name: "PushRefused", message: "Refusing push", ...more });
});

test("code, why and next survive; whatever else was thrown becomes a message", async () => {
  const error = new StackError("PORT_TAKEN", { what: "a", why: "b", next: "c" });
  expect(await across(error)).toMatchObject({
    name: "StackError",
    code: "PORT_TAKEN",
    message: "a",
    why: "b",
    next: "c",
  });
  const denied = Object.assign(new Error("EACCES: denied"), { code: "EACCES", syscall: "open" });
  expect(await across(denied)).toMatchObject({ code: "EACCES", syscall: "open" });
  const fatal = Object.assign(new Error("no such database"), { code: "3D000", severity: "FATAL" });
  expect(await across(fatal)).toMatchObject({ code: "3D000", severity: "FATAL" });
  expect(await across("text")).toMatchObject({ message: "text" });
});
