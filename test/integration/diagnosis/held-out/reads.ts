import { A, B, own, rls, type Scenarios, single } from "./scenario.ts";

const as = "alice";
const counting = { headers: { Prefer: "count=exact" } };

export const reads: Scenarios = {
  "one row, none, several": {
    sql: `create table n (id int primary key, owner text); ${own("n")} create table e (id int primary key, owner text); ${own("e")} grant select, update, delete on n, e to authenticated;`,
    seed: `insert into n values (1, '${A}'), (2, '${B}'), (3, '${A}')`,
    asks: [
      { path: "/n?id=eq.1", as, ...single, codes: ["ok.rows"] },
      { path: "/n?id=eq.2", as, ...single, codes: ["policies.hidden"], says: "(bob)", mended: { as: "bob" } },
      { path: "/n?id=eq.9", as, ...single, codes: ["rows.filtered"], mended: { path: "/n?id=eq.1" } },
      { path: "/n", as, ...single, codes: ["rows.many"], mended: { path: "/n?limit=1" } },
      { path: "/e", as, ...single, codes: ["rows.none"] },
      { method: "HEAD", path: "/n?id=eq.2", as, codes: ["policies.hidden"] },
      { method: "HEAD", path: "/n?id=eq.1", as, ...counting, codes: ["ok.rows"] },
      { path: "/n?select=id", as, ...counting, codes: ["ok.count-visible"], says: "out of 3" },
      {
        path: "/n?limit=1&offset=7",
        as,
        codes: ["rows.offset"],
        says: "below 2",
        mended: { path: "/n?limit=1&offset=1" },
      },
      { path: "/n?id=eq.1&limit=0", as, codes: ["rows.limit-zero"], mended: { path: "/n?id=eq.1" } },
      { method: "DELETE", path: "/n?id=eq.2", as, codes: ["policies.hidden-write"] },
      { method: "DELETE", path: "/n?id=eq.9", as, codes: ["rows.filtered"] },
      { method: "PATCH", path: "/n?id=eq.9", as, body: { owner: A }, codes: ["rows.filtered"] },
    ],
  },
  filters: {
    modes: ["v2"],
    sql: `create table n (id int primary key, owner text, body text, tags text[], at timestamptz, big bigint, ts tsvector generated always as (to_tsvector('english', body)) stored);
      ${own("n")} grant select on n to authenticated;`,
    seed: `insert into n (id, owner, body, tags, at, big) values (1, '${A}', 'the quick fox', '{a,b}', '2026-01-01', 1), (2, '${B}', 'lazy dog', '{c}', '2026-02-01', 9007199254740995)`,
    asks: [
      { path: "/n?or=(id.eq.7,body.like.*zebra*)", as, codes: ["rows.filtered"] },
      { path: "/n?and=(id.eq.2,or(body.fts.dog,id.eq.9))", as, codes: ["policies.hidden"] },
      { path: "/n?ts=fts(english).dogs", as, codes: ["policies.hidden"] },
      { path: "/n?ts=fts.cat", as, codes: ["rows.filtered"] },
      { path: "/n?tags=cs.{c}", as, codes: ["policies.hidden"] },
      { path: "/n?tags=cs.{zz}", as, codes: ["rows.filtered"] },
      { path: "/n?big=eq.9007199254740995", as, codes: ["policies.hidden"] },
      { path: "/n?at=lt.2020-01-01", as, codes: ["rows.filtered"] },
      {
        path: "/n?id=eq.1&body=eq.The%20quick%20fox",
        as,
        codes: ["rows.filtered"],
        says: "body=eq.The quick fox by itself matches 0",
      },
      { path: "/n?id=not.in.(1,2)", as, codes: ["rows.filtered"] },
    ],
  },
  embeds: {
    modes: ["v2"],
    sql: `create table author (id int primary key, owner text); create table book (id int primary key, author int references author, next int references book, owner text);
      ${own("author")} ${own("book")} grant select on author, book to authenticated;`,
    seed: `insert into author values (1, '${A}'), (2, '${B}'); insert into book values (1, 2, null, '${A}'), (2, 1, 1, '${B}'), (3, null, 2, '${A}')`,
    asks: [
      { path: "/book?select=id,author!inner(id)&id=eq.1", as, codes: ["rows.inner-embed-hidden"] },
      { path: "/book?select=id,...author(name:owner)&id=eq.1", as, codes: ["rows.embed-hidden"] },
      { path: "/book?select=id,author(id)&id=eq.3", as, codes: ["ok.rows"] },
      { path: "/book?select=id,next(id)&id=eq.3", as, codes: ["rows.embed-hidden"] },
      { path: "/book?select=id,next!inner(id)&id=eq.3", as, codes: ["rows.inner-embed-hidden"] },
      { path: "/author?select=id,book(id)", as, codes: ["rows.embed-hidden"] },
      { path: "/author?select=id,book!inner(id)&book.id=eq.77", as, codes: ["rows.inner-embed"] },
      {
        path: "/author?select=id,book(id)&book=not.is.null",
        as,
        codes: ["rows.inner-embed-hidden"],
        says: "1 row of author matches without the embed",
      },
      { path: "/author?select=id,books(id)", as, codes: ["schema.no-relationship"], says: "Did you mean book?" },
    ],
  },
  "views, read as their owner": {
    modes: ["v2"],
    sql: `create table n (id int primary key, owner text); ${own("n")} create view v as select * from n; create view vv as select * from v; create view stats as select count(*) as n from n;
      create view inv with (security_invoker, security_barrier) as select * from n; create view inv2 with (security_invoker) as select * from inv;
      create table bare (id int primary key, owner text); ${rls("bare")} create view mine as select * from bare where owner = auth.uid();
      create table open (id int primary key, owner text); comment on table open is 'flux:no-force-rls'; ${own("open")} create view all_open as select * from open;
      create materialized view mv as select * from n; grant select on n, v, vv, stats, inv, inv2, mine, all_open, mv to authenticated;`,
    seed: `insert into n values (1, '${A}'), (2, '${B}'); insert into bare values (1, '${A}'); insert into open values (1, '${B}')`,
    asks: [
      { path: "/inv2", as, codes: ["ok.rows"] },
      { path: "/inv?id=eq.2", as, codes: ["policies.hidden"], says: "(bob)" },
      { path: "/stats", as, codes: ["policies.view-owner"], says: "leaves out both rows of n", mended: "fix" },
      { path: "/vv", as, codes: ["policies.view-owner"], says: "v has no security_invoker", mended: "fix" },
      { path: "/mine", as, codes: ["policies.view-owner", "policies.no-policy"], mended: "fix" },
      { path: "/all_open", as, codes: ["ok.view-bypasses-rls"], says: "security_invoker" },
      { path: "/mv", as, codes: ["policies.view-owner"], says: "sees none of n", mended: "fix" },
    ],
  },
  "views that leave rows out themselves": {
    sql: `create table n (id int primary key, owner text, draft bool); ${own("n")} create view v with (security_invoker) as select * from n where not draft;
      create table m (n int, t text); ${rls("m")} create view j with (security_invoker) as select n.id, m.t from n join m on m.n = n.id; grant select on n, m, v, j to authenticated;`,
    seed: `insert into n values (1, '${A}', true); insert into m values (1, 'x')`,
    asks: [
      { path: "/v", as, codes: ["rows.none"], says: "its own query leaves none of n (1 row)" },
      {
        ...{ method: "DELETE", path: "/v?id=eq.1", as },
        codes: { v1: ["rows.none"], v2: ["grants.table", "grants.table"] },
      },
      { path: "/j", as, codes: ["policies.no-policy"], says: "the policies of m", mended: "fix" },
    ],
  },
  "tables made of tables": {
    modes: ["v2"],
    sql: `create table p (id int primary key, owner text); create table c (extra int) inherits (p); ${own("p")} ${rls("c")}
      create table m (id int, at date, owner text, primary key (id, at)) partition by range (at); create table m1 partition of m for values from ('2026-01-01') to ('2027-01-01');
      ${own("m")} ${rls("m1")} grant select on p, c, m, m1 to authenticated;`,
    seed: `insert into c values (1, '${A}', 3); insert into m values (1, '2026-05-01', '${A}')`,
    asks: [
      { path: "/p", as, codes: ["ok.rows"] },
      { path: "/c", as, codes: ["policies.no-policy"], mended: "fix" },
      { path: "/m", as, codes: ["ok.rows"] },
      { path: "/m1", as, codes: ["policies.no-policy"], mended: "fix" },
    ],
  },
  "functions that give rows": {
    sql: `create table n (id int primary key, owner text); ${own("n")} grant select on n to authenticated;
      create function all_n() returns setof n language sql stable as 'select * from n'; create function one(i int) returns n language sql stable as 'select * from n where id = i';
      create function tab() returns table (id int, o text) language plpgsql stable as $$ begin return query select n.id, n.owner from n; end $$;
      create function def() returns setof n language sql stable security definer as 'select * from n'; create function count_n() returns int language sql stable security definer as 'select count(*)::int from n';`,
    seed: `insert into n values (2, '${B}')`,
    asks: [
      { path: "/rpc/all_n", as, codes: ["policies.hidden"], says: "(bob)", mended: { as: "bob" } },
      { path: "/rpc/all_n?id=eq.7", as, codes: ["rows.function-empty"], says: "id=eq.7" },
      { path: "/rpc/one?i=2", as, codes: ["policies.hidden"] },
      { path: "/rpc/one?i=9", as, codes: ["rows.function-empty"] },
      { path: "/rpc/tab", as, codes: ["policies.hidden"] },
      {
        path: "/rpc/def",
        as,
        modes: ["v2"],
        codes: ["policies.definer-owner"],
        says: "this runs as",
        mended: "fix",
        after: ["policies.hidden"],
      },
      { path: "/rpc/count_n", as, modes: ["v2"], codes: ["policies.definer-owner"], says: "leaves out every row" },
      { path: "/rpc/def", as, modes: ["v1"], codes: ["ok.definer-bypasses-rls"] },
    ],
  },
  "embeds that are empty beside rows that came": {
    modes: ["v2"],
    sql: `create table p (id int, part int, owner text, primary key (id, part)); create table t (id int primary key, p int, part int, done bool, owner text, foreign key (p, part) references p);
      create table n (id int primary key, p int, part int, foreign key (p, part) references p); ${own("p")} ${own("t")} ${rls("n")} grant select, update on p, t, n to authenticated;
      create function all_p() returns setof p language sql stable as 'select * from p';`,
    seed: `insert into p values (1, 1, '${A}'), (2, 1, '${A}'); insert into t values (1, 1, 1, false, '${A}'), (2, 2, 1, true, '${B}'); insert into n values (1, 1, 1)`,
    asks: [
      { path: "/p?select=id,t(id)", as, codes: ["ok.rows"] },
      {
        path: "/p?select=id,t(id)&id=eq.1&t.done=is.true",
        as,
        codes: ["ok.embed-filtered"],
        says: "t.done=is.true leaves none",
        mended: { path: "/p?select=id,t(id)&id=eq.1&t.done=is.false" },
      },
      {
        path: "/p?select=id,kids:t(id)&kids.limit=0",
        as,
        codes: ["ok.embed-filtered"],
        says: "Leave kids.limit=0 out",
      },
      { path: "/p?select=id,t(id)&t.offset=3", as, codes: ["ok.embed-filtered"], says: "t.offset=3 leaves none" },
      { path: "/t?select=id,p(id)&p.id=eq.9", as, codes: ["ok.embed-filtered"], says: "write p!inner(…)" },
      { path: "/p?select=id,t(id)&t.done=is.true", as, codes: ["rows.embed-hidden"], says: "in t with done=is.true" },
      {
        path: "/p?select=id,t(id)&id=eq.2&t.done=is.false",
        as,
        codes: ["ok.embed-filtered"],
        says: "1 row of p would have something there without t.done=is.false, but",
      },
      { path: "/p?select=id,n(id)&id=eq.2&n.id=eq.9", as, codes: ["ok.rows"] },
      { path: "/rpc/all_p?select=id,part,n(id)", as, codes: ["rows.embed-hidden", "policies.no-policy"] },
      { path: "/rpc/all_p?select=id,part,t(id)", as, codes: ["ok.called"] },
      {
        method: "PATCH",
        path: "/p?select=id,part,n(id)&id=eq.1",
        body: { part: 1 },
        headers: { Prefer: "return=representation" },
        as,
        codes: ["rows.embed-hidden", "policies.no-policy"],
        says: "1 row of p came back",
      },
      { path: "/p?select=id,n(id)", as, codes: ["rows.embed-hidden", "policies.no-policy"], mended: "fix" },
    ],
  },
  "very many rows, very many columns": {
    modes: ["v2"],
    sql: `create table big (id int primary key, owner text, grp int); ${own("big")} create table wide (id int primary key, owner text, ${Array.from({ length: 300 }, (_, n) => `c${n} int`).join(", ")}); ${own("wide")}
      grant select on big, wide to authenticated;`,
    seed: `insert into big select n, case when n % 200 = 0 then '${A}' else '${B}' end, n from generate_series(1, 20000) n; analyze big; insert into wide (id, owner) values (1, '${B}')`,
    asks: [
      { path: "/big?grp=eq.3", as, codes: ["policies.hidden"] },
      { path: "/big?limit=10&offset=500", as, codes: ["rows.offset"], says: "only 100 rows" },
      { path: "/big?limit=2", as, ...counting, codes: ["ok.count-visible"], says: "out of more than 10000" },
      { path: "/wide", as, codes: ["policies.hidden"] },
    ],
  },
};
