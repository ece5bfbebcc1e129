/** Writes refused: privileges with their proof, WITH CHECK with its values, and both at once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, startBench } from "../../support/explain.ts";

const ALICE = "user_2alice000000000000000000000";
const BOB = "user_2bob00000000000000000000000";
const RETURNING = { Prefer: "return=representation" };

describe.each(["v2", "v1"] as const)("%s", (mode) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(mode);
  });
  afterAll(() => bench.close());

  /** v1 gives everything by default, v2 gives SELECT: from here both are the same. */
  const parcels = (more: string) => `
    create table parcels (
      id int generated always as identity primary key, sender text not null default auth.uid(),
      code text unique, weight int not null check (weight > 0), depot text
    );
    alter table parcels enable row level security;
    revoke all on parcels from anon, authenticated;
    ${more}`;
  const own =
    "create policy own on parcels to authenticated using (sender = auth.uid()) with check (sender = auth.uid());";
  const all = "grant select, insert, update, delete on parcels to authenticated;";

  describe("privileges", () => {
    it.each([
      ["GET", undefined, "SELECT"],
      ["POST", { weight: 1 }, "INSERT"],
      ["PATCH", { weight: 1 }, "UPDATE"],
      ["DELETE", undefined, "DELETE"],
    ])("%s without its privilege", async (method, body, privilege) => {
      await bench.become({ sql: parcels(own) });
      if (privilege !== "SELECT" && privilege !== "INSERT") await bench.run(`grant select on parcels to ${bench.role}`);
      const path = privilege === "SELECT" || privilege === "INSERT" ? "/parcels" : "/parcels?id=eq.1";
      const { status, diagnosis } = await bench.why({ method, path, as: "alice", ...(body && { body }) });
      expect(status).toBe(403);
      expect(diagnosis).toMatchObject({
        code: "grants.table",
        layer: "grants",
        fix: { sql: `GRANT ${privilege} ON parcels TO authenticated;` },
        proof: { holds: true, result: "the same request passes" },
      });
    });

    it("all of several that are missing", async () => {
      await bench.become({ sql: parcels(`${own} grant select on parcels to authenticated;`) });
      const { diagnosis } = await bench.why({
        method: "POST",
        path: "/parcels?on_conflict=code",
        as: "alice",
        body: { weight: 1, code: "x" },
        headers: { Prefer: "resolution=merge-duplicates" },
      });
      expect(diagnosis.fix?.sql).toBe("GRANT INSERT, UPDATE ON parcels TO authenticated;");
      expect(diagnosis.proof).toMatchObject({ holds: true, result: "the same request passes" });
    });

    it("an upsert with INSERT alone, a RETURNING without SELECT", async () => {
      await bench.become({ sql: parcels(`${own} grant insert on parcels to authenticated;`) });
      const upsert = await bench.why({
        method: "POST",
        path: "/parcels?on_conflict=code",
        as: "alice",
        body: { weight: 1, code: "x" },
        headers: { Prefer: "resolution=merge-duplicates" },
      });
      expect(upsert.diagnosis).toMatchObject({
        code: "grants.upsert",
        fix: { sql: "GRANT UPDATE, SELECT ON parcels TO authenticated;" },
      });
      const returning = await bench.why({
        method: "POST",
        path: "/parcels",
        as: "alice",
        body: { weight: 1 },
        headers: RETURNING,
      });
      expect(returning.diagnosis).toMatchObject({ code: "grants.returning", proof: { holds: true } });
      const plain = await bench.why({ method: "POST", path: "/parcels", as: "alice", body: { weight: 1 } });
      expect([plain.status, plain.diagnosis.code]).toEqual([201, "ok.written"]);
    });

    it("columns", async () => {
      await bench.become({
        sql: parcels(`${own} grant select (id, weight), insert (weight), update (weight) on parcels to authenticated;`),
      });
      const read = await bench.why({ path: "/parcels?select=id,depot", as: "alice" });
      expect(read.diagnosis).toMatchObject({
        code: "grants.column",
        fix: { sql: "GRANT SELECT (depot) ON parcels TO authenticated;" },
        proof: { holds: true },
      });
      expect(read.diagnosis.because.join()).toContain("It may read id and weight");
      const written = await bench.why({
        method: "POST",
        path: "/parcels",
        as: "alice",
        body: { weight: 1, depot: "a" },
      });
      expect(written.diagnosis).toMatchObject({
        code: "grants.column",
        fix: { sql: "GRANT INSERT (depot) ON parcels TO authenticated;" },
      });
      const fine = await bench.why({ path: "/parcels?select=id,weight", as: "alice" });
      expect(fine.diagnosis.code).toBe("rows.none");
    });

    it("a sequence, and a function in a default", async () => {
      await bench.become({
        sql: `create sequence tickets;
          create function label() returns text language sql as $$ select 'x' $$;
          revoke execute on function label() from public;
          create table queue (n int primary key default nextval('tickets'), note text default label());
          alter table queue enable row level security;
          create policy anybody on queue using (true);
          grant all on queue to authenticated;
          revoke all on sequence tickets from anon, authenticated;`,
      });
      const { diagnosis, codes } = await bench.why({ method: "POST", path: "/queue", as: "alice", body: {} });
      expect([...codes].sort()).toEqual(["grants.function", "grants.sequence"]);
      expect(diagnosis.fix?.sql).toContain("GRANT USAGE ON SEQUENCE tickets TO authenticated;");
      expect(diagnosis.fix?.sql).toContain("GRANT EXECUTE ON FUNCTION label() TO authenticated;");
      expect(diagnosis.proof).toMatchObject({ holds: true, result: "the same request passes" });
    });

    it("an embedded table, a table in a policy, a table in a function", async () => {
      await bench.become({
        sql: `create table shops (id int primary key, name text);
          create table sales (id int primary key, shop int references shops, seller text);
          create table sellers (id text primary key, active boolean);
          alter table shops enable row level security; alter table sales enable row level security;
          alter table sellers enable row level security;
          create policy a on shops using (true); create policy b on sellers using (true);
          create policy c on sales using (exists (select from sellers s where s.id = auth.uid() and s.active));
          create function total() returns bigint language sql stable as 'select count(*) from sellers';
          revoke all on shops, sellers from anon, authenticated;
          grant select on sales to authenticated;`,
        seed: `insert into shops values (1, 's'); insert into sales values (1, 1, '${ALICE}'); insert into sellers values ('${ALICE}', true)`,
      });
      const embedded = await bench.why({ path: "/sales?select=id,shops(name)", as: "alice" });
      expect([...embedded.codes].sort()).toEqual(["grants.policy-table", "grants.table"]);
      expect(embedded.diagnosis.proof).toMatchObject({ holds: true, result: "the same request passes" });
      const policy = await bench.why({ path: "/sales?select=id", as: "alice" });
      expect(policy.diagnosis).toMatchObject({
        code: "grants.policy-table",
        fix: { sql: "GRANT SELECT ON sellers TO authenticated;" },
      });
      expect(policy.diagnosis.title).toContain('"c" of sales reads sellers');
      const body = await bench.why({ method: "POST", path: "/rpc/total", as: "alice", body: {} });
      expect(body.diagnosis).toMatchObject({
        code: "grants.function-body",
        fix: { sql: "GRANT SELECT ON sellers TO authenticated;" },
        proof: { holds: true },
      });
    });

    it("EXECUTE on the function that is called", async () => {
      await bench.become({
        sql: `create function secret(n int) returns int language sql as 'select n';
          revoke execute on function secret(int) from public;`,
      });
      const { diagnosis } = await bench.why({ method: "POST", path: "/rpc/secret", as: "alice", body: { n: 1 } });
      expect(diagnosis).toMatchObject({
        code: "grants.function",
        fix: { sql: "GRANT EXECUTE ON FUNCTION secret(integer) TO authenticated;" },
        proof: { holds: true },
      });
    });

    it("a GRANT is missing, and behind it a policy: both are said", async () => {
      await bench.become({ sql: parcels(`${own} grant select on parcels to authenticated;`) });
      const { codes, diagnosis } = await bench.why({
        method: "POST",
        path: "/parcels",
        as: "alice",
        body: { weight: 1, sender: BOB },
      });
      expect(codes).toEqual(["grants.table", "policies.with-check"]);
      expect(diagnosis.proof?.result).toContain("new row violates row-level security policy");
      const mended = await bench.why({ method: "POST", path: "/parcels", as: "alice", body: { weight: 1 } });
      expect(mended.codes).toEqual(["grants.table"]);
    });
  });

  describe("WITH CHECK", () => {
    it("names policy, clause, both values, and proves what would pass", async () => {
      await bench.become({ sql: parcels(own + all) });
      const { status, diagnosis } = await bench.why({
        method: "POST",
        path: "/parcels",
        as: "alice",
        body: { weight: 5, sender: BOB },
      });
      expect(status).toBe(403);
      expect(diagnosis).toMatchObject({ code: "policies.with-check", layer: "policies" });
      expect(diagnosis.title).toBe(
        `Row security refuses the new row of parcels: policy "own" wants sender = auth.uid(), and sender is '${BOB}' (bob) while auth.uid() is '${ALICE}' (alice).`,
      );
      expect(diagnosis.rows![0]!.policies[0]).toMatchObject({ policy: "own", clause: "check", value: "false" });
      expect(diagnosis.rows![0]!.row).toMatchObject({ weight: 5, sender: BOB });
      expect(diagnosis.proof).toMatchObject({ holds: true });
      const neighbour = await bench.why({ method: "POST", path: "/parcels", as: "alice", body: { weight: 5 } });
      expect(neighbour.diagnosis.code).toBe("ok.written");
    });

    it("several rows: the one that fails is shown", async () => {
      await bench.become({ sql: parcels(own + all) });
      const { diagnosis } = await bench.why({
        method: "POST",
        path: "/parcels",
        as: "alice",
        body: [
          { weight: 1, sender: ALICE },
          { weight: 2, sender: BOB },
        ],
      });
      expect(diagnosis.code).toBe("policies.with-check");
      expect(diagnosis.rows).toHaveLength(1);
      expect(diagnosis.rows![0]!.row).toMatchObject({ weight: 2 });
    });

    it("one part of several, in a restrictive policy", async () => {
      await bench.become({
        sql: parcels(`${own}${all} create policy light on parcels as restrictive for insert to authenticated
          with check (weight < 20 or depot = 'north');`),
      });
      const { diagnosis } = await bench.why({
        method: "POST",
        path: "/parcels",
        as: "alice",
        body: { weight: 30, depot: "south" },
      });
      expect(diagnosis.code).toBe("policies.with-check");
      expect(diagnosis.because[0]).toContain('Policy "light" (migrations/001.sql');
      const light = diagnosis.rows![0]!.policies.find(({ policy }) => policy === "light");
      expect(light!.part).toMatchObject({ operator: "or", parts: [{ value: "false" }, { value: "false" }] });
    });

    it("a row that would break a constraint as well", async () => {
      await bench.become({ sql: parcels(own + all) });
      const { diagnosis } = await bench.why({
        method: "POST",
        path: "/parcels",
        as: "alice",
        body: { weight: -1, sender: BOB },
      });
      expect(diagnosis.code).toBe("policies.with-check");
      expect(diagnosis.rows![0]!.row).toMatchObject({ sender: BOB, weight: -1 });
      expect(diagnosis.notes.join()).toContain("23514");
    });

    it("no policy for INSERT, or none for this role", async () => {
      await bench.become({
        sql: parcels(`${all} create policy see on parcels for select to authenticated using (true);`),
      });
      const none = await bench.why({ method: "POST", path: "/parcels", as: "alice", body: { weight: 1 } });
      expect(none.diagnosis.code).toBe("policies.other-command");
      await bench.become({ sql: parcels(`${all} create policy add on parcels for insert to anon with check (true);`) });
      const other = await bench.why({ method: "POST", path: "/parcels", as: "alice", body: { weight: 1 } });
      expect(other.diagnosis.code).toBe("policies.other-role");
      await bench.become({ sql: parcels(all) });
      const nothing = await bench.why({ method: "POST", path: "/parcels", as: "alice", body: { weight: 1 } });
      expect(nothing.diagnosis.code).toBe("policies.no-policy");
    });

    it("RETURNING needs a SELECT policy", async () => {
      await bench.become({
        sql: parcels(`${all} create policy add on parcels for insert to authenticated with check (true);`),
      });
      const returning = await bench.why({
        method: "POST",
        path: "/parcels",
        as: "alice",
        body: { weight: 1 },
        headers: RETURNING,
      });
      expect(returning.diagnosis).toMatchObject({
        code: "policies.returning",
        proof: { holds: true, result: "it passes" },
      });
      const plain = await bench.why({ method: "POST", path: "/parcels", as: "alice", body: { weight: 1 } });
      expect(plain.diagnosis.code).toBe("ok.written");
    });

    const southward = {
      method: "POST",
      path: "/parcels",
      as: "alice",
      body: { weight: 1, depot: "south" },
      headers: RETURNING,
    };

    it("RETURNING of a row that the SELECT policy does not show", async () => {
      await bench.become({
        sql: parcels(`${all} create policy add on parcels for insert to authenticated with check (true);
          create policy see on parcels for select to authenticated using (depot = 'north');`),
      });
      const { diagnosis } = await bench.why(southward);
      expect(diagnosis.code).toBe("policies.returning");
      expect(diagnosis.title).toContain("depot is 'south'");
    });

    it("is not mended by showing the row to everybody", async () => {
      await bench.become({
        sql: parcels(`${all} create policy add on parcels for insert to authenticated with check (weight > 0);
          create policy see on parcels for select to authenticated using (depot = 'north');`),
      });
      const { diagnosis } = await bench.why(southward);
      expect(diagnosis.code).toBe("policies.returning");
      expect(diagnosis.fix?.sql ?? "").not.toMatch(/weight/i);
    });

    it("an update that moves the row out of sight", async () => {
      const sql = (check: string) =>
        parcels(`${all} create policy mine on parcels for update to authenticated using (sender = auth.uid()) ${check};
        create policy see on parcels for select to authenticated using (true);`);
      const seed = `insert into parcels (sender, weight) values ('${ALICE}', 1)`;
      await bench.become({ sql: sql(""), seed });
      const ask = { method: "PATCH", path: "/parcels?id=eq.1", as: "alice", body: { sender: BOB } };
      const { diagnosis } = await bench.why(ask);
      expect(diagnosis).toMatchObject({ code: "policies.using-as-check" });
      expect(diagnosis.rows![0]!.policies[0]).toMatchObject({ clause: "using as check" });
      await bench.become({ sql: sql("with check (true)"), seed });
      expect((await bench.why(ask)).diagnosis.code).toBe("ok.written");
    });

    it("the row in the way of an upsert", async () => {
      await bench.become({
        sql: parcels(`${all}${own}`),
        seed: `insert into parcels (sender, code, weight) values ('${BOB}', 'c1', 1)`,
      });
      const ask = (code: string) => ({
        method: "POST",
        path: "/parcels?on_conflict=code",
        as: "alice",
        body: { weight: 2, code },
        headers: { Prefer: "resolution=merge-duplicates" },
      });
      const { diagnosis } = await bench.why(ask("c1"));
      expect(diagnosis.code).toBe("policies.upsert");
      expect(diagnosis.rows![0]!.row).toMatchObject({ sender: BOB, code: "c1" });
      expect((await bench.why(ask("c2"))).diagnosis.code).toBe("ok.written");
    });

    it("a trigger writes to a table with policies of its own", async () => {
      await bench.become({
        sql: parcels(`${all}${own}
          create table parcel_log (id int generated always as identity, who text, what text);
          alter table parcel_log enable row level security;
          create policy robots on parcel_log for insert to authenticated with check (who = 'robot');
          grant insert on parcel_log to authenticated;
          create function log_parcel() returns trigger language plpgsql as
            $$ begin insert into parcel_log (who, what) values (auth.uid(), new.code); return new; end $$;
          create trigger log after insert on parcels for each row execute function log_parcel();`),
      });
      const { status, diagnosis } = await bench.why({
        method: "POST",
        path: "/parcels",
        as: "alice",
        body: { weight: 1 },
      });
      expect(status).toBe(403);
      expect(diagnosis.code).toBe("policies.with-check");
      expect(diagnosis.title).toContain("parcel_log");
      expect(diagnosis.title).toContain(`who is '${ALICE}' (alice)`);
      expect(diagnosis.because[0]).toContain("log_parcel()");
    });

    it("a taken key that the role cannot see, and one that it can", async () => {
      await bench.become({
        sql: parcels(`${all}${own}`),
        seed: `insert into parcels (sender, code, weight) values ('${BOB}', 'c1', 1), ('${ALICE}', 'c2', 1)`,
      });
      const hidden = await bench.why({
        method: "POST",
        path: "/parcels",
        as: "alice",
        body: { weight: 1, code: "c1" },
      });
      expect([hidden.status, hidden.diagnosis.code]).toEqual([409, "sql.unique-hidden"]);
      const seen = await bench.why({ method: "POST", path: "/parcels", as: "alice", body: { weight: 1, code: "c2" } });
      expect([seen.status, seen.diagnosis.code]).toEqual([409, "sql.unique"]);
    });
  });

  it("row_security off", async () => {
    await bench.become({
      sql: `${parcels(own + all)}
        create function everything() returns setof parcels language plpgsql stable set row_security = off as
          $$ begin return query select * from parcels; end $$;`,
      seed: `insert into parcels (sender, weight) values ('${BOB}', 1)`,
    });
    const { status, diagnosis } = await bench.why({ path: "/rpc/everything", as: "alice" });
    expect(status).toBe(403);
    expect(diagnosis).toMatchObject({
      code: "policies.row-security-off",
      fix: { sql: "ALTER FUNCTION everything() RESET row_security;" },
    });
  });

  it("ordinary errors keep their own names", async () => {
    await bench.become({ sql: parcels(own + all) });
    const post = async (body: object) =>
      (await bench.why({ method: "POST", path: "/parcels", as: "alice", body })).diagnosis.code;
    expect(await post({ code: "x" })).toBe("sql.not-null");
    expect(await post({ weight: -1 })).toBe("sql.check");
    expect(await post({ weight: "heavy" })).toBe("sql.invalid-value");
  });
});
