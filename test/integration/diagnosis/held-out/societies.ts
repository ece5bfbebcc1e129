import { A, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = (path: string, body: unknown) => ({ method: "POST", path, body, as });
const patch = (path: string, body: unknown) => ({ method: "PATCH", path, body, as });
const all = "grant select, insert, update, delete on";

/** Policies that say too little, and what societies, teams and shops have besides owners. */
export const societies: Scenarios = {
  "policies without their expression": {
    sql: `create table clubs (id int primary key, owner text default auth.uid()); create table halls (id int primary key, name text); create table keys (id int primary key, owner text default auth.uid());
      create policy c on clubs to authenticated with check (owner = auth.uid()); create policy h on halls for select to authenticated using (true); create policy hi on halls for insert to authenticated;
      create policy k on keys for select to authenticated using (owner = auth.uid()); create policy ku on keys for update to authenticated with check (owner = auth.uid()); ${rls("clubs", "halls", "keys")} ${all} clubs, halls, keys to authenticated;`,
    seed: `insert into clubs values (1, '${A}'); insert into halls values (1, 'x'); insert into keys values (1, '${A}')`,
    asks: [
      {
        path: "/clubs",
        as,
        codes: ["policies.no-expression"],
        says: "ALTER POLICY c ON clubs USING (owner = auth.uid());",
        mended: "fix",
      },
      { ...post("/halls", { id: 2 }), codes: ["policies.no-expression"], says: "has no WITH CHECK", mended: "fix" },
      {
        ...patch("/keys?id=eq.1", { id: 3 }),
        codes: ["policies.no-expression"],
        says: "does not stand in for USING",
        mended: "fix",
      },
    ],
  },
};
