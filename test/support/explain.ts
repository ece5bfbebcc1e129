/** Small projects made from SQL, asked through gateway and engine in process, and explained. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyProject } from "../../src/database/apply.ts";
import type { ExplainOptions } from "../../src/diagnosis/context.ts";
import { explain } from "../../src/diagnosis/explain.ts";
import type { TrapRequest } from "../../src/diagnosis/traps/schema.ts";
import type { Diagnosis } from "../../src/diagnosis/types.ts";
import type { PushTarget } from "../../src/project/discover.ts";
import { modes } from "../../src/project/mode/mode.ts";
import type { ModeName } from "../../src/project/mode/types.ts";
import { DEMO_DIRECTORY, loadProject, type Project } from "../../src/project/project.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { diagnosisContext } from "./diagnosis.ts";
import { clusterFor, type Emulator, startEmulator } from "./emulator.ts";

export interface Scenario {
  /** Pushed as one migration, `migrations/001.sql`. */
  readonly sql: string;
  /** Runs afterwards as the superuser, whom row security does not hold for, with the API schema as its path. */
  readonly seed?: string;
}

export interface Bench {
  readonly mode: ModeName;
  readonly emulator: Emulator;
  /** What a signed-in user's request runs as. */
  readonly role: string;
  /** The project's own. */
  readonly schema: string;
  /** The project becomes this one. */
  become(scenario: Scenario): Promise<void>;
  /** Adds a migration. */
  push(sql: string): Promise<void>;
  /** Runs SQL as the superuser, with the API schema as its path. */
  run(sql: string): Promise<void>;
  /** Asks and explains. */
  why(request: TrapRequest, options?: ExplainOptions): Promise<Explained>;
  close(): Promise<void>;
}

export interface Explained {
  readonly status: number;
  readonly body: string;
  readonly trace: Trace;
  readonly diagnosis: Diagnosis;
  /** The code, then those of what stands behind it. */
  readonly codes: readonly string[];
  /** Everything it says, in one text. */
  readonly said: string;
}

/** `limits` as the project's configuration gives them. */
export async function startBench(mode: ModeName, limits: Partial<Project["config"]["limits"]> = {}): Promise<Bench> {
  const cluster = await clusterFor(mode);
  const demo = await loadProject(DEMO_DIRECTORY);
  const project: Project = { ...demo, config: { ...demo.config, limits: { ...demo.config.limits, ...limits } } };
  const emulator = await startEmulator(cluster, project, mode, { migrations: [], seeds: [] });
  const { schema, userRole } = modes[mode].names(project.identity);
  const directory = mkdtempSync(join(tmpdir(), "flux-dev-test-"));
  let pushed = "";
  const run = async (sql: string) =>
    void (await emulator.admin((client) => client.query(`set search_path = ${schema}, public; ${sql}`)));
  return {
    mode,
    emulator,
    role: userRole,
    schema,
    run,
    async become({ sql, seed }) {
      pushed = sql;
      await emulator.become({ migrations: [target(directory, sql)], seeds: [] });
      if (seed !== undefined) await run(seed);
    },
    async push(sql) {
      const { identity } = project;
      const files = { migrations: [target(directory, sql)], seeds: [] };
      await emulator.admin((client) => applyProject(client, identity, mode, files));
      await emulator.reload();
    },
    async why(request, options) {
      const { response, trace } = await emulator.ask(request);
      const context = diagnosisContext(emulator, [{ shown: SHOWN, sql: pushed }]);
      const diagnosis = await explain(trace, context, options);
      return {
        status: response.status,
        body: response.body.toString(),
        trace,
        diagnosis,
        codes: [diagnosis.code, ...diagnosis.also.map(({ code }) => code)],
        said: JSON.stringify(diagnosis),
      };
    },
    async close() {
      await emulator.close();
      await cluster.stop();
      await rm(directory, { recursive: true });
    },
  };
}

const SHOWN = "migrations/001.sql";

/** A push target reads from disk. */
function target(directory: string, sql: string): PushTarget {
  const path = join(directory, "001.sql");
  writeFileSync(path, sql);
  return { kind: "file", mode: "raw", shown: SHOWN, files: [{ name: "001.sql", shown: SHOWN, path }] };
}
