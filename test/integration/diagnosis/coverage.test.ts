import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyCoverage } from "../../../src/diagnosis/coverage/coverage.ts";
import { renderCoverage } from "../../../src/diagnosis/coverage/render.ts";
import { type CoverageReport, isNeverEvaluated, type PartCoverage } from "../../../src/diagnosis/coverage/types.ts";
import { sqlTexts } from "../../../src/diagnosis/sources.ts";
import type { TrapRequest } from "../../../src/diagnosis/traps/schema.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { DEMO_DIRECTORY, loadProject } from "../../../src/project/project.ts";
import type { Trace } from "../../../src/trace/trace.ts";
import { diagnosisContext } from "../../support/diagnosis.ts";
import { clusterFor, type Emulator, startEmulator } from "../../support/emulator.ts";

let cluster: RunningCluster;
let emulator: Emulator;
let report: CoverageReport;

const requests: TrapRequest[] = [
  { path: "/notes", as: "alice" },
  { path: "/notes", as: "alice" },
  { path: "/posts?title=eq.Unfinished%20thoughts&select=title,comments(body)", as: "bob" },
  { path: "/documents", as: "alice", claims: { org_id: "org_2acme0000000000000000000000" } },
  { method: "POST", path: "/notes", as: "bob", body: { body: "Tune the guitar" } },
  { method: "PATCH", path: "/notes?body=eq.Call%20the%20bank", as: "bob", body: { pinned: true } },
  { method: "DELETE", path: "/notes?body=eq.Buy%20oat%20milk", as: "alice" },
  { method: "POST", path: "/rpc/whoami", as: "bob" },
  { path: "/notes" },
];

beforeAll(async () => {
  cluster = await clusterFor("v2");
  const project = await loadProject(DEMO_DIRECTORY);
  emulator = await startEmulator(cluster, project, "v2");
  const traces: Trace[] = [];
  for (const request of requests) traces.push((await emulator.ask(request)).trace);
  report = await policyCoverage(traces, "v2", diagnosisContext(emulator, sqlTexts(project.migrations)));
});
afterAll(async () => {
  await emulator.close();
  await cluster.stop();
});

const policy = (name: string) => report.policies.find((one) => one.policy === name)!;
const counts = ({ true: yes, false: no, null: unknown }: PartCoverage) => [yes, no, unknown];
const using = (name: string) => policy(name).clauses.find(({ clause }) => clause === "using")!.expression!;

describe("coverage of policies", () => {
  it("counts true and false over rows and requests", () => {
    // Twice alice over the three rows that are left at the end, once bob over the row his PATCH filtered.
    expect(counts(using("notes_select"))).toEqual([2, 5, 0]);
    expect(counts(using("notes_update"))).toEqual([0, 1, 0]);
  });

  it("splits expressions into their parts", () => {
    const whole = using("posts_select");
    expect(whole.operator).toBe("or");
    expect(counts(whole)).toEqual([0, 1, 0]);
    expect(whole.parts.map(({ text }) => text)).toEqual(["published", "author_id = auth.uid()"]);
    expect(whole.parts.map(counts)).toEqual([
      [0, 1, 0],
      [0, 1, 0],
    ]);
  });

  it("says NULL where it is NULL", () => {
    expect(counts(using("documents_of_the_organisation"))).toEqual([0, 0, 2]);
  });

  it("asks WITH CHECK of the row that was written", () => {
    const [check] = policy("notes_insert").clauses;
    expect(check).toMatchObject({ clause: "check", evaluated: 1, expression: { true: 1, false: 0, null: 0 } });
  });

  it("does not ask WITH CHECK of a row that USING hid", () => {
    expect(policy("notes_update").clauses).toMatchObject([
      { clause: "using", evaluated: 1 },
      { clause: "check", evaluated: 0 },
    ]);
  });

  it("counts what was deleted, though it is gone", () => {
    expect(policy("notes_delete")).toMatchObject({ deleted: 1 });
  });

  it("lists the policies that nothing asked", () => {
    const never = report.policies.filter(isNeverEvaluated).map((one) => one.policy);
    expect(never).toEqual([
      "audit_log_select",
      "comments_delete",
      "comments_insert",
      "posts_delete",
      "posts_insert",
      "posts_update",
      "profiles_insert",
      "profiles_select",
      "profiles_update",
    ]);
  });

  it("tells which requests said nothing about policies", () => {
    expect(report).toMatchObject({ mode: "v2", requests: 9, passedOver: 2 });
  });

  it("reads well", () => {
    const text = renderCoverage(report);
    expect(text).toContain("v2: 7 of 16 policies evaluated, over 9 requests (2 without rows to ask about).");
    expect(text).toContain("notes.notes_select (SELECT)  migrations/001_notes.sql:");
    expect(text).toContain("  using\n    OR: false 1\n      published: false 1\n      author_id = auth.uid(): false 1");
    expect(text).toContain("Never evaluated:\n  audit_log.audit_log_select (SELECT)");
  });

  it("changes nothing", async () => {
    const before = await emulator.ask({ path: "/notes?select=*&order=id", as: "alice" });
    const traces = [
      (await emulator.ask({ method: "PATCH", path: "/notes?id=gt.0", as: "alice", body: { pinned: true } })).trace,
    ];
    const changed = await emulator.ask({ path: "/notes?select=*&order=id", as: "alice" });
    await policyCoverage(traces, "v2", diagnosisContext(emulator));
    const after = await emulator.ask({ path: "/notes?select=*&order=id", as: "alice" });
    expect(String(after.response.body)).toBe(String(changed.response.body));
    expect(String(before.response.body)).not.toBe(String(after.response.body));
  });
});
