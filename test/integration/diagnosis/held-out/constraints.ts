import { A, B, definer, merging, own, ownerSees, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = { method: "POST", as } as const;
const product = (more: object) => ({ cat: 1, sku: "a", qty: 1, ...more });

/** What Postgres refuses whoever asks: the constraint in its own words, the row of the body, and the values. */
export const constraints: Scenarios = {
  "a constraint that calls functions": {
    sql: `create table plans (id int primary key, seats int); create table subs (id int primary key, plan int, used int, slug text); ${rls("plans", "subs")} ${ownerSees("plans")}
      create function within(p int, u int) returns boolean language sql ${definer} as $$ select u <= (select seats from plans where id = p) $$;
      create function good(s text) returns boolean language plpgsql immutable as $$ begin return s ~ '^[a-z-]+$' and length(s) < 10; end $$;
      alter table subs add constraint seats check (within(plan, used)), add constraint slug_ok check (good(slug)); create policy s on subs to authenticated using (true) with check (true); grant select, insert, update on subs to authenticated;`,
    seed: "insert into plans values (1, 5); insert into subs values (1, 1, 3, 'a')",
    asks: [
      {
        ...post,
        path: "/subs",
        body: { id: 2, plan: 1, used: 9 },
        codes: ["sql.check"],
        says: "u is 9; the sub-select on plans gives 5",
        mended: { body: { id: 2, plan: 1, used: 5 } },
      },
      {
        ...post,
        path: "/subs",
        body: { id: 3, plan: 1, used: 1, slug: "Not" },
        codes: ["sql.check"],
        says: "It wants s ~ '^[a-z-]+$'; it is false",
      },
      {
        ...{ method: "PATCH", path: "/subs?id=eq.1", as, body: { used: 7 } },
        codes: ["sql.check"],
        says: "with p = 1 and u = 7",
      },
    ],
  },
  "constraints with their values": {
    modes: ["v2"],
    sql: `create table cats (id int primary key); ${rls("cats")} create policy r on cats for select to authenticated using (true); create domain price as numeric check (value > 0);
      create table prod (id int generated always as identity primary key, owner text not null default auth.uid(), cat int not null references cats, sku text not null, price price, qty int not null check (qty >= 0),
        tags text[] not null default '{}', unique (owner, sku), constraint pair check (price is null or qty > 0), exclude using btree (sku with =) where (qty = 777)); ${own("prod")}
      create table items (id int primary key, prod int references prod on delete restrict, owner text default auth.uid()); ${own("items")} create unique index one on items (lower(owner)) where id > 100;
      create table parts (id int, day date, owner text default auth.uid()) partition by range (day); create table parts_26 partition of parts for values from ('2026-01-01') to ('2027-01-01'); ${own("parts")}
      grant select on cats to authenticated; grant select, insert, update, delete on prod, items, parts to authenticated;`,
    seed: `insert into cats values (1); insert into prod (owner, cat, sku, price, qty) values ('${A}', 1, 'S', 5, 1), ('${B}', 1, 'H', 5, 777); insert into items values (1, 1, '${B}'), (101, null, '${A}'); insert into parts values (1, '2026-02-02', '${B}')`,
    asks: [
      { ...post, path: "/prod", body: { cat: 1, sku: "a" }, codes: ["sql.not-null"], says: "qty was not sent" },
      {
        ...post,
        path: "/prod",
        body: product({ tags: null }),
        codes: ["sql.not-null"],
        says: "only for a column that is left out",
      },
      {
        ...post,
        path: "/prod",
        body: [product({}), product({ sku: "b", qty: -5 }), product({ sku: "c" })],
        codes: ["sql.check"],
        says: "row 2 of the 3 rows",
        mended: { body: [product({ sku: "b1" }), product({ sku: "b2" })] },
      },
      {
        ...post,
        path: "/prod",
        body: product({ price: 1, qty: 0 }),
        codes: ["sql.check"],
        says: "There price is 1 and qty is 0",
      },
      { ...post, path: "/prod", body: product({ price: -1 }), codes: ["sql.check"], says: "VALUE > (0)" },
      {
        ...post,
        path: "/prod",
        body: product({ cat: 9 }),
        codes: ["sql.foreign-key"],
        says: "Key (cat)=(9) is not present",
      },
      {
        ...post,
        path: "/prod",
        body: product({ sku: "S" }),
        codes: ["sql.unique"],
        says: "with on_conflict=owner,sku",
      },
      {
        ...post,
        path: "/prod",
        body: product({ sku: "S" }),
        ...merging,
        codes: ["sql.unique"],
        says: "The upsert goes by id: send on_conflict=owner,sku",
        mended: { path: "/prod?on_conflict=owner,sku" },
      },
      {
        ...post,
        path: "/prod?on_conflict=sku",
        body: product({}),
        ...merging,
        codes: ["sql.error"],
        says: "The keys of prod are (id) and (owner,sku)",
      },
      {
        ...post,
        path: "/prod?on_conflict=owner,sku",
        body: [product({ sku: "D" }), product({ sku: "D" })],
        ...merging,
        codes: ["sql.error"],
        says: "Send each key once",
      },
      {
        ...post,
        path: "/prod",
        body: product({ sku: "H", qty: 777 }),
        codes: ["sql.error"],
        says: "EXCLUDE USING btree",
      },
      {
        ...post,
        path: "/prod",
        body: product({ cat: "one" }),
        codes: ["sql.invalid-value"],
        says: "sent for cat; cat is integer",
      },
      { ...post, path: "/prod", body: product({ qty: 3e9 }), codes: ["sql.invalid-value"], says: "sent for qty" },
      { ...post, path: "/items", body: { id: 102 }, codes: ["sql.unique"], says: "Use another value, or update" },
      { ...post, path: "/items", body: { id: 1 }, codes: ["sql.unique-hidden"] },
      {
        method: "DELETE",
        as,
        path: "/prod?id=eq.1",
        codes: ["sql.foreign-key"],
        says: "Key (id)=(1) is still referenced",
      },
      { method: "DELETE", as, path: "/prod?limit=1&order=id", codes: ["sql.foreign-key"] },
      {
        ...post,
        path: "/parts",
        body: { id: 2, day: "2029-01-01" },
        codes: ["sql.error"],
        says: "(day) = (2029-01-01)",
      },
      { path: "/parts", as, codes: ["policies.hidden"] },
      {
        path: "/parts_26",
        as,
        codes: ["ok.row-security-bypassed"],
        says: "It is a partition of parts",
        mended: "fix",
        after: ["policies.no-policy"],
      },
      { ...post, path: "/prod", body: [], codes: ["ok.written"], says: "an empty list" },
      { ...post, path: "/prod", body: '"x"', codes: ["ok.written"], says: "neither an object nor a list" },
    ],
  },
  "functions that refuse": {
    modes: ["v2"],
    sql: `create table w (id int primary key, owner text default auth.uid(), amt int); ${own("w")} grant select, insert, update on w to authenticated;
      create function transfer(a int, b int) returns void language plpgsql as $$ begin update w set amt = amt - 1 where id = a; if not found then raise exception 'no wallet %', a using errcode = 'P0002'; end if;
        update w set amt = amt + 1 where id = b; if not found then raise exception 'no wallet %', b using errcode = 'P0002'; end if; end $$;
      create function deny() returns void language plpgsql as $$ begin raise insufficient_privilege using message = 'admins only'; end $$;
      create procedure proc() language sql as 'select 1'; create function trg() returns trigger language plpgsql as $$ begin return new; end $$; create function hi() returns int language sql as 'select 1';
      create view sums with (security_invoker) as select owner, count(*) as n from w group by owner; create view mine with (security_invoker) as select * from w where amt > 0 with check option; grant select, insert, update on sums, mine to authenticated;
      create materialized view mv as select 1 as id;`,
    seed: `insert into w values (1, '${A}', 10), (2, '${B}', 10), (3, '${A}', 10)`,
    asks: [
      {
        ...post,
        path: "/rpc/transfer",
        body: { a: 1, b: 2 },
        codes: ["sql.raised"],
        says: "rows that it looks for are hidden",
        mended: { body: { a: 1, b: 3 } },
      },
      { ...post, path: "/rpc/transfer", body: { a: 1, b: 9 }, codes: ["sql.raised"], says: "Look at transfer(" },
      { ...post, path: "/rpc/deny", body: {}, codes: ["sql.raised"], says: "No GRANT is missing" },
      { ...post, path: "/rpc/proc", body: {}, codes: ["schema.unknown-function"], says: "proc is a procedure" },
      { ...post, path: "/rpc/trg", body: {}, codes: ["schema.unknown-function"], says: "a trigger function" },
      { ...post, path: "/hi", body: {}, codes: ["schema.unknown-table"], says: "/rpc/hi", mended: { path: "/rpc/hi" } },
      { path: "/rpc/w", as, codes: ["schema.unknown-function"], says: "ask for /w", mended: { path: "/w" } },
      { ...post, path: "/sums", body: { owner: A }, codes: ["sql.error"], says: "Write to the table that sums reads" },
      {
        ...post,
        path: "/mine",
        body: { id: 5, amt: 0 },
        codes: ["sql.error"],
        says: "WITH CHECK OPTION",
        mended: { body: { id: 5, amt: 1 } },
      },
      { ...post, path: "/mv", body: { id: 2 }, codes: ["sql.error"], says: "Write to the table that mv reads" },
    ],
  },
  "boxes to drop things into": {
    modes: ["v2"],
    sql: `create table open_box (id int primary key, note text); revoke all on open_box from anon, authenticated; grant insert, select (note) on open_box to authenticated;
      create table box (id int primary key, owner text default auth.uid()); ${rls("box")} create policy i on box for insert to authenticated with check (owner = auth.uid()); revoke all on box from anon, authenticated; grant insert on box to authenticated;
      create table ledger (id int primary key, owner text default auth.uid(), sum int); ${rls("ledger")} create policy i on ledger for insert to authenticated with check (sum > 0); create policy s on ledger for select to authenticated using (owner = auth.uid()); grant select, insert, update, delete on ledger to authenticated;`,
    seed: `insert into open_box values (1, 'x'); insert into box values (1, '${A}'); insert into ledger values (1, '${A}', 1)`,
    asks: [
      { ...post, path: "/open_box", body: { id: 1 }, codes: ["sql.unique"], says: "Use another value." },
      { ...post, path: "/box", body: { id: 1 }, codes: ["sql.unique"], says: "Use another value." },
      {
        ...post,
        path: "/ledger",
        body: { id: 1, sum: 1 },
        codes: ["sql.unique"],
        says: "resolution=ignore-duplicates, which leaves",
        mended: { headers: { Prefer: "resolution=ignore-duplicates" } },
      },
      {
        ...post,
        path: "/ledger",
        body: { id: 1, sum: 1, owner: B },
        codes: ["sql.unique"],
        says: "Use another value.",
      },
    ],
  },
};
