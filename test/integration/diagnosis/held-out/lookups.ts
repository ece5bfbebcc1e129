import { A, B, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = (path: string, body: unknown) => ({ method: "POST", path, body, as });
const one = (table: string) => `(select org from ${table} where member = auth.uid())`;
const under = (table: string, source: string) =>
  `create table ${table} (id int primary key, org text); create policy d on ${table} to authenticated using (org = ${one(source)});`;

/** Values that a policy fetches from another table. */
export const lookups: Scenarios = {
  "a policy that looks one value up": {
    modes: ["v2"],
    sql: `create table members (org text, member text); create table closed (org text, member text); create table secret (org text, member text); create table profiles (id text primary key, admin boolean);
      revoke all on secret from authenticated; ${under("docs", "members")} ${under("drafts", "closed")} ${under("notes", "secret")} create table logs (id int primary key);
      create policy m on members for select to authenticated using (member = auth.uid()); create policy p on profiles for select to authenticated using (id = auth.uid());
      create policy l on logs for select to authenticated using ((select admin from profiles where id = auth.uid())); ${rls("members", "closed", "profiles", "docs", "drafts", "notes", "logs")}
      grant select, insert on members, closed, profiles, docs, drafts, notes, logs to authenticated;`,
    seed: `insert into members values ('o1', '${A}'), (null, '${B}'); insert into closed values ('o1', '${A}'); insert into secret values ('o1', '${A}'); insert into docs values (1, 'o1'), (2, 'o2'); insert into drafts values (1, 'o1'); insert into notes values (1, 'o1'); insert into logs values (1)`,
    asks: [
      { path: "/docs?id=eq.1", as, codes: ["ok.rows"] },
      { path: "/docs?id=eq.2", as, codes: ["policies.hidden"], says: "the sub-select on members gives 'o1'" },
      {
        path: "/docs?id=eq.1",
        as: "bob",
        codes: ["policies.hidden"],
        says: "finds one row, and what it selects is NULL",
      },
      {
        path: "/docs?id=eq.1",
        as: "carol",
        codes: ["policies.hidden"],
        says: "finds no row, so it gives NULL: no row of",
      },
      {
        ...post("/docs", { id: 3, org: "o9" }),
        codes: ["policies.with-check"],
        mended: { body: { id: 3, org: "o1" } },
      },
      { path: "/drafts", as, codes: ["policies.subselect-hidden", "policies.no-policy"], says: "hides 1 row from it" },
      { path: "/notes", as, codes: ["grants.policy-table"], mended: "fix" },
      { path: "/logs", as, codes: ["policies.hidden"], says: "The sub-select on profiles finds no row" },
      {
        path: "/docs?id=eq.2",
        as,
        before: `insert into members values ('o2', '${A}')`,
        codes: ["policies.error"],
        says: "finds 2 rows (o1, o2) where one value is wanted",
        mended: "fix",
      },
    ],
  },
};
