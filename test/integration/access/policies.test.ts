/** What policies decide, in a small project: memberships, permissive and restrictive ones, definers, what is missing. */
import { describe, expect, fluxTest } from "../../../src/testing/vitest/index.ts";

const migrations = `
  create table members (team int not null, member text not null, admin boolean not null default false, primary key (team, member));
  create table tasks (id int primary key, team int not null, title text not null, archived boolean not null default false);
  create table drawers (id int primary key);
  create table signs (id int primary key, note text);
  alter table members enable row level security;
  alter table tasks enable row level security;
  alter table drawers enable row level security;
  alter table signs enable row level security;

  create policy own_membership on members for select to authenticated using (member = auth.uid());
  create policy tasks_of_my_teams on tasks for all to authenticated
    using (team in (select team from members where member = auth.uid()))
    with check (team in (select team from members where member = auth.uid() and admin));
  create policy nothing_archived on tasks as restrictive for select to authenticated using (not archived);
  create policy signs_insert on signs for insert to authenticated with check (true);

  grant select on members, drawers to authenticated;
  grant select, insert, update, delete on tasks, signs to authenticated;
  create function team_count() returns bigint language sql security definer as $$ select count(*) from tasks $$;
`;

const ids = { alice: "user_2alice000000000000000000000", bob: "user_2bob00000000000000000000000" };
const seed = `
  insert into members values (1, '${ids.alice}', true), (1, '${ids.bob}', false), (2, '${ids.bob}', true);
  insert into tasks values (1, 1, 'Paint', false), (2, 1, 'Old paint', true), (3, 2, 'Plaster', false);
  insert into drawers values (1);
  insert into signs values (1, 'x');
`;
const users = [{ name: "alice", id: ids.alice }, { name: "bob", id: ids.bob }, "carol"];
const representation = { headers: { Prefer: "return=representation" } };

for (const mode of ["v1", "v2"] as const) {
  const test = fluxTest({ mode, project: { slug: "policies", migrations, seed, users } });

  describe.concurrent(`policies, ${mode}`, () => {
    test("membership opens, the restrictive policy takes away", async ({ flux }) => {
      expect((await flux.as("alice").get("/tasks?select=id")).json()).toEqual([{ id: 1 }]);
      expect((await flux.as("bob").get("/tasks?select=id&order=id")).json()).toEqual([{ id: 1 }, { id: 3 }]);
    });

    test("who belongs to no team", async ({ flux }) => {
      await expect(await flux.as("carol").get("/tasks")).toBeHiddenByPolicy("tasks_of_my_teams");
    });

    test("the restrictive one is named where it decides", async ({ flux }) => {
      await expect(await flux.as("alice").get("/tasks?id=eq.2")).toBeHiddenByPolicy("nothing_archived");
      await expect(await flux.as("alice").get("/tasks?id=eq.2")).not.toBeHiddenByPolicy("tasks_of_my_teams");
    });

    test("a member may look, an admin may write", async ({ flux }) => {
      const task = { id: 10, team: 1, title: "Wax" };
      await expect(await flux.as("bob").post("/tasks", task)).toBeDeniedBy("policy", "tasks_of_my_teams");
      expect((await flux.as("alice").post("/tasks", task)).status).toBe(201);
    });

    test("a row cannot be moved to a team one has no say in", async ({ flux }) => {
      await expect(await flux.as("alice").patch("/tasks?id=eq.1", { team: 2 })).toBeDeniedBy("policy");
    });

    test("a change that would hide the row from its writer", async ({ flux }) => {
      await expect(await flux.as("alice").patch("/tasks?id=eq.1", { archived: true })).toBeDeniedBy("policy");
    });

    test("row security without a policy lets nothing through", async ({ flux }) => {
      await expect(await flux.as("alice").get("/drawers")).toBeHiddenByPolicy();
      expect((await flux.why()).code).toBe("policies.no-policy");
    });

    test("a policy for INSERT shows nothing, and what it lets in cannot be returned", async ({ flux }) => {
      const alice = flux.as("alice");
      await expect(await alice.get("/signs")).toBeHiddenByPolicy();
      expect((await alice.post("/signs", { id: 2 })).status).toBe(201);
      await expect(await alice.post("/signs", { id: 3 }, representation)).toBeDeniedBy("policies.returning");
    });

    test("a definer's function escapes row security on v1, and FORCE binds it on v2", async ({ flux }) => {
      expect((await flux.as("carol").rpc("team_count")).json()).toBe(mode === "v1" ? 3 : 0);
    });

    test("deleting what one does not see touches nothing", async ({ flux }) => {
      await expect(await flux.as("carol").delete("/tasks?id=eq.1", representation)).toBeHiddenByPolicy();
      expect(await flux.sql`select count(*)::int as count from tasks`).toEqual([{ count: 3 }]);
    });

    test("the platform's key", async ({ flux }) => {
      if (mode === "v1") await expect(await flux.withKey("service_role").get("/tasks")).toSeeRows(3);
      else expect(() => flux.withKey("service_role")).toThrow("no static keys");
    });

    test("rows that the superuser adds appear to whom they belong", async ({ flux }) => {
      await flux.sql`insert into members values (2, ${flux.userId("carol")})`;
      await expect(await flux.as("carol").get("/tasks")).toSeeRows(1);
    });
  });
}
