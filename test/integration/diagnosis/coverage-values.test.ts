/** Counts worked out by hand, over expressions whose parts are true, false and NULL. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { policyCoverage } from "../../../src/diagnosis/coverage/coverage.ts";
import { renderCoverage } from "../../../src/diagnosis/coverage/render.ts";
import type { CoverageReport } from "../../../src/diagnosis/coverage/types.ts";
import type { TrapRequest } from "../../../src/diagnosis/traps/schema.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { modes } from "../../../src/project/mode/mode.ts";
import { DEMO_DIRECTORY, loadProject } from "../../../src/project/project.ts";
import type { Trace } from "../../../src/trace/trace.ts";
import { diagnosisContext } from "../../support/diagnosis.ts";
import { clusterFor, type Emulator, startEmulator } from "../../support/emulator.ts";

let cluster: RunningCluster;
let emulator: Emulator;

beforeAll(async () => {
  cluster = await clusterFor("v2");
  const project = await loadProject(DEMO_DIRECTORY);
  emulator = await startEmulator(cluster, project, "v2");
  const { schema, userRole } = modes.v2.names(project.identity);
  const [alice, bob] = project.users.map(({ id }) => id);
  await emulator.admin((client) =>
    client.query(`set search_path = ${schema};
      create table members (team_id int, user_id text);
      create table docs (id int primary key, owner_id text, team_id int, level int, state text, until date);
      create table many (id int primary key);
      insert into members values (1, '${alice}'), (2, '${bob}');
      insert into docs values (1, '${alice}', 1, 1, 'draft', null), (2, '${alice}', null, 9, 'hidden', null),
        (3, '${bob}', 1, 2, 'draft', '2026-05-01'), (4, '${bob}', 1, 3, 'draft', '2025-01-01'),
        (5, null, 2, null, 'public', null), (6, null, 2, 4, 'public', null);
      insert into many select generate_series(1, 300);
      alter table members enable row level security; alter table docs enable row level security; alter table many enable row level security;
      grant select on members, docs, many to ${userRole}; grant insert on docs to ${userRole};
      create policy members_own on members for select to ${userRole} using (user_id = auth.uid());
      create policy docs_read on docs for select to ${userRole} using (
        (owner_id = auth.uid() and state <> 'hidden') or (team_id in (select team_id from members) and not level > 2));
      create policy docs_case on docs for select to ${userRole} using (case when state = 'public' then level < 5 else false end);
      create policy docs_until on docs as restrictive for select to ${userRole} using (until is null or until > '2026-01-01');
      create policy docs_add on docs for insert to ${userRole} with check (owner_id = auth.uid() and (level is null or level < 4));
      create policy many_read on many for select to ${userRole} using (id > 100);`),
  );
  await emulator.reload();
});
afterAll(async () => {
  await emulator.close();
  await cluster.stop();
});

async function covered(...requests: TrapRequest[]): Promise<CoverageReport> {
  const traces: Trace[] = [];
  for (const request of requests) traces.push((await emulator.ask(request)).trace);
  return policyCoverage(traces, "v2", diagnosisContext(emulator));
}

const blockOf = (report: CoverageReport, policy: string): string =>
  renderCoverage(report)
    .split("\n\n")
    .find((block) => block.startsWith(policy))!;

it("counts AND, OR, NOT, sub-selects and CASE, and NULL wherever it comes from", async () => {
  const report = await covered({ path: "/docs", as: "alice" });
  expect(blockOf(report, "docs.docs_read")).toBe(`docs.docs_read (SELECT)
  using
    OR: true 2, false 2, NULL 2
      AND: true 1, false 3, NULL 2
        owner_id = auth.uid(): true 2, false 2, NULL 2
        state <> 'hidden'::text: true 5, false 1
      AND: true 2, false 4
        team_id IN ( SELECT members.team_id FROM members): true 3, false 2, NULL 1
        NOT: true 2, false 3, NULL 1
          level > 2: true 3, false 2, NULL 1`);
  expect(blockOf(report, "docs.docs_case")).toContain(`CASE: true 1, false 4, NULL 1
      state = 'public'::text: true 2, false 4
      level < 5: true 1, NULL 1`);
  expect(blockOf(report, "docs.docs_until")).toContain("OR: true 5, false 1");
  expect(blockOf(report, "docs.docs_until")).toContain("until > '2026-01-01'::date: true 1, false 1, NULL 4");
});

it("sees a policy that only the sub-selects of others ask", async () => {
  const within = "Asked only in sub-selects of others, where rows are not counted:\n  members.members_own (SELECT)";
  expect(renderCoverage(await covered({ path: "/docs", as: "alice" }))).toContain(within);
  expect(renderCoverage(await covered({ path: "/many", as: "alice" }))).not.toContain(within);
});

it("asks the policies for reading about a new row that is wanted back, unless its check refused it", async () => {
  const alice = emulator.project.users[0]!.id;
  const add = (id: number, level: number): TrapRequest => ({
    method: "POST",
    path: "/docs",
    as: "alice",
    body: { id, owner_id: alice, level, state: "draft" },
    headers: { Prefer: "return=representation" },
  });
  const report = await covered(add(10, 1), add(11, 7));
  expect(blockOf(report, "docs.docs_add")).toContain("AND: true 1, false 1");
  expect(blockOf(report, "docs.docs_case")).toContain(`CASE: false 1
      state = 'public'::text: false 1
      level < 5: never`);
});

it("looks at all rows of a test's data, and says where it stopped", async () => {
  const report = await covered({ path: "/many", as: "alice" }, { path: "/many?id=lt.151", as: "alice" });
  expect(blockOf(report, "many.many_read")).toContain("id > 100: true 150, false 200");
  expect(report.notes).toEqual(["Of many, the first 200 rows were asked about for each request; it has more."]);
});
