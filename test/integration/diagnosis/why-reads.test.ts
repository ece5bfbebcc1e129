/** Empty answers, told apart: on tables and policies of their own, each beside a neighbour without the mistake. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, startBench } from "../../support/explain.ts";

const ALICE = "user_2alice000000000000000000000";
const BOB = "user_2bob00000000000000000000000";

describe.each(["v2", "v1"] as const)("%s", (mode) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(mode);
  });
  afterAll(() => bench.close());

  const invoices = (policies: string) => `
    create table invoices (id int primary key, customer text, amount numeric not null, state text not null default 'open');
    alter table invoices enable row level security;
    ${policies}
    grant select, insert, update, delete on invoices to authenticated;`;
  const seed = `insert into invoices values (1, '${ALICE}', 10, 'open'), (2, '${BOB}', 20, 'paid'), (3, '${BOB}', 30, 'open')`;

  it("no rows at all", async () => {
    await bench.become({
      sql: invoices("create policy mine on invoices to authenticated using (customer = auth.uid());"),
    });
    const { diagnosis } = await bench.why({ path: "/invoices", as: "alice" });
    expect(diagnosis.code).toBe("rows.none");
  });

  it("the request's own filter, alone and among several", async () => {
    await bench.become({
      sql: invoices("create policy mine on invoices to authenticated using (customer = auth.uid());"),
      seed,
    });
    const one = await bench.why({ path: "/invoices?state=eq.void", as: "alice" });
    expect(one.diagnosis.code).toBe("rows.filtered");
    expect(one.diagnosis.title).toContain("state=eq.void");
    const several = await bench.why({ path: "/invoices?state=eq.paid&amount=gt.25", as: "alice" });
    expect(several.diagnosis.code).toBe("rows.filtered");
    expect(several.diagnosis.because.join()).toMatch(
      /state=eq.paid by itself matches 1.*amount=gt.25 by itself matches 1/,
    );
  });

  it("quotes in a filter's value, when it is they that leave nothing", async () => {
    await bench.become({
      sql: `create table notes (id int primary key, said text, facts jsonb);
        alter table notes enable row level security;
        create policy all_of_them on notes for select to authenticated using (true);
        grant select on notes to authenticated;`,
      seed: `insert into notes values (1, 'open', '{"by": "Ann"}'), (2, '"open"', '{"by": "Bob"}')`,
    });
    const codeOf = async (query: string) => (await bench.why({ path: `/notes?${query}`, as: "alice" })).diagnosis.code;
    expect(await codeOf("said=eq.%22shut%22")).toBe("rows.quoted-filter");
    expect(await codeOf("said=eq.%22open%22&id=eq.1")).toBe("rows.filtered");
    expect(await codeOf("facts->by=eq.%22Eve%22")).toBe("rows.filtered");
  });

  it("hidden by a policy, with the values of each row", async () => {
    await bench.become({
      sql: invoices(
        "create policy mine on invoices for select to authenticated using (customer = auth.uid() and state <> 'void');",
      ),
      seed,
    });
    const { diagnosis } = await bench.why({ path: "/invoices?id=eq.2", as: "alice" });
    expect(diagnosis).toMatchObject({ code: "policies.hidden", layer: "policies" });
    expect(diagnosis.title).toBe(
      `Row security hides the one row of invoices that matches: policy "mine" wants customer = auth.uid(), and customer is '${BOB}' (bob) while auth.uid() is '${ALICE}' (alice).`,
    );
    const [row] = diagnosis.rows!;
    expect(row).toMatchObject({ table: "invoices", key: { id: 2 }, passes: false });
    expect(row!.policies).toMatchObject([
      {
        policy: "mine",
        value: "false",
        source: "migrations/001.sql:4",
        part: {
          operator: "and",
          parts: [
            {
              value: "false",
              operands: [
                { text: "customer", value: BOB },
                { text: "auth.uid()", value: ALICE },
              ],
            },
            { value: "true", operands: [{ text: "state", value: "paid" }] },
          ],
        },
      },
    ]);
    const neighbour = await bench.why({ path: "/invoices?id=eq.1", as: "alice" });
    expect(neighbour.diagnosis.code).toBe("ok.rows");
  });

  it("each of several requests that differ in a value, by its own value", async () => {
    await bench.become({
      sql: invoices("create policy mine on invoices to authenticated using (customer = auth.uid());"),
      seed,
    });
    for (const [id, code] of [
      [2, "policies.hidden"],
      [7, "rows.filtered"],
      [3, "policies.hidden"],
      [8, "rows.filtered"],
    ] as const) {
      const { diagnosis } = await bench.why({ path: `/invoices?id=eq.${id}`, as: "alice" });
      expect(diagnosis.code).toBe(code);
      expect(diagnosis.rows?.[0]?.key).toEqual(code === "policies.hidden" ? { id } : undefined);
      if (code === "rows.filtered") expect(diagnosis.title).toContain(`id=eq.${id}`);
    }
  });

  it("explains the row that is asked for", async () => {
    await bench.become({
      sql: invoices("create policy mine on invoices for select to authenticated using (customer = auth.uid());"),
      seed,
    });
    const hidden = await bench.why(
      { path: "/invoices?state=neq.x&id=gt.1", as: "alice" },
      { row: { column: "id", value: "3" } },
    );
    expect(hidden.diagnosis.rows).toMatchObject([{ key: { id: 3 }, passes: false }]);
    const seen = await bench.why({ path: "/invoices", as: "alice" }, { row: { column: "id", value: "3" } });
    expect(seen.diagnosis.code).toBe("ok.rows");
    expect(seen.diagnosis.rows).toMatchObject([{ key: { id: 3 }, passes: false, policies: [{ value: "false" }] }]);
    const unknown = await bench.why({ path: "/invoices", as: "alice" }, { row: { column: "stat", value: "3" } });
    expect(unknown.diagnosis.notes).toEqual([
      "invoices has no column stat, so the row asked for was not looked for. Did you mean state?",
    ]);
  });

  it("NULL is named as NULL", async () => {
    await bench.become({
      sql: invoices("create policy mine on invoices for select to authenticated using (customer = auth.uid());"),
      seed: "insert into invoices values (9, null, 1, 'open')",
    });
    const { diagnosis } = await bench.why({ path: "/invoices", as: "alice" });
    expect(diagnosis.code).toBe("policies.hidden");
    expect(diagnosis.title).toContain("customer is NULL");
    expect(diagnosis.rows![0]!.policies[0]!.value).toBe("null");
  });

  it("no policy, a policy for another command, only restrictive ones", async () => {
    await bench.become({ sql: invoices(""), seed });
    expect((await bench.why({ path: "/invoices", as: "alice" })).diagnosis.code).toBe("policies.no-policy");
    await bench.become({
      sql: invoices("create policy add on invoices for insert to authenticated with check (true);"),
      seed,
    });
    expect((await bench.why({ path: "/invoices", as: "alice" })).diagnosis.code).toBe("policies.other-command");
    await bench.become({
      sql: invoices("create policy only_open on invoices as restrictive using (state = 'open');"),
      seed,
    });
    expect((await bench.why({ path: "/invoices", as: "alice" })).diagnosis.code).toBe("policies.only-restrictive");
  });

  it("a restrictive policy takes away what a permissive one gives", async () => {
    await bench.become({
      sql: invoices(`create policy everything on invoices for select to authenticated using (true);
        create policy no_paid on invoices as restrictive for select to authenticated using (state <> 'paid');`),
      seed,
    });
    const { diagnosis } = await bench.why({ path: "/invoices?id=eq.2", as: "alice" });
    expect(diagnosis.code).toBe("policies.hidden");
    expect(diagnosis.title).toContain('policy "no_paid" wants');
    expect(diagnosis.title).toContain("state is 'paid'");
  });

  it("offset beyond the last row, limit=0", async () => {
    await bench.become({ sql: invoices("create policy everything on invoices using (true);"), seed });
    expect((await bench.why({ path: "/invoices?offset=5", as: "alice" })).diagnosis.code).toBe("rows.offset");
    expect((await bench.why({ path: "/invoices?limit=0", as: "alice" })).diagnosis.code).toBe("rows.limit-zero");
    const beyond = await bench.why({ path: "/invoices?offset=5", as: "alice", headers: { Prefer: "count=exact" } });
    expect([beyond.status, beyond.diagnosis.code]).toEqual([416, "rows.offset"]);
  });

  it(".single() with no row and with several", async () => {
    await bench.become({ sql: invoices("create policy mine on invoices using (customer = auth.uid());"), seed });
    const headers = { Accept: "application/vnd.pgrst.object+json" };
    const none = await bench.why({ path: "/invoices?id=eq.2", as: "alice", headers });
    expect([none.status, none.diagnosis.code]).toEqual([406, "policies.hidden"]);
    const several = await bench.why({ path: "/invoices", as: "bob", headers });
    expect([several.status, several.diagnosis.code]).toEqual([406, "rows.many"]);
    const absent = await bench.why({ path: "/invoices?id=eq.77", as: "alice", headers });
    expect([absent.status, absent.diagnosis.code]).toEqual([406, "rows.filtered"]);
  });

  it("UPDATE and DELETE of no row", async () => {
    await bench.become({
      sql: invoices(`create policy see on invoices for select to authenticated using (true);
        create policy change on invoices for update to authenticated using (customer = auth.uid());`),
      seed,
    });
    const hidden = await bench.why({ method: "PATCH", path: "/invoices?id=eq.2", as: "alice", body: { amount: 1 } });
    expect([hidden.status, hidden.diagnosis.code]).toEqual([204, "policies.hidden-write"]);
    expect(hidden.diagnosis.rows![0]!.key).toEqual({ id: 2 });
    const removed = await bench.why({ method: "DELETE", path: "/invoices?id=eq.1", as: "alice" });
    expect([removed.status, removed.diagnosis.code]).toEqual([204, "policies.other-command"]);
    const absent = await bench.why({ method: "PATCH", path: "/invoices?id=eq.77", as: "alice", body: { amount: 1 } });
    expect(absent.diagnosis.code).toBe("rows.filtered");
    const mine = await bench.why({ method: "PATCH", path: "/invoices?id=eq.1", as: "alice", body: { amount: 1 } });
    expect(mine.diagnosis.code).toBe("ok.written");
  });

  it("a write that the SELECT policies stop", async () => {
    await bench.become({
      sql: invoices(`create policy see on invoices for select to authenticated using (state = 'paid');
        create policy change on invoices for update to authenticated using (true);`),
      seed,
    });
    const { diagnosis } = await bench.why({
      method: "PATCH",
      path: "/invoices?id=eq.1",
      as: "alice",
      body: { amount: 1 },
    });
    expect(diagnosis.code).toBe("policies.hidden-write");
    expect(diagnosis.title).toContain('policy "see"');
  });

  it("uuid against text", async () => {
    await bench.become({
      sql: `create table visits (id int primary key, patient uuid not null);
        alter table visits enable row level security;
        create policy own on visits for select using (patient::text = (select auth.uid()));
        grant select on visits to authenticated;`,
      seed: "insert into visits values (1, '5b2f7a52-4d5c-4c1e-9f1c-000000000001')",
    });
    const { diagnosis } = await bench.why({ path: "/visits", as: "alice" });
    expect(diagnosis.code).toBe("policies.uuid-text");
    const { sql = "" } = diagnosis.fix!;
    expect(sql.split("\n")).toEqual([
      "DROP POLICY own ON visits;",
      "ALTER TABLE visits ALTER COLUMN patient TYPE text;",
      "CREATE POLICY own ON visits FOR SELECT TO PUBLIC USING ((patient)::text = ( SELECT auth.uid() AS uid));",
    ]);
    await bench.run(sql);
  });

  const teams = (policies: string) => `
    create table memberships (team int, member text, primary key (team, member));
    create table boards (id int primary key, team int, title text);
    alter table memberships enable row level security;
    alter table boards enable row level security;
    grant select on memberships, boards to authenticated;
    ${policies}`;
  const teamSeed = `insert into memberships values (1, '${ALICE}'), (2, '${BOB}'); insert into boards values (1, 1, 'a'), (2, 2, 'b')`;
  const boardPolicy = `create policy team on boards for select to authenticated
    using (team in (select m.team from memberships m where m.member = auth.uid()));`;

  it("a sub-select that sees nothing because of the other table's policies", async () => {
    await bench.become({ sql: teams(boardPolicy), seed: teamSeed });
    const { diagnosis } = await bench.why({ path: "/boards", as: "alice" });
    expect(diagnosis.code).toBe("policies.subselect-hidden");
    expect(diagnosis.title).toContain("memberships");
    await bench.become({
      sql: teams(
        `${boardPolicy} create policy own on memberships for select to authenticated using (member = auth.uid());`,
      ),
      seed: teamSeed,
    });
    expect((await bench.why({ path: "/boards", as: "alice" })).diagnosis.code).toBe("ok.rows");
    // Somebody without a team: the sub-select is empty for a good reason.
    const carol = await bench.why({ path: "/boards", as: "carol" });
    expect(carol.diagnosis.code).toBe("policies.hidden");
  });

  it("the other table's policies are asked for in the same way", async () => {
    await bench.become({
      sql: teams(`${boardPolicy} create policy own on memberships for select to authenticated
        using (member = current_setting('request.jwt.claim.sub', true));`),
      seed: teamSeed,
    });
    const { diagnosis, said } = await bench.why({ path: "/boards", as: "alice" });
    expect(diagnosis.code).toBe("policies.subselect-hidden");
    expect(said).toContain("request.jwt.claim.sub");
  });

  it("inner and plain embeds", async () => {
    const sql = (policy: string) => `
      create table authors (id text primary key, name text);
      create table books (id int primary key, author text references authors, title text);
      alter table authors enable row level security;
      alter table books enable row level security;
      create policy all_books on books for select using (true);
      ${policy}
      grant select on authors, books to authenticated;`;
    const rows = `insert into authors values ('${BOB}', 'Bob'), ('nobody', 'N'); insert into books values (1, '${BOB}', 'x')`;
    await bench.become({ sql: sql("create policy me on authors for select using (id = auth.uid());"), seed: rows });
    const inner = await bench.why({ path: "/books?select=title,authors!inner(name)", as: "alice" });
    expect(inner.diagnosis.code).toBe("rows.inner-embed-hidden");
    expect(inner.diagnosis.rows![0]!.table).toBe("authors");
    const plain = await bench.why({ path: "/books?select=title,authors(name)", as: "alice" });
    expect(plain.diagnosis.code).toBe("rows.embed-hidden");
    const empty = await bench.why({ path: "/authors?select=name,books!inner(title)&id=eq.nobody", as: "bob" });
    expect(empty.codes).toEqual(["rows.inner-embed", "policies.hidden"]);
    await bench.become({ sql: sql("create policy everybody on authors for select using (true);"), seed: rows });
    const childless = await bench.why({ path: "/authors?select=name,books!inner(title)&id=eq.nobody", as: "bob" });
    expect(childless.diagnosis.code).toBe("rows.inner-embed");
    expect((await bench.why({ path: "/books?select=title,authors!inner(name)", as: "alice" })).diagnosis.code).toBe(
      "ok.rows",
    );
  });

  it("filter and policy at once: both are said", async () => {
    await bench.become({ sql: invoices(""), seed });
    const { codes } = await bench.why({ path: "/invoices?state=eq.void", as: "alice" });
    expect(codes).toEqual(["rows.filtered", "policies.no-policy"]);
  });

  it("what cannot be called again is not evaluated, and that is said", async () => {
    await bench.become({
      sql: `${invoices("")}
        create function lucky() returns boolean language sql volatile as 'select random() < 0';
        create policy luck on invoices for select to authenticated using (customer = auth.uid() or lucky());`,
      seed,
    });
    const { diagnosis } = await bench.why({ path: "/invoices?id=eq.2", as: "alice" });
    expect(diagnosis.notes.join()).toMatch(/Not evaluated: lucky\(\), because .*random\(\)/);
    const [verdict] = diagnosis.rows![0]!.policies;
    expect(verdict!.part!.parts).toMatchObject([{ value: "false" }, { value: "unknown" }]);
  });

  it("a VOLATILE helper that only reads is evaluated", async () => {
    await bench.become({
      sql: `${teams("create policy own on memberships for select to authenticated using (member = auth.uid());")}
        create function in_team(wanted int) returns boolean language plpgsql as
          $$ begin return exists (select 1 from memberships where team = wanted and member = auth.uid()); end $$;
        create policy team on boards for select to authenticated using (in_team(team));`,
      seed: teamSeed,
    });
    const { diagnosis } = await bench.why({ path: "/boards?id=eq.2", as: "alice" });
    expect(diagnosis.code).toBe("policies.hidden");
    expect(diagnosis.rows![0]!.policies[0]).toMatchObject({ value: "false" });
    expect(diagnosis.notes.join()).toContain("in_team(integer) is VOLATILE");
  });
});
