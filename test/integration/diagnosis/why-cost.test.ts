/** What an explanation costs, and that it leaves nothing behind. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { explain } from "../../../src/diagnosis/explain.ts";
import { diagnosisContext } from "../../support/diagnosis.ts";
import { type Bench, startBench } from "../../support/explain.ts";

const ROWS = 10_000;
/** Milliseconds. The promise is 300 on a machine that has nothing else to do; the one that runs tests has two workers on it. */
const ALLOWED = 900;
const policies = Array.from({ length: 10 }, (_, index) =>
  index === 0
    ? "create policy p0 on events for select to authenticated using (owner = auth.uid());"
    : `create policy p${index} on events for select to authenticated using (kind = ${index} and exists (
         select from shares s where s.event = events.id and s.reader = auth.uid()) or owner = 'nobody${index}');`,
);

let bench: Bench;
beforeAll(async () => {
  bench = await startBench("v2");
  await bench.become({
    sql: `create table events (id int primary key, owner text, kind int, body text);
      create table shares (event int, reader text, primary key (event, reader));
      alter table events enable row level security; alter table shares enable row level security;
      create policy own on shares using (reader = auth.uid());
      ${policies.join("\n")}
      create table notes (id int primary key); alter table notes enable row level security;
      create function is_shared(e int) returns boolean language sql stable security definer as $$
        select exists (select 1 from shares where event = e) $$;
      create policy s on notes to authenticated using (is_shared(id));
      grant select, insert on events, shares, notes to authenticated;`,
    seed: `insert into events select n, 'user_' || n, n % 10, 'x' from generate_series(1, ${ROWS}) n; analyze events; insert into notes values (1)`,
  });
});
afterAll(() => bench.close());

it(`explains [] on ${ROWS} rows and 10 policies in ${ALLOWED} ms`, async () => {
  const { trace, diagnosis } = await bench.why({ path: "/events?kind=gte.1", as: "alice" });
  expect(diagnosis.code).toBe("policies.hidden");
  expect(diagnosis.title).toContain("all 9000 rows");
  expect(diagnosis.rows![0]!.policies).toHaveLength(10);
  const context = diagnosisContext(bench.emulator);
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    await explain(trace, context);
    times.push(performance.now() - started);
  }
  expect(Math.min(...times)).toBeLessThan(ALLOWED);
});

it("changes nothing, whatever it tries", async () => {
  const state = () =>
    bench.emulator.admin(async (client) => {
      const { rows } = await client.query(
        `select
        (select json_agg(r order by rolname) from (select rolname, rolbypassrls from pg_roles) r) as roles,
        (select json_agg(c order by oid) from (select oid, relacl::text from pg_class where relnamespace = to_regnamespace($1)) c) as grants,
        (select count(*) from pg_proc) as functions, (select count(*) from pg_namespace) as schemas,
        (select count(*) from pg_policy) as policies`,
        [bench.schema],
      );
      const events = await client.query(`select count(*)::int as n from ${bench.schema}.events`);
      return { ...rows[0], events: events.rows[0].n };
    });
  const before = await state();
  await bench.why({ path: "/events", as: "alice" });
  expect((await bench.why({ path: "/notes", as: "alice" })).said).toContain("The body of is_shared(integer)");
  await bench.why({ method: "PATCH", path: "/events?id=eq.1", as: "alice", body: { kind: 1 } });
  await bench.why({ method: "POST", path: "/events", as: "alice", body: { id: 99_999, owner: "x" } });
  expect(await state()).toEqual(before);
});
