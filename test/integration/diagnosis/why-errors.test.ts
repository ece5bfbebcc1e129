/** Errors of SQL with policies, functions and names in them. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { explain } from "../../../src/diagnosis/explain.ts";
import { diagnosisContext } from "../../support/diagnosis.ts";
import { type Bench, startBench } from "../../support/explain.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench("v2");
});
afterAll(() => bench.close());

const works = (more: string) => `
  create table works (id int primary key, parts int not null default 1, artist text);
  alter table works enable row level security;
  grant select, insert, update on works to authenticated;
  ${more}`;

it("a policy that raises, and the same error from the request itself", async () => {
  await bench.become({
    sql: works("create policy odd on works using (10 / (parts - 1) > 0);"),
    seed: "insert into works values (1, 1, 'a')",
  });
  const policy = await bench.why({ path: "/works", as: "alice" });
  expect(policy.status).toBe(400);
  expect(policy.diagnosis).toMatchObject({ code: "policies.error", proof: { holds: true } });
  expect(policy.diagnosis.title).toContain('"odd"');
  const request = await bench.why({ path: "/works?id=eq.x", as: "alice" });
  expect(request.diagnosis.code).toBe("sql.invalid-value");
});

it("a cast of the user's id to uuid in WITH CHECK, on an empty table", async () => {
  await bench.become({
    sql: `create table badges (id int primary key, holder uuid);
      alter table badges enable row level security;
      create policy own on badges to authenticated using (holder = auth.uid()::uuid) with check (holder = auth.uid()::uuid);
      grant select, insert on badges to authenticated;`,
  });
  const { status, diagnosis } = await bench.why({ method: "POST", path: "/badges", as: "alice", body: { id: 1 } });
  expect([status, diagnosis.code]).toEqual([400, "policies.uuid-cast"]);
});

it("two tables whose policies read each other", async () => {
  await bench.become({
    sql: works(`create table artists (id text primary key, work int);
      alter table artists enable row level security;
      grant select on artists to authenticated;
      create policy a on works using (exists (select from artists where artists.work = works.id));
      create policy b on artists using (exists (select from works where works.artist = artists.id));`),
  });
  const { diagnosis } = await bench.why({ path: "/works", as: "alice" });
  expect(diagnosis.code).toBe("policies.recursion");
  expect(diagnosis.because.slice(0, 2)).toEqual([
    'Policy "a" of works reads artists.',
    'Policy "b" of artists reads works.',
  ]);
});

it("a view whose owner may not read what it shows", async () => {
  await bench.become({
    sql: works("create policy everybody on works using (true); create view shown as select id from works;"),
    seed: `insert into works values (1, 2, 'a'); revoke select on works from ${"OWNER"}`.replace(
      "OWNER",
      "current_user",
    ),
  });
  await bench.run(`revoke all on works from ${bench.role.replace(/_role$/, "_ddl")}`);
  const { status, diagnosis } = await bench.why({ path: "/shown", as: "alice" });
  expect([status, diagnosis.code]).toEqual([403, "grants.view-owner"]);
  expect(diagnosis.proof).toMatchObject({ holds: true });
});

it("raised on purpose, and names that several things have", async () => {
  await bench.become({
    sql: works(`create policy everybody on works using (true);
      create table sales (id int primary key, made_by int references works, shown_as int references works);
      alter table sales enable row level security; create policy s on sales using (true);
      grant select on sales to authenticated;
      create function refuse() returns int language plpgsql as $$ begin raise exception 'closed on Mondays'; end $$;
      create function price(n int) returns int language sql as 'select 1';
      create function price(n text) returns int language sql as 'select 2';`),
  });
  const raised = await bench.why({ method: "POST", path: "/rpc/refuse", as: "alice", body: {} });
  expect(raised.diagnosis.code).toBe("sql.raised");
  expect(raised.diagnosis.title).toContain("closed on Mondays");
  const overloads = await bench.why({ method: "POST", path: "/rpc/price", as: "alice", body: { n: 1 } });
  expect([overloads.status, overloads.diagnosis.code]).toEqual([300, "schema.ambiguous-function"]);
  const embeds = await bench.why({ path: "/sales?select=id,works(id)", as: "alice" });
  expect([embeds.status, embeds.diagnosis.code]).toEqual([300, "schema.ambiguous-relationship"]);
});

it("a project that was never provisioned", async () => {
  await bench.become({ sql: works("") });
  const { trace } = await bench.why({ path: "/works", as: "alice" });
  const error = {
    code: "PGRST106",
    message: "The schema must be one of the following: public",
    details: null,
    hint: null,
  };
  const steps = [
    ...trace.steps.filter(({ layer }) => ["host", "project", "token", "bridge", "limits"].includes(layer)),
    { layer: "request", outcome: "refused", code: "request.pgrst106", evidence: { error } } as const,
  ];
  const diagnosis = await explain({ ...trace, steps }, diagnosisContext(bench.emulator));
  expect(diagnosis.code).toBe("schema.not-provisioned");
});

it("what has been mended since is not explained away", async () => {
  await bench.become({
    sql: works("create policy own on works for insert to authenticated with check (artist = auth.uid());"),
  });
  const { trace } = await bench.emulator.ask({ method: "POST", path: "/works", as: "alice", body: { id: 1 } });
  await bench.run("drop policy own on works; create policy anybody on works using (true)");
  const check = await explain(trace, diagnosisContext(bench.emulator));
  expect(check.code).toBe("policies.unexplained");

  await bench.become({
    sql: works("create policy anybody on works using (true); revoke insert on works from authenticated;"),
  });
  const denied = await bench.emulator.ask({ method: "POST", path: "/works", as: "alice", body: { id: 1 } });
  await bench.run(`grant insert on works to ${bench.role}`);
  expect((await explain(denied.trace, diagnosisContext(bench.emulator))).code).toBe("grants.other");
});
