import { A, B, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = (path: string, body: unknown) => ({ method: "POST", path, body, as });
const patch = (path: string, body: unknown) => ({ method: "PATCH", path, body, as });
const all = "grant select, insert, update, delete on";

/** Projects of several trades: two reasons at once, remedies that were none, rows taken for others. */
export const trades: Scenarios = {
  "a library": {
    sql: `create table staff (uid text primary key, branch int); create table books (id int primary key, branch int, removed boolean not null default false);
      create table loans (id bigint generated always as identity primary key, book int not null references books on delete restrict, reader text not null default auth.uid(), due date not null, returned boolean not null default false, fee numeric generated always as (case when returned then 0 else 1 end) stored);
      create policy s on staff for select to authenticated using (uid = auth.uid()); create policy b on books for select to authenticated using (not removed);
      create policy bw on books for update to authenticated using (branch = (select s.branch from staff s where s.uid = auth.uid())) with check (true); create policy bd on books for delete to authenticated using (true);
      create policy l on loans for select to authenticated using (reader = auth.uid()); create policy li on loans for insert to authenticated with check (reader = auth.uid() and due <= '2030-01-01');
      create policy lu on loans for update to authenticated using (reader = auth.uid() and not returned) with check (reader = auth.uid()); ${rls("staff", "books", "loans")} ${all} staff, books, loans to authenticated;`,
    seed: `insert into staff values ('${A}', 1); insert into books (id, branch) values (1, 1), (2, 2), (4, 1); insert into loans (book, reader, due) values (4, '${B}', '2029-01-01'), (2, '${A}', '2029-01-01')`,
    asks: [
      {
        ...post("/loans", { book: 1, due: "2031-01-01", reader: B }),
        codes: ["policies.with-check"],
        says: "also wants due <= '2030-01-01'::date, and due is '2031-01-01'",
        mended: { body: { book: 1, due: "2029-01-01" } },
      },
      {
        ...post("/loans", [
          { book: 1, due: "2029-01-01" },
          { book: 1, due: "2031-01-01" },
        ]),
        codes: ["policies.with-check"],
        says: "It is row 2 of the 2 sent",
      },
      {
        ...post("/loans?columns=book", { book: 1, due: "2029-01-01" }),
        codes: ["policies.with-check"],
        says: "due is NULL",
      },
      { ...post("/loans", { book: 1, due: "2029-01-01", fee: 0 }), codes: ["sql.error"], says: "Leave the column out" },
      { ...patch("/loans?id=eq.2", { reader: B }), codes: ["policies.with-check"], says: "or leave reader out." },
      { ...patch("/books?id=eq.1", { removed: true }), codes: ["policies.returning"], says: "staff", mended: "fix" },
      { ...patch("/books?id=eq.4", { branch: 9 }), as: "bob", codes: ["policies.hidden-write"], says: "finds no row" },
      { ...patch("/loans?id=eq.2", { returned: true }), codes: ["ok.written"] },
      { path: "/loans?id=eq.2", as, codes: ["ok.rows"] },
      {
        method: "DELETE",
        path: "/books?id=eq.4",
        as,
        codes: ["sql.foreign-key"],
        says: "rows that row security hides",
      },
      {
        path: "/loans?select=id,books!inner(id)&books.id=eq.2",
        as: "bob",
        codes: ["policies.hidden"],
        says: "hides the rows of loans that have one in books that matches the embed's filter",
        mended: { as },
      },
    ],
  },
  "a clinic": {
    modes: ["v2"],
    sql: `create type kind as enum ('check', 'surgery'); create domain minutes as int check (value between 5 and 480);
      create table slots (id int primary key, doctor text default auth.uid(), during tsrange, what kind, mins minutes, tags int[]); create policy s on slots to authenticated using (doctor = auth.uid()); ${rls("slots")} ${all} slots to authenticated;`,
    seed: `insert into slots values (9, '${A}')`,
    asks: [
      {
        ...post("/slots", { id: 1, during: "[2030-01-02,2030-01-01)" }),
        codes: ["sql.invalid-value"],
        says: "lower bound",
      },
      {
        ...post("/slots", { id: 1, what: "dental" }),
        codes: ["sql.invalid-value"],
        says: "one of 'check' or 'surgery'",
      },
      { path: "/slots?what=eq.dental", as, codes: ["sql.invalid-value"], says: "Filter what by one of 'check' or" },
      {
        ...post("/slots", { id: 1, tags: "1" }),
        codes: ["sql.invalid-value"],
        says: "Send tags as a JSON list of integer",
      },
      {
        ...post("/slots", [
          { id: 1, mins: 30 },
          { id: 2, mins: 40 },
          { id: 3, mins: 1 },
        ]),
        codes: ["sql.check"],
        says: "It was sent for mins as 1 in row 3 of 3; mins is minutes.",
      },
      { ...patch("/slots?id=eq.9", { mins: "some" }), codes: ["sql.invalid-value"], says: "Send mins as minutes." },
    ],
  },
  "a chat": {
    modes: ["v2"],
    sql: `create table rooms (id int primary key, private boolean); create table people (uid text primary key); create table seats (room int references rooms, uid text references people, primary key (room, uid));
      create policy r on rooms for select to authenticated using (not private); create policy p on people for select to authenticated using (true); create policy s on seats for select to authenticated using (uid = auth.uid()); ${rls("rooms", "people", "seats")} ${all} rooms, people, seats to authenticated;`,
    seed: `insert into rooms values (1, false), (2, true); insert into people values ('${A}'), ('${B}'); insert into seats values (1, '${A}'), (1, '${B}'), (2, '${B}')`,
    asks: [
      { path: "/rooms?select=id,people(uid)", as, codes: ["ok.rows"] },
      {
        path: `/rooms?select=id,people!inner(uid)&people.uid=eq.${B}`,
        as,
        codes: ["rows.inner-embed-hidden"],
        says: "hidden behind those of seats, which connects them",
        mended: { as: "bob" },
      },
      { path: `/people?select=uid,rooms(id)&uid=eq.${B}`, as, codes: ["rows.embed-hidden"] },
    ],
  },
  "an accountant": {
    sql: `create table members (uid text primary key, org text); create table bills (id int primary key, org text, amount int); create table lines (id int primary key, bill int references bills);
      create function my_org() returns text language sql stable as $$ select coalesce(current_setting('request.jwt.claims', true)::json ->> 'org', (select org from members where uid = auth.uid())) $$;
      create policy m on members for select to authenticated using (uid = auth.uid()); create policy b on bills to authenticated using (org = my_org());
      create policy l on lines to authenticated using (exists (select 1 from bills b where b.id = bill and b.org = my_org() and b.amount > 5)); ${rls("members", "bills", "lines")} ${all} members, bills, lines to authenticated;`,
    seed: `insert into members values ('${A}', 'o1'); insert into bills values (1, 'o1', 3), (2, 'o2', 9), (3, null, 9); insert into lines values (1, 1), (2, 2)`,
    asks: [
      { path: "/bills?id=eq.1", as, codes: ["ok.rows"] },
      { path: "/bills?id=eq.2", as, codes: ["policies.hidden"], says: "my_org() is 'o1'" },
      { path: "/lines?id=eq.1", as, codes: ["policies.hidden"], says: "all of it but b.amount > 5" },
      {
        path: "/bills?id=eq.2",
        as,
        claims: { org: "o2" },
        codes: { v1: ["ok.rows"], v2: ["policies.claim-dropped"] },
        says: "this part is true",
      },
      { ...patch("/bills?id=eq.1", { org: "o2" }), codes: ["policies.using-as-check"] },
    ],
  },
  "a weather service": {
    modes: ["v2"],
    sql: `create table readings (station int, at date, owner text default auth.uid(), primary key (station, at)) partition by range (at); create table readings_26 partition of readings for values from ('2026-01-01') to ('2027-01-01');
      create policy r on readings to authenticated using (owner = auth.uid()); ${rls("readings", "readings_26")} ${all} readings, readings_26 to authenticated;`,
    seed: `insert into readings values (1, '2026-05-05', '${A}'), (2, '2026-05-05', '${B}')`,
    asks: [
      {
        ...post("/readings", { station: 1, at: "2026-05-05" }),
        codes: ["sql.unique"],
        says: "A row with this key exists already",
      },
      {
        ...post("/readings", { station: 2, at: "2026-05-05" }),
        codes: ["sql.unique-hidden"],
        says: "A row of readings",
      },
      { ...post("/readings", { station: 1, at: "2031-01-01" }), codes: ["sql.error"], says: "Add a partition" },
      {
        path: "/readings_26?station=eq.1",
        as,
        codes: ["policies.no-policy"],
        says: "Ask for readings instead",
        mended: { path: "/readings?station=eq.1" },
      },
    ],
  },
  "a farm": {
    sql: `create table fields (id int primary key, owner text, org text, lvl int); create table barns (id int primary key, owner uuid); create table silos (id int primary key, owner text);
      create policy f on fields for select to authenticated using (((current_setting('request.jwt.claims', true)::json ->> 'level')::int) >= lvl); create policy fd on fields for delete to authenticated using (current_setting('request.jwt.claims', true)::jsonb -> 'app' ->> 'admin' = 'true');
      create policy fi on fields for insert to authenticated with check (org = current_setting('app.org', true)); create policy b on barns to authenticated using (owner = nullif(auth.uid(), '')::uuid);
      create policy s on silos to authenticated using (owner = auth.uid()); create policy s2 on silos as restrictive to authenticated using (current_setting('request.headers', true)::json ->> 'x-key' = 'open'); ${rls("fields", "barns", "silos")} ${all} fields, barns, silos to authenticated;`,
    seed: `insert into fields values (1, '${A}', 'o1', 1); insert into barns values (1, gen_random_uuid()); insert into silos values (1, '${A}')`,
    asks: [
      {
        method: "DELETE",
        path: "/fields?id=eq.1",
        as,
        claims: { app: { admin: true }, level: 3 },
        modes: ["v2"],
        codes: ["policies.claim-dropped", "policies.claim-dropped"],
        says: "with app and level in request.jwt.claims",
      },
      { ...post("/fields", { id: 2, org: "o1" }), codes: ["policies.with-check"], says: "nothing sets app.org" },
      {
        path: "/silos",
        as,
        codes: ["policies.hidden"],
        says: "Send the header x-key",
        mended: { headers: { "x-key": "open" } },
      },
      { path: "/barns", as, codes: ["policies.uuid-cast"], mended: "fix", after: ["policies.hidden"] },
    ],
  },
  "a newspaper": {
    modes: ["v1"],
    sql: `create table staff (id text primary key, site text); create table pages (id int primary key, site text, body text); create policy st on staff for select to authenticated using (id = auth.uid()); create policy p on pages to authenticated using (site in (select site from staff where id = auth.uid())); ${rls("staff", "pages")}
      create view inmost as select * from pages where body is not null; create view middle with (security_invoker) as select * from inmost; create view outer_ as select id from middle; create view open with (security_invoker) as select * from pages;`,
    seed: `insert into staff values ('${A}', 's1'), ('${B}', 's2'); insert into pages values (1, 's1', 'x'), (3, 's2', 'y')`,
    asks: [
      {
        path: "/outer_?id=eq.3",
        as,
        codes: ["ok.view-bypasses-rls"],
        says: "the view inmost, through which outer_ reads,",
        mended: "fix",
        after: ["policies.hidden"],
      },
      { path: "/open?id=eq.3", as, codes: ["policies.hidden"], says: 'the sub-select gives s1."],"fix"' },
    ],
  },
  "a bank": {
    sql: `create table limits (owner text primary key, cap int); create table accounts (id int primary key, owner text default auth.uid(), balance numeric(8,2) not null default 0); create table transfers (id int primary key, source int, amount numeric);
      create function move() returns trigger language plpgsql security definer as $$ begin update accounts set balance = balance - new.amount where id = new.source; if not found then raise exception 'no such account'; end if; return new; end $$; create trigger m after insert on transfers for each row execute function move();
      create policy l on limits for select to authenticated using (owner = auth.uid()); create policy a on accounts for select to authenticated using (owner = auth.uid()); create policy ai on accounts for insert to authenticated with check (balance = 0); create policy au on accounts for update to authenticated using (owner = auth.uid());
      create policy t on transfers for insert to authenticated with check (amount <= (select cap from limits where limits.owner = auth.uid())); ${rls("limits", "accounts", "transfers")} ${all} limits, accounts, transfers to authenticated;`,
    seed: `insert into limits values ('${A}', 60); insert into accounts values (1, '${A}', 100)`,
    asks: [
      {
        ...post("/accounts", { id: 3, balance: 5 }),
        codes: ["policies.with-check"],
        says: "Send balance = 0.",
        mended: { body: { id: 3, balance: 0 } },
      },
      {
        ...patch("/accounts?id=eq.1", { owner: B }),
        codes: ["policies.using-as-check"],
        says: "a SELECT policy has to show the row as it is then",
      },
      {
        ...post("/transfers", { id: 1, source: 1, amount: 500 }),
        codes: ["policies.with-check"],
        says: "the sub-select on limits gives 60",
      },
      {
        ...post("/transfers", { id: 1, source: 1, amount: 50 }),
        codes: { v1: ["ok.written"], v2: ["sql.raised"] },
        says: "A SECURITY DEFINER function runs as",
        mended: "fix",
      },
    ],
  },
};
