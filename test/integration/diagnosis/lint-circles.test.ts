/** Which ways back to a policy's own table Postgres refuses: what lint says is held against Postgres itself. */
import { describe, expect, it } from "vitest";
import { modes } from "../../../src/project/mode/mode.ts";
import { lintSuite } from "./lint-suite.ts";

/** A chat: who joins a room must find it, and finds the rooms that they are in. `seen` is who sees participants. */
const chat = (seen: string) => `
create table rooms (id int primary key, open boolean not null default true);
create table participants (room_id int references rooms, user_id text not null default auth.uid(), primary key (user_id, room_id));
alter table rooms enable row level security;
alter table participants enable row level security;
grant select on rooms, participants to authenticated;
grant insert on participants to authenticated;
create policy seen on participants for select to authenticated using (${seen});
create policy joined on participants for insert to authenticated
  with check (user_id = (select auth.uid()) and exists (select from rooms r where r.id = room_id));
create policy rooms_open on rooms for select to authenticated using (open);
create policy rooms_joined on rooms for select to authenticated using (id in (select room_id from participants));
`;

const MINE = `create table notes (id int primary key, owner_id text not null default auth.uid());
create index on notes (owner_id);
alter table notes enable row level security;
grant select, insert on notes to authenticated;
`;

const counted = `${MINE}create policy few on notes for insert to authenticated with check ((select count(*) from notes) < 10);`;

/** `helper` is how the function runs, `to` whom the policy is for. */
const helped = (helper: string, to: string) => `${MINE}
create function owns() returns boolean language sql stable ${helper} as $$ select exists (select from notes where owner_id = auth.uid()) $$;
create policy seen on notes for select ${to} using (owns());
create policy added on notes for insert ${to} with check (owns());`;

const BARE = "Ask auth.uid() without a sub-select in policy seen on participants";

/** The same for rows that OR does not decide before. */
const helpedOr = helped("", "to authenticated").replace(
  "using (owns())",
  "using (owner_id = (select auth.uid()) or owns())",
);

describe.each(["v1", "v2"] as const)("circles on %s", (mode) => {
  const project = lintSuite(mode, [
    { about: "a way back to policies without a sub-select", sql: chat("user_id = auth.uid()"), found: [] },
    {
      about: "a way back to policies with one that reads nothing",
      sql: chat("user_id = (select auth.uid())"),
      found: [["policy-recursion", "Reads rooms, whose policies lead back to participants: 42P17"]],
    },
    {
      about: "an insert that counts rows which are seen without a sub-select",
      sql: `${counted}create policy seen on notes for select to authenticated using (owner_id = auth.uid());`,
      found: [],
    },
    {
      about: "an insert that counts rows which are seen with one",
      sql: `${counted}create policy seen on notes for select to authenticated using (owner_id = (select auth.uid()));`,
      found: [["policy-recursion", "so every insert fails with 42P17"]],
    },
    {
      about: "a helper that asks as its caller: its own policy for reading comes back, the one for inserting does not",
      sql: helped("", "to authenticated"),
      found: [["policy-recursion", "Calls owns(), which reads the policy's own table as whoever calls it"]],
    },
    {
      about: "a helper that OR may leave out",
      sql: helpedOr,
      found: [["policy-recursion", "unless the other side of OR decides for every row"]],
    },
    {
      about: "a helper that asks as its owner, whom FORCE binds on v2, under a policy for everybody",
      sql: helped("security definer set search_path from current", ""),
      found: mode === "v1" ? [] : [["policy-recursion", "whom FORCE binds and this policy is for as well"]],
    },
  ]);

  it.each([
    ["user_id = auth.uid()", false],
    ["user_id = (select auth.uid())", true],
  ] as const)("says 42P17 where Postgres does: %s", async (seen, refused) => {
    const { findings } = await project.run(chat(seen));
    expect(findings.map(({ fix }) => fix.text.includes(BARE))).toEqual(refused ? [true] : []);
    const { schema, userRole } = modes[mode].names(project.database.project);
    const joining = project.database.as(
      userRole,
      { sub: "alice" },
      `set local search_path = ${schema}`,
      "explain insert into participants (room_id) values (1)",
    );
    const code = await joining.then(
      () => null,
      (error: { code: string }) => error.code,
    );
    expect(code).toBe(refused ? "42P17" : null);
  });
});
