import { A, B, own, returning, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = { method: "POST", as } as const;
const patch = { method: "PATCH", as } as const;
const before = (table: string, events: string, body: string): string =>
  `create function ${table}_before() returns trigger language plpgsql as $$ begin ${body} end $$; create trigger guard before ${events} on ${table} for each row execute function ${table}_before();`;

/** What triggers change, refuse, or quietly leave out. */
export const triggers: Scenarios = {
  "triggers that have the last word": {
    modes: ["v2"],
    sql: `create table acc (id int primary key, owner text default auth.uid(), n int not null default 0); create table audit (who text); ${own("acc")} ${rls("audit")}
      create policy i on audit for insert to authenticated with check (who = auth.uid());
      create function audit_it() returns trigger language plpgsql as $$ begin insert into audit values (current_user); return new; end $$;
      create trigger audit_acc after update on acc for each row execute function audit_it();
      create table st (id int primary key, owner text default auth.uid()); ${own("st")} ${before("st", "insert", "new.owner := 'system'; return new;")}
      create table skip (id int primary key, owner text default auth.uid()); ${own("skip")} ${before("skip", "insert or update or delete", "if pg_trigger_depth() > 0 and current_user <> 'postgres' then return null; end if; return new;")}
      create table ver (id int primary key, owner text default auth.uid(), v int); ${own("ver")} ${before("ver", "update", "if new.v <> old.v + 1 then raise exception 'stale version %', new.v using errcode = '40001'; end if; return new;")}
      create table pay (id int primary key, owner text default auth.uid(), v int); ${own("pay")} ${before("pay", "insert", "if new.v > 9 then raise exception 'too much' using errcode = 'PT402', hint = 'pay less'; end if; return new;")}
      grant select, insert, update, delete on acc, st, skip, ver, pay to authenticated; grant insert on audit to authenticated;`,
    seed: `insert into acc values (1, '${A}', 1); insert into skip values (1, '${A}'), (2, '${B}'); insert into ver values (1, '${A}', 1)`,
    asks: [
      {
        ...patch,
        path: "/acc?id=eq.1",
        body: { n: 7 },
        codes: ["policies.with-check"],
        says: "Correct what audit_it() writes",
        mended:
          "create or replace function audit_it() returns trigger language plpgsql as $$ begin insert into audit values (auth.uid()); return new; end $$",
      },
      {
        ...post,
        path: "/st",
        body: { id: 1 },
        codes: ["policies.with-check"],
        says: "trigger guard (st_before()) changes it",
        mended: "drop trigger guard on st",
      },
      { ...post, path: "/skip", body: { id: 5 }, ...returning, codes: ["rows.trigger"], says: "it writes 1 row" },
      { ...patch, path: "/skip?id=eq.1", body: { owner: A }, codes: ["rows.trigger"], says: "of the UPDATE: guard" },
      { method: "DELETE", as, path: "/skip?id=eq.2", codes: ["policies.hidden-write"] },
      {
        method: "DELETE",
        as,
        path: "/skip?id=eq.1",
        codes: ["rows.trigger"],
        says: "return OLD",
        mended: "drop trigger guard on skip",
      },
      {
        ...patch,
        path: "/ver?id=eq.1",
        body: { v: 9 },
        codes: ["sql.raised"],
        says: "ver_before()",
        mended: { body: { v: 2 } },
      },
      {
        ...post,
        path: "/pay",
        body: { id: 1, v: 10 },
        codes: ["sql.raised"],
        says: "Hint: pay less",
        mended: { body: { id: 1, v: 2 } },
      },
    ],
  },
};
