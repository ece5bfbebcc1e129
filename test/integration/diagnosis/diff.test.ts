import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainDifference } from "../../../src/diagnosis/diff/difference.ts";
import { renderDifference } from "../../../src/diagnosis/diff/render.ts";
import type { Sides } from "../../../src/diagnosis/diff/types.ts";
import { findTrap } from "../../../src/diagnosis/traps/load.ts";
import type { TrapRequest } from "../../../src/diagnosis/traps/schema.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import type { ModeName } from "../../../src/project/mode/types.ts";
import { loadProject } from "../../../src/project/project.ts";
import { explainRequest } from "../../support/diagnosis.ts";
import { clusterFor, type Emulator, startEmulator } from "../../support/emulator.ts";
import { becomeTrap } from "../../support/traps.ts";

const both = ["v1", "v2"] as const;
const clusters: RunningCluster[] = [];
let emulators: Record<ModeName, Emulator>;

beforeAll(async () => {
  const project = await loadProject(findTrap("21")!.directory);
  const start = async (mode: ModeName) => {
    const cluster = await clusterFor(mode);
    clusters.push(cluster);
    return startEmulator(cluster, project, mode);
  };
  emulators = { v1: await start("v1"), v2: await start("v2") };
});
afterAll(async () => {
  for (const mode of both) await emulators[mode].close();
  for (const cluster of clusters) await cluster.stop();
});

async function differ(request: TrapRequest, trap?: string) {
  if (trap !== undefined) for (const mode of both) await becomeTrap(emulators[mode], findTrap(trap)!, "broken");
  const side = (mode: ModeName) => explainRequest(emulators[mode], request);
  const sides: Sides = { v1: await side("v1"), v2: await side("v2") };
  const difference = explainDifference(sides, emulators.v1.project.identity);
  return { difference, text: renderDifference(sides, difference), because: difference.because.join(" ") };
}

describe("the same request in both modes", () => {
  it("is the same where the project says the same", async () => {
    const { difference } = await differ({ path: "/notes", as: "alice" }, "21");
    expect(difference).toMatchObject({ same: true, title: "Both modes answer 200, and the same.", because: [] });
  });

  it("tells the order of rows where nothing else differs", async () => {
    for (const mode of both) await becomeTrap(emulators[mode], findTrap("21")!, "broken");
    const last = `with gone as (delete from api.notes where body = 'Buy oat milk' returning owner_id, body)
      insert into api.notes (owner_id, body) select owner_id, body from gone`;
    await emulators.v1.admin((client) => client.query(last));
    const { difference } = await differ({ path: "/notes?select=body", as: "alice" });
    expect(difference.points).toContainEqual({
      aspect: "body",
      v1: 'the same 2 rows in another order: row 1 is {"body":"Call the bank"}',
      v2: 'the same 2 rows in another order: row 1 is {"body":"Buy oat milk"}',
    });
  });

  it("differs where v2 drops a claim", async () => {
    const claims = { org_id: "org_2acme0000000000000000000000" };
    const { difference, because } = await differ({ path: "/documents", as: "alice", claims }, "9");
    expect(difference.title).toBe("Both modes answer 200, with different bodies.");
    expect(difference.points).toContainEqual({
      aspect: "body",
      v1: expect.stringMatching(/^1 row, only here: \{.*Roadmap/),
      v2: "0 rows",
    });
    expect(difference.points).toContainEqual({
      aspect: "claims",
      v1: "org_id is 'org_2acme0000000000000000000000'",
      v2: "org_id is NULL",
    });
    expect(because).toContain("the v2 gateway passes on sub and email only and drops org_id");
  });

  it("differs where v1 grants by itself", async () => {
    const request: TrapRequest = { method: "POST", path: "/notes", as: "alice", body: { body: "x" } };
    const { difference, because } = await differ(request, "31");
    expect(difference.title).toBe("v1 answers 201, v2 answers 403.");
    expect(because).toContain("On v1 a new table comes with all privileges for every role");
  });

  it("differs where a view reads as its owner", async () => {
    const { because } = await differ({ path: "/note_titles", as: "alice" }, "15");
    expect(because).toContain("A view without security_invoker reads as its owner");
  });

  it.each<[string, TrapRequest, string, string]>([
    [
      "a token just expired",
      { path: "/notes", as: "alice", expiresIn: -10 },
      "v1 answers 200, v2 answers 401.",
      "30 s of leeway",
    ],
    ["no token", { path: "/notes" }, "Both modes answer 401, with different bodies.", "v1 runs such a request as anon"],
    [
      "an unknown role",
      { path: "/notes", as: "alice", claims: { role: "admin" } },
      "v1 answers 400, v2 answers 200.",
      "v2 ignores the claim",
    ],
    [
      "/rest/v1",
      { path: "/rest/v1/notes", as: "alice" },
      "v1 answers 200, v2 answers 404.",
      "v1's edge cuts /rest/v1 off",
    ],
    [
      "a profile",
      { path: "/notes", as: "alice", headers: { "Accept-Profile": "public" } },
      "v1 answers 404, v2 answers 200.",
      "v1 honours Accept-Profile",
    ],
  ])("explains %s", async (_, request, title, reason) => {
    await becomeTrap(emulators.v1, findTrap("21")!, "broken");
    await becomeTrap(emulators.v2, findTrap("21")!, "broken");
    const { difference, because } = await differ(request);
    expect(difference.title).toBe(title);
    expect(because).toContain(reason);
  });

  it("explains statuses that PostgREST's versions disagree on", async () => {
    const { difference, text } = await differ({ path: "/members", as: "alice" }, "11");
    expect(difference.title).toBe("v1 answers 400, v2 answers 500.");
    expect(text).toContain("The cause is the same; PostgREST 12.0.2 (v1) and 12.2.12 (v2)");
    expect(text).toContain("  status\n    v1  400\n    v2  500\n");
  });
});
