import { expect, test } from "vitest";
import { createTestDatabase } from "../../support/postgres.ts";

test("a test database is its file's own", async () => {
  await using one = await createTestDatabase();
  await using two = await createTestDatabase();
  await one.query("create table mine (id int)");
  expect(await one.query("select to_regclass('mine')::text as found")).toEqual([{ found: "mine" }]);
  expect(await two.query("select to_regclass('mine')::text as found")).toEqual([{ found: null }]);
});
