import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareMatrix } from "../../../src/diagnosis/matrix/compare.ts";
import { runMatrix } from "../../../src/diagnosis/matrix/run.ts";
import { cellText, readSnapshot, writeSnapshot } from "../../../src/diagnosis/matrix/snapshot.ts";
import type { Matrix, MatrixSubject } from "../../../src/diagnosis/matrix/types.ts";
import type { RunningCluster } from "../../../src/postgres/server.ts";
import { modes } from "../../../src/project/mode/mode.ts";
import { DEMO_DIRECTORY, loadProject } from "../../../src/project/project.ts";
import { clusterFor, type Emulator, startEmulator } from "../../support/emulator.ts";

async function matrixOf(emulator: Emulator): Promise<Matrix> {
  const { mode, project, admin } = emulator;
  const site = await emulator.rollingBack();
  const subjects: MatrixSubject[] = [
    ...project.users.slice(0, 2).map(({ name, id }) => ({ name, id })),
    { name: "anon", id: null },
  ];
  try {
    return await runMatrix({
      mode,
      project: project.identity,
      admin,
      subjects,
      request: async (request, as) => {
        const token = as.id === null ? [] : [["Authorization", `Bearer ${emulator.token(as.name)}`] as const];
        return (await site.send({ ...request, headers: [...token, ...request.headers] })).response;
      },
    });
  } finally {
    await site.close();
  }
}

describe.each(["v1", "v2"] as const)("the demo's matrix on %s", (mode) => {
  let cluster: RunningCluster;
  let emulator: Emulator;
  let matrix: Matrix;
  beforeAll(async () => {
    cluster = await clusterFor(mode);
    emulator = await startEmulator(cluster, await loadProject(DEMO_DIRECTORY), mode);
    matrix = await matrixOf(emulator);
  });
  afterAll(async () => {
    await emulator.close();
    await cluster.stop();
  });

  const cell = (subject: string, verb: string, table: string) => {
    const found = matrix.cells.find((one) => one.subject === subject && one.verb === verb && one.table === table);
    return found === undefined ? undefined : `${found.outcome} ${cellText(found)}`;
  };

  it("tells rows seen, rows touched, allowed and denied apart", () => {
    expect(cell("alice", "GET", "notes")).toBe("allowed 200 (2 rows)");
    expect(cell("bob", "GET", "notes")).toBe("allowed 200 (1 row)");
    expect(cell("alice", "POST", "notes")).toBe("allowed 201");
    expect(cell("alice", "PATCH", "posts")).toBe("allowed 204 (2 rows)");
    expect(cell("bob", "DELETE", "comments")).toBe("allowed 204 (1 row)");
    expect(cell("alice", "DELETE", "comments")).toBe("nothing 204 (none)");
    expect(cell("alice", "GET", "audit_log")).toBe("denied 403 42501");
    expect(cell("anon", "GET", "notes")).toBe(mode === "v1" ? "denied 401 42501" : "denied 401");
  });

  it("asks for a new row with what must be given", () => {
    // post_id refers to a post that exists; author_id and id have defaults.
    expect(cell("alice", "POST", "comments")).toBe("allowed 201");
    // The profile is there already, and a unique key is asked for after privileges and policies.
    expect(cell("alice", "POST", "profiles")).toBe("allowed 409 23505");
  });

  it("writes through views", () => {
    const writes = mode === "v1" ? ["allowed 201", "allowed 204 (2 rows)"] : ["denied 403 42501", "denied 403 42501"];
    expect(cell("alice", "POST", "my_notes")).toBe(writes[0]);
    expect(cell("alice", "DELETE", "my_notes")).toBe(writes[1]);
  });

  it("leaves nothing behind", async () => {
    const count = () =>
      emulator.admin(async (client) => {
        const { schema } = modes[mode].names(emulator.project.identity);
        const { rows } = await client.query(
          `select (select jsonb_agg(n order by id) from ${schema}.notes n) as notes,
                  (select count(*)::int from ${schema}.posts) as posts, (select count(*)::int from ${schema}.comments) as comments`,
        );
        return rows[0];
      });
    const before = await count();
    await matrixOf(emulator);
    expect(await count()).toEqual(before);
    expect(before).toMatchObject({ posts: 3, comments: 1 });
  });

  it("is the same at every run, and through its snapshot", async () => {
    const again = await matrixOf(emulator);
    expect(compareMatrix([matrix], [again])).toEqual([]);
    expect(readSnapshot(writeSnapshot([matrix]))).toEqual([matrix]);
  });

  it("shows what a migration changed", async () => {
    const { schema } = modes[mode].names(emulator.project.identity);
    await emulator.admin((client) => client.query(`drop policy notes_delete on ${schema}.notes`));
    const changes = compareMatrix([matrix], [await matrixOf(emulator)]).map(({ text }) => text);
    const viaView = mode === "v1" ? ["alice × my_notes × DELETE: 204 (2 rows) → 204 (none)"] : [];
    expect(changes.filter((text) => text.startsWith("alice"))).toEqual([
      ...viaView,
      "alice × notes × DELETE: 204 (2 rows) → 204 (none)",
    ]);
  });

  it("asks about what each user sees, and one row at a time where a row may not become what it would", async () => {
    const { schema, userRole } = modes[mode].names(emulator.project.identity);
    const [alice, bob] = emulator.project.users.map(({ id }) => id);
    await emulator.admin((client) =>
      client.query(`set search_path = ${schema};
        create table rooms (id int primary key, closed boolean not null default false);
        create table seats (room_id int references rooms, user_id text, primary key (user_id, room_id));
        create table lines (id int generated always as identity primary key, room_id int not null references rooms, body text);
        insert into rooms values (1, false), (2, false), (3, true);
        insert into seats values (1, '${alice}'), (3, '${alice}'), (2, '${bob}');
        insert into lines (room_id, body) values (1, 'a'), (3, 'b'), (2, 'c');
        alter table rooms enable row level security; alter table seats enable row level security; alter table lines enable row level security;
        grant select on rooms, seats, lines to ${userRole}; grant insert, update on lines to ${userRole};
        create policy all_rooms on rooms for select to ${userRole} using (true);
        create policy own_seats on seats for select to ${userRole} using (user_id = auth.uid());
        create policy seated on lines for select to ${userRole} using (room_id in (select room_id from seats));
        create policy said on lines for insert to ${userRole} with check (room_id in (select room_id from seats));
        create policy changed on lines for update to ${userRole} using (room_id in (select room_id from seats))
          with check (room_id in (select s.room_id from seats s join rooms r on r.id = s.room_id where not r.closed));`),
    );
    await emulator.reload();
    matrix = await matrixOf(emulator);
    // The first room is one where only alice sits.
    expect(cell("alice", "POST", "lines")).toBe("allowed 201");
    expect(cell("bob", "POST", "lines")).toBe("allowed 201");
    // The line in the closed room stays as it is; the other may change.
    expect(cell("alice", "GET", "lines")).toBe("allowed 200 (2 rows)");
    expect(cell("alice", "PATCH", "lines")).toBe("allowed 204 (1 row)");
  });
});
