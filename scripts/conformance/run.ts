/** Puts the recorded requests to a target and tells what differs. */
import { createServer } from "node:net";
import { type HttpRequest, splitTarget } from "../../src/http/message.ts";
import { differences } from "./answers.ts";
import { type ConfigEntry, type Item, readSetup, type Setup, type Step } from "./corpus.ts";
import { type PreparedDatabase, prepareDatabase } from "./databases.ts";
import type { Environment, Start, Target } from "./targets.ts";
import { authorization } from "./tokens.ts";

export interface Failure {
  readonly id: string;
  readonly group: string;
  readonly config: string;
  /** Index of the step, 0 for a case. */
  readonly step: number;
  readonly request: string;
  readonly problems: readonly string[];
}

export interface Outcome {
  readonly item: Item;
  readonly failure: Failure | null;
}

export interface RunOptions {
  /** Superuser `postgres` of a throw-away cluster. */
  readonly postgres: string;
  readonly items: readonly Item[];
  readonly start: Start;
}

/** Yields an outcome per item, configuration by configuration. */
export async function* runConformance({ postgres, items, start }: RunOptions): AsyncGenerator<Outcome> {
  const setup = readSetup();
  for (const databaseName of Object.keys(setup.databases)) {
    const configs = Object.entries(setup.configs).filter(
      ([name, { database }]) => database === databaseName && items.some(({ config }) => config === name),
    );
    if (configs.length === 0) continue;
    const database = await prepareDatabase(postgres, databaseName, setup);
    try {
      for (const [name, entry] of configs) {
        const port = await freePort();
        const target = await start(name, environment(entry, database, port), port);
        try {
          for (const item of items) if (item.config === name) yield await play(item, entry, target, database);
        } finally {
          await target.stop();
        }
      }
    } finally {
      await database.close();
    }
  }
}

async function play(item: Item, entry: ConfigEntry, target: Target, database: PreparedDatabase): Promise<Outcome> {
  if (item.isScenario) await database.reset();
  for (const [index, step] of item.steps.entries()) {
    const problems = await target.send(toRequest(step, entry)).then(
      (answer) => differences(step, answer),
      (error: Error) => [error.message],
    );
    if (problems.length === 0) continue;
    const { id, group, config } = item;
    const request = `${step.method} ${step.path} ${JSON.stringify(step.headers)} ${step.body ?? ""}`;
    return { item, failure: { id, group, config, step: index, request, problems } };
  }
  return { item, failure: null };
}

/** The request as it arrives: path and query are bytes, one character each. */
export function toRequest(step: Step, { jwtSecret }: Pick<ConfigEntry, "jwtSecret">): HttpRequest {
  const target = Buffer.from(step.path, "utf8").toString("latin1");
  const headers = Object.entries(step.headers).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as const),
  );
  if (step.as !== null) headers.push(["Authorization", authorization(step.as, jwtSecret)]);
  return {
    method: step.method,
    ...splitTarget(target),
    headers,
    body: step.bodyBase64 === undefined ? Buffer.from(step.body ?? "", "utf8") : Buffer.from(step.bodyBase64, "base64"),
  };
}

const environment = ({ env, jwtSecret }: ConfigEntry, database: PreparedDatabase, port: number): Environment => ({
  ...env,
  PGRST_SERVER_HOST: "127.0.0.1",
  PGRST_SERVER_PORT: String(port),
  PGRST_JWT_SECRET: jwtSecret,
  PGRST_DB_URI: database.url,
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The configurations of the mode a version serves on the platform: v1 runs 12.0, v2 runs 12.2. */
export function configsOfMode(mode: "v1" | "v2", setup: Setup = readSetup()): string[] {
  return Object.entries(setup.configs)
    .filter(([, { database }]) => database === mode)
    .map(([name]) => name);
}
