/** A project with SQL that fails, started without what fails. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startStack } from "../../../src/stack/start.ts";
import { startWithout } from "../../../src/stack/start-without.ts";

const MIGRATION = `create table notes (id int primary key, owner text);
alter table notes enable row level security;
create policy own on notes to authenticated using (owner = auth.uuid());
create policy org on notes to authenticated using (owner = current_setting('request.jwt.claims', true)::json ->> 'org_id');
comment on table nowhere is 'x';
`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "flux-dev-without-"));
  mkdirSync(join(directory, "migrations"));
  writeFileSync(join(directory, "flux.json"), '{"slug": "shop", "hash": "abcdef0", "mode": "v2_shared"}');
  writeFileSync(join(directory, "migrations/001.sql"), MIGRATION);
});
afterAll(() => rm(directory, { recursive: true }));

test("lint finds what else is wrong, at its own line", async () => {
  const { stack, left } = await startWithout({ directory, throwAway: true });
  try {
    expect(left.map(({ details }) => [details.line, details.sqlState])).toEqual([
      [3, "42883"],
      [5, "42P01"],
    ]);
    const { findings } = await stack.diagnosis.lint();
    expect(findings).toContainEqual(
      expect.objectContaining({ code: "policy-dropped-claim", source: { file: "migrations/001.sql", line: 4 } }),
    );
  } finally {
    await stack.stop();
  }
});

test("elsewhere such a project does not start", async () => {
  await expect(startStack({ directory, throwAway: true })).rejects.toThrow("function auth.uuid() does not exist");
});
