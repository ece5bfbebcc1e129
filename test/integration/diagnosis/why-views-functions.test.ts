/** What runs with somebody else's rights: views, SECURITY DEFINER functions, helpers inside policies; and claims on their way. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signJws } from "../../../src/tokens/jws.ts";
import { type Bench, startBench } from "../../support/explain.ts";

const ALICE = "user_2alice000000000000000000000";
const BOB = "user_2bob00000000000000000000000";
const ACME = "org_2acme0000000000000000000000";

const orders = (more: string) => `
  create table orders (id int primary key, buyer text, org text, total int);
  alter table orders enable row level security;
  grant select, insert on orders to authenticated;
  ${more}`;
const own = "create policy own on orders for select to authenticated using (buyer = auth.uid());";
const seed = `insert into orders values (1, '${ALICE}', '${ACME}', 5), (2, '${BOB}', 'org_other', 7)`;

describe("v2: owners are under row security too", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench("v2");
  });
  afterAll(() => bench.close());

  it("a view whose owner has no policy", async () => {
    await bench.become({ sql: orders(`${own} create view order_totals as select id, total from orders;`), seed });
    const { body, diagnosis } = await bench.why({ path: "/order_totals", as: "alice" });
    expect(body).toBe("[]");
    expect(diagnosis).toMatchObject({
      code: "policies.view-owner",
      fix: { sql: "ALTER VIEW order_totals SET (security_invoker = true);" },
      proof: { holds: true, result: "it gives 1 row" },
    });
    await bench.become({
      sql: orders(`${own} create view order_totals with (security_invoker) as select id, total from orders;`),
      seed,
    });
    expect((await bench.why({ path: "/order_totals", as: "alice" })).diagnosis.code).toBe("ok.rows");
    const carol = await bench.why({ path: "/order_totals", as: "carol" });
    expect(carol.diagnosis.code).toBe("policies.hidden");
    expect(carol.diagnosis.rows![0]!.table).toBe("orders");
  });

  it("a view over a view", async () => {
    await bench.become({
      sql: orders(`${own} create view inner_orders as select * from orders;
        create view outer_orders with (security_invoker) as select id from inner_orders;`),
      seed,
    });
    const { diagnosis } = await bench.why({ path: "/outer_orders", as: "alice" });
    expect(diagnosis.code).toBe("policies.view-owner");
    expect(diagnosis.because.join()).toContain("inner_orders");
  });

  it("a view whose tables have a policy for everybody", async () => {
    await bench.become({
      sql: orders(
        "create policy own on orders for select using (buyer = auth.uid()); create view v as select * from orders;",
      ),
      seed,
    });
    expect((await bench.why({ path: "/v", as: "alice" })).diagnosis.code).toBe("ok.rows");
    expect((await bench.why({ path: "/v", as: "carol" })).diagnosis.code).toBe("policies.hidden");
  });

  it("a SECURITY DEFINER function that finds nothing, and one that may not write", async () => {
    await bench.become({
      sql: orders(`${own}
        create function count_orders() returns setof orders language sql stable security definer as 'select * from orders';
        create function add_order() returns void language sql security definer as
          $$ insert into orders values (9, auth.uid(), 'x', 1) $$;`),
      seed,
    });
    const reading = await bench.why({ method: "POST", path: "/rpc/count_orders", as: "alice", body: {} });
    expect(reading.diagnosis.code).toBe("policies.definer-owner");
    expect(reading.diagnosis.because.join()).toContain("FORCE ROW LEVEL SECURITY");
    const writing = await bench.why({ method: "POST", path: "/rpc/add_order", as: "alice", body: {} });
    expect([writing.status, writing.diagnosis.code]).toEqual([403, "policies.definer-owner"]);
  });

  it("a SECURITY DEFINER helper inside a policy", async () => {
    await bench.become({
      sql: orders(`create table staff (id text primary key);
        alter table staff enable row level security;
        create function is_staff() returns boolean language sql stable security definer as
          'select exists (select from staff where id = auth.uid())';
        create policy staff_only on orders for select to authenticated using (is_staff());`),
      seed: `${seed}; insert into staff values ('${ALICE}')`,
    });
    const { diagnosis } = await bench.why({ path: "/orders", as: "alice" });
    expect(diagnosis.code).toBe("policies.definer-owner");
    expect(diagnosis.title).toContain("is_staff()");
    const carol = await bench.why({ path: "/orders", as: "carol" });
    expect(carol.diagnosis.code).toBe("policies.hidden");
  });

  it("claims that the gateway drops, wherever the policy reads them", async () => {
    const claims = { org_id: ACME, app: { plan: "pro" } };
    await bench.become({
      sql: orders(`create function current_org() returns text language sql stable as
          $$ select current_setting('request.jwt.claims', true)::json ->> 'org_id' $$;
        create policy org on orders for select to authenticated using (org = current_org());`),
      seed,
    });
    const helper = await bench.why({ path: "/orders", as: "alice", claims });
    expect(helper.diagnosis).toMatchObject({ code: "policies.claim-dropped" });
    expect(helper.diagnosis.title).toContain("org_id");
    expect(helper.diagnosis.because.join()).toContain("this part is true");
    expect(helper.diagnosis.claims).toMatchObject({ sent: claims, kept: { sub: ALICE }, seen: { sub: ALICE } });
    expect(helper.diagnosis.claims!.dropped).toContain("org_id");

    const never = await bench.why({ path: "/orders", as: "alice" });
    expect(never.diagnosis.code).toBe("policies.claim-missing");

    await bench.become({
      sql: orders(`create policy pro on orders for select to authenticated using (
        (current_setting('request.jwt.claims', true)::jsonb -> 'app' ->> 'plan') = 'pro' or buyer = auth.uid());`),
      seed,
    });
    const nested = await bench.why({ path: "/orders?id=eq.2", as: "alice", claims });
    expect(nested.diagnosis.code).toBe("policies.claim-dropped");
    const mine = await bench.why({ path: "/orders?id=eq.1", as: "alice", claims });
    expect(mine.diagnosis.code).toBe("ok.rows");
  });

  it("a dropped claim that would not help is not to blame", async () => {
    await bench.become({
      sql: orders(`${own} create policy org on orders for select to authenticated
        using (org = (current_setting('request.jwt.claims', true)::json ->> 'org_id'));`),
      seed,
    });
    const { diagnosis } = await bench.why({ path: "/orders?id=eq.2", as: "alice", claims: { org_id: ACME } });
    expect(diagnosis.code).toBe("policies.hidden");
    const helps = await bench.why({ path: "/orders?id=eq.1", as: "bob", claims: { org_id: ACME } });
    expect(helps.diagnosis.code).toBe("policies.claim-dropped");
  });

  it("WITH CHECK on a dropped claim", async () => {
    await bench.become({
      sql: orders(`create policy add on orders for insert to authenticated
        with check (org = (current_setting('request.jwt.claims', true)::json ->> 'org_id'));`),
    });
    const { status, diagnosis } = await bench.why({
      method: "POST",
      path: "/orders",
      as: "alice",
      claims: { org_id: ACME },
      body: { id: 3, org: ACME },
    });
    expect([status, diagnosis.code]).toEqual([403, "policies.claim-dropped"]);
  });

  it("ALTER POLICY … TO a role that v2 never uses", async () => {
    await bench.become({
      sql: orders("create policy own on orders for select to anon using (buyer = auth.uid());"),
      seed,
    });
    const { diagnosis } = await bench.why({ path: "/orders", as: "alice" });
    expect(diagnosis.code).toBe("policies.other-role");
    expect(diagnosis.fix?.sql).toBe(`ALTER POLICY own ON orders TO anon, ${bench.role};`);
  });
});

describe("v1: owners are the superuser", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench("v1");
  });
  afterAll(() => bench.close());

  it("views and SECURITY DEFINER functions show too much", async () => {
    await bench.become({
      sql: orders(`${own} create view all_orders as select * from orders;
        create function every_order() returns setof orders language sql stable security definer as 'select * from orders';`),
      seed,
    });
    expect((await bench.why({ path: "/all_orders", as: "alice" })).diagnosis.code).toBe("ok.view-bypasses-rls");
    const call = await bench.why({ path: "/rpc/every_order", as: "alice" });
    expect(call.diagnosis.code).toBe("ok.definer-bypasses-rls");
  });

  it("a function that reads as its caller", async () => {
    await bench.become({
      sql: orders(`${own} create function my_orders() returns setof orders language sql stable as 'select * from orders';
        create function rich_orders() returns setof orders language sql stable as 'select * from orders where total > 100';`),
      seed,
    });
    const hidden = await bench.why({ path: "/rpc/my_orders", as: "carol" });
    expect(hidden.diagnosis.code).toBe("policies.hidden");
    expect(hidden.diagnosis.rows![0]!.table).toBe("orders");
    expect((await bench.why({ path: "/rpc/my_orders", as: "alice" })).diagnosis.code).toBe("ok.called");
    expect((await bench.why({ path: "/rpc/rich_orders", as: "alice" })).diagnosis.code).toBe("rows.function-empty");
  });

  it("anonymous requests, and why they are", async () => {
    await bench.become({ sql: orders(`revoke all on orders from anon; ${own}`), seed });
    const none = await bench.why({ path: "/orders" });
    expect([none.status, none.diagnosis.code]).toEqual([401, "role.anonymous"]);
    expect(none.diagnosis.because.join()).toContain("no Authorization header");
    expect(none.diagnosis.proof).toMatchObject({ holds: true });
    const apikey = await bench.why({ path: "/orders", headers: { apikey: "abc" } });
    expect(apikey.diagnosis.because.join()).toContain("apikey header has no meaning");
    const token = signJws({ alg: "HS256" }, { sub: ALICE }, bench.emulator.secrets.project.v1);
    const roleless = await bench.why({ path: "/orders", headers: { Authorization: `Bearer ${token}` } });
    expect(roleless.diagnosis.code).toBe("role.anonymous");
    const key = await bench.why({ path: "/orders", key: "anon" });
    expect(key.diagnosis.because.join()).toContain("anon key");
  });

  it("anonymous, and users lack the privilege as well: the GRANT is what is missing", async () => {
    await bench.become({ sql: orders(`revoke all on orders from anon, authenticated; ${own}`), seed });
    const { diagnosis } = await bench.why({ path: "/orders" });
    expect(diagnosis.code).toBe("grants.table");
    expect(diagnosis.because.join()).toContain("401 instead of 403");
  });

  it("an anonymous []", async () => {
    await bench.become({ sql: orders(own), seed });
    const { status, diagnosis } = await bench.why({ path: "/orders" });
    expect([status, diagnosis.code]).toEqual([200, "role.anonymous"]);
    // A policy for anon that is false says nothing about tokens.
    await bench.become({ sql: orders("create policy cheap on orders for select using (total < 3);"), seed });
    expect((await bench.why({ path: "/orders" })).diagnosis.code).toBe("policies.hidden");
  });

  it("an anonymous insert that row security refuses", async () => {
    await bench.become({
      sql: orders("create policy add on orders for insert to authenticated with check (buyer = auth.uid());"),
    });
    const { status, diagnosis } = await bench.why({ method: "POST", path: "/orders", body: { id: 1 } });
    expect([status, diagnosis.code]).toEqual([401, "role.anonymous"]);
  });

  it("a claim that the token does not have", async () => {
    await bench.become({
      sql: orders(`create policy org on orders for select to authenticated
        using (org = (current_setting('request.jwt.claims', true)::json ->> 'organization'));`),
      seed,
    });
    const { diagnosis } = await bench.why({ path: "/orders", as: "alice", claims: { org_id: ACME } });
    expect(diagnosis.code).toBe("policies.claim-missing");
    expect(diagnosis.because.join()).toMatch(/no claim organization.*org_id/);
  });

  it("roles of a token", async () => {
    await bench.become({ sql: orders(own), seed });
    const unknown = await bench.why({ path: "/orders", as: "alice", claims: { role: "editor" } });
    expect([unknown.status, unknown.diagnosis.code]).toEqual([400, "role.unknown"]);
    const service = await bench.why({ path: "/orders", key: "service_role" });
    expect(service.diagnosis.code).toBe("ok.row-security-bypassed");
    const closed = await bench.why({ path: "/orders", as: "alice", claims: { role: "authenticator" } });
    expect(closed.diagnosis.code).toBe("grants.schema");
    expect(closed.diagnosis.fix?.sql).toContain("GRANT USAGE ON SCHEMA api TO authenticator;");
  });
});
