/** A PostgREST of the stack keeps what it was started with, also when it reads its configuration again. */
import { expect, it } from "vitest";
import { modes } from "../../../src/project/mode/mode.ts";
import { DEMO_DIRECTORY, loadProject } from "../../../src/project/project.ts";
import { startPostgrest } from "../../../src/stack/engine.ts";
import { Logbook } from "../../../src/stack/logbook.ts";
import { systemClock } from "../../../src/time/clock.ts";
import { staticKey } from "../../../src/tokens/keys.ts";
import { clusterFor, startEmulator } from "../../support/emulator.ts";

it("a rehearsing PostgREST rolls back, whatever it has read from the database meanwhile", async () => {
  const mode = "v1";
  const cluster = await clusterFor(mode);
  const project = await loadProject(DEMO_DIRECTORY);
  const emulator = await startEmulator(cluster, project, mode, { migrations: [], seeds: [] });
  const { schema } = modes[mode].names(project.identity);
  await emulator.admin((client) =>
    client.query(`create table ${schema}.things (id int); grant all on ${schema}.things to service_role`),
  );
  const { secrets, databaseUrl } = emulator;
  const postgrest = await startPostgrest({
    mode,
    project,
    secrets,
    databaseUrl,
    clock: systemClock,
    log: new Logbook(undefined),
    rollsBack: true,
    pool: { dbPool: 2, dbPoolMaxIdletime: 7 },
  });
  try {
    await postgrest.reload();
    expect(postgrest.read!.config).toMatchObject({ dbPool: 2, dbPoolMaxIdletime: 7 });
    const key = staticKey("service_role", secrets.project[mode], systemClock);
    const request = {
      method: "POST",
      path: "/things",
      query: "",
      headers: [
        ["Authorization", `Bearer ${key}`],
        ["Content-Type", "application/json"],
        ["Prefer", "tx=commit"],
      ],
      body: Buffer.from('{"id": 1}'),
    } as const;
    expect((await postgrest.handle(request, () => {})).status).toBe(201);
    const { rows } = await emulator.admin((client) => client.query(`select * from ${schema}.things`));
    expect(rows).toEqual([]);
  } finally {
    await postgrest.close();
    await emulator.close();
    await cluster.stop();
  }
});
