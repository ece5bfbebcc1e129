/** Differences between the modes that no trap shows: each by the mechanism that makes it. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { explainDifference } from "../../../src/diagnosis/diff/difference.ts";
import type { Difference } from "../../../src/diagnosis/diff/types.ts";
import type { TrapRequest } from "../../../src/diagnosis/traps/schema.ts";
import type { ModeName } from "../../../src/project/mode/types.ts";
import { type Bench, startBench } from "../../support/explain.ts";
import { A, B, own, rls } from "./held-out/scenario.ts";

const scenario = {
  sql: `create function jwt() returns jsonb language sql stable as $$ select current_setting('request.jwt.claims', true)::jsonb $$;
    create table by_role (id int primary key); ${rls("by_role")} create policy p on by_role for select to authenticated using (jwt() ->> 'role' = 'authenticated');
    create table by_user (id int primary key, who text); ${rls("by_user")} create policy p on by_user for select to authenticated using (who = current_user);
    create table emp (id text primary key, manager text); ${rls("emp")} create function leads(e text) returns boolean language sql stable security definer as $$ select exists (select 1 from emp where id = e and manager = auth.uid()) $$;
    create policy self on emp for select to authenticated using (id = auth.uid()); create policy leads on emp for select to authenticated using (leads(id));
    create table n (id int primary key, owner text); ${own("n")} create policy gone on n as restrictive for delete to authenticated using (false); grant select on n to authenticated;
    create table log (id int primary key, at timestamptz default now(), ref uuid default gen_random_uuid()); ${rls("log")} create policy r on log for select to authenticated using (true);
    create function slow() returns int language plpgsql stable set statement_timeout = '100ms' as $$ begin perform pg_sleep(0.4); return 1; end $$;`,
  seed: `insert into by_role values (1); insert into by_user values (1, 'authenticated'); insert into emp values ('${A}', null), ('${B}', '${A}'); insert into n values (1, '${A}'); insert into log values (1)`,
};

let benches: Record<ModeName, Bench>;
beforeAll(async () => {
  benches = { v1: await startBench("v1"), v2: await startBench("v2") };
  for (const bench of Object.values(benches)) await bench.become(scenario);
});
afterAll(async () => {
  for (const bench of Object.values(benches)) await bench.close();
});

it.each<[string, TrapRequest, string]>([
  ["the claim role", { path: "/by_role", as: "alice" }, "puts its own role in place of the token's"],
  ["the role's own name", { path: "/by_user", as: "alice" }, "requests run as authenticated on v1 and as t_"],
  ["a helper that sees less", { path: "/emp", as: "alice" }, "A SECURITY DEFINER function runs as its owner"],
  [
    "a GRANT in front of a policy",
    { method: "DELETE", path: "/n?id=eq.1", as: "alice" },
    "On v1 a new table comes with",
  ],
  ["a function's own timeout", { path: "/rpc/slow", as: "alice" }, "a function's own counts there"],
])("explains %s", async (_, request, reason) => {
  expect((await differ(request)).because.join(" ")).toContain(reason);
});

it("takes what each database made by itself for no difference", async () => {
  expect(await differ({ path: "/log?select=at,ref", as: "alice" })).toMatchObject({
    same: true,
    title: "Both modes answer 200, and the same, but for values that each database made by itself.",
    points: [{ aspect: "values made", v1: expect.stringMatching(/^at is '.+' and ref is '.+'$/) }],
  });
});

async function differ(request: TrapRequest): Promise<Difference> {
  const { project } = benches.v1.emulator;
  return explainDifference({ v1: await benches.v1.why(request), v2: await benches.v2.why(request) }, project.identity);
}
