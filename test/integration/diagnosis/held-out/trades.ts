import { A, rls, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = (path: string, body: unknown) => ({ method: "POST", path, body, as });
const patch = (path: string, body: unknown) => ({ method: "PATCH", path, body, as });
const all = "grant select, insert, update, delete on";

/** Projects of several trades: two reasons at once, remedies that were none, rows taken for others. */
export const trades: Scenarios = {
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
};
