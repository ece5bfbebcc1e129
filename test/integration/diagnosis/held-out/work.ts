import { A, B, definer, ownerSees, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = (path: string, body: unknown, who = as) => ({ method: "POST", path, body, as: who });
const patch = (path: string, body: unknown, who = as) => ({ method: "PATCH", path, body, as: who });

/** Folders within folders, hours of opening, logs written by triggers. */
export const work: Scenarios = {
  "folders that pass their shares on": {
    sql: `create table folders (id int primary key, up int references folders, owner text default auth.uid()); create table shares (folder int, who text, can_write boolean); create table files (id int primary key, folder int references folders); ${rls("folders", "shares", "files")} ${ownerSees("folders", "shares")}
      create function can_read(f int) returns boolean language sql stable as $$ with recursive path as (select * from folders where id = f union all select p.* from folders p join path on p.id = path.up) select exists (select 1 from path where owner = auth.uid()) or exists (select 1 from path join shares s on s.folder = path.id where s.who = auth.uid()) $$;
      create function can_write(f int) returns boolean language sql ${definer} as $$ with recursive path as (select * from folders where id = f union all select p.* from folders p join path on p.id = path.up) select exists (select 1 from path left join shares s on s.folder = path.id and s.who = auth.uid() where path.owner = auth.uid() or s.can_write) $$;
      create policy own on folders to authenticated using (owner = auth.uid()); create policy own on shares for select to authenticated using (who = auth.uid()); create policy s on files for select to authenticated using (can_read(folder)); create policy i on files for insert to authenticated with check (can_write(folder));
      grant select, insert on folders, files, shares to authenticated;`,
    seed: `insert into folders values (1, null, '${B}'), (2, 1, '${B}'), (3, 2, '${B}'); insert into shares values (1, '${A}', false); insert into files values (1, 3)`,
    asks: [
      {
        path: "/files?id=eq.1",
        as,
        codes: ["policies.subselect-hidden"],
        says: "The WITH query path has no row: row security hides the row of folders that meets id = f",
        mended: "alter function can_read(int) security definer",
      },
      {
        ...post("/files", { id: 8, folder: 3 }),
        codes: ["policies.with-check"],
        says: "3 rows of path and shares meet all of it but path.owner = auth.uid() or s.can_write",
      },
      {
        ...post("/files", { id: 8, folder: 99 }),
        codes: ["policies.with-check"],
        says: "no row of folders meets id = f: f is 99",
      },
      { ...post("/folders", { id: 9, up: 1 }), codes: ["ok.written"] },
    ],
  },
  "hours of opening": {
    sql: `create table exams (id int primary key, opens timestamptz, closes timestamptz, during tstzrange); create table answers (id int primary key, exam int, who text default auth.uid(), at timestamptz default now()); ${rls("exams", "answers")} ${ownerSees("exams")}
      create function is_open(e int) returns boolean language plpgsql ${definer} as $$ declare x exams; begin select * into x from exams where id = e; if x.id is null then return false; end if;
        if x.during is not null then return x.during @> now(); end if; return now() between x.opens and x.closes; end $$;
      create policy e on exams for select to authenticated using (opens <= now() and (closes is null or closes > now())); create policy i on answers for insert to authenticated with check (who = auth.uid() and is_open(exam));
      create policy s on answers for select to authenticated using (who = auth.uid()); create policy u on answers for update to authenticated using (at > now() - interval '10 minutes'); grant select on exams to authenticated; grant select, insert, update on answers to authenticated;`,
    seed: `insert into exams values (1, now() + interval '1 day', null, null), (2, now() - interval '9 day', now() - interval '8 day', null), (3, now() - interval '1 h', now() + interval '1 h', null), (4, now(), null, tstzrange(now() + interval '1 h', null)); insert into answers values (1, 3, '${A}', now() - interval '1 h')`,
    asks: [
      { path: "/exams?id=eq.2", as, codes: ["policies.hidden"], says: "wants closes > now()" },
      {
        ...post("/answers", { id: 9, exam: 2 }),
        codes: ["policies.with-check"],
        says: "which wants now() <= (SELECT closes from exams where id = e LIMIT 1)",
        mended: { body: { id: 9, exam: 3 } },
      },
      { ...post("/answers", { id: 9, exam: 4 }), codes: ["policies.with-check"], says: "@> now(), and the sub-select" },
      { ...post("/answers", { id: 9, exam: 7 }), codes: ["policies.with-check"], says: "no row of exams meets id = e" },
      {
        ...patch("/answers?id=eq.1", { exam: 3 }),
        codes: ["policies.hidden-write"],
        says: "wants at > (now() - '00:10:00'::interval)",
      },
    ],
  },
  "a function's row that a trigger fails on next": {
    sql: `create table members (org int, who text); create table docs (id int generated always as identity primary key, org int); create table log (what int); ${rls("members", "docs", "log")}
      create function is_member(o int) returns boolean language sql ${definer} as $$ select exists (select 1 from members m where m.org = o and m.who = auth.uid()) $$; create policy d on docs to authenticated using (is_member(org));
      create function add_doc(o int) returns void language sql as $$ insert into docs (org) values (o) $$; create function log_doc() returns trigger language plpgsql as $$ begin insert into log values (new.id); return new; end $$;
      create trigger l after insert on docs for each row execute function log_doc(); revoke all on log from authenticated, anon; grant select, insert on docs to authenticated;`,
    seed: `insert into members values (1, '${A}'), (2, '${B}')`,
    asks: [
      {
        ...post("/rpc/add_doc", { o: 1 }, "bob"),
        codes: ["policies.with-check"],
        says: "Without row security the write meets 42501: permission denied for table log.",
      },
      {
        ...post("/rpc/add_doc", { o: 1 }, "bob"),
        modes: ["v2"],
        codes: ["policies.with-check"],
        says: "is_member(integer) finds nothing for anybody",
      },
      {
        ...post("/rpc/add_doc", { o: 1 }),
        codes: { v2: ["policies.definer-owner"], v1: ["grants.function-body", "policies.no-policy"] },
      },
    ],
  },
  "a log and a count, kept by triggers": {
    sql: `create table docs (id int primary key, owner text default auth.uid(), title text); create table audit_log (id bigint generated always as identity primary key, who text default auth.uid()); create table counters (owner text primary key, n int); ${rls("docs", "audit_log", "counters")}
      create policy d on docs to authenticated using (owner = auth.uid()); create policy s on audit_log for select to authenticated using (who = auth.uid()); create policy s on counters for select to authenticated using (owner = auth.uid());
      create function log_it() returns trigger language plpgsql as $$ begin insert into audit_log default values; return new; end $$;
      create function count_it() returns trigger language plpgsql security definer set search_path from current as $$ begin insert into counters values (new.owner, 1) on conflict (owner) do update set n = counters.n + 1; return new; end $$;
      create trigger l after update on docs for each row execute function log_it(); create trigger c after insert on docs for each row execute function count_it();
      revoke all on audit_log from authenticated, anon; grant select, insert, update on docs to authenticated; grant select on audit_log, counters to authenticated;`,
    seed: `alter table docs disable trigger all; insert into docs values (1, '${A}'); alter table docs enable trigger all`,
    asks: [
      {
        ...patch("/docs?id=eq.1", { title: "n" }),
        codes: ["grants.function-body", "policies.other-command"],
        says: "if users are not to write audit_log themselves, make log_it() SECURITY DEFINER",
      },
      {
        ...post("/docs", { id: 5 }),
        modes: ["v2"],
        codes: ["policies.definer-owner"],
        says: "ON CONFLICT DO UPDATE reads and changes rows as well",
        mended: "fix",
      },
      { ...post("/docs", { id: 6 }), codes: ["ok.written"] },
    ],
  },
};
