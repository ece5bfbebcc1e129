/** Databases made ready for a PostgREST that somebody else configures and runs. */
import type { ModeName } from "../project/mode/types.ts";
import { onGround, type StackOptions } from "./ground.ts";
import { bringUpToDate } from "./mode-runtime.ts";
import { postgrestEnvironment } from "./postgrest-environment.ts";
import { openPostgres } from "./servers/postgres.ts";

export interface PreparedMode {
  readonly mode: ModeName;
  /** For people: where its Postgres comes from. */
  readonly postgres: string;
  /** What a PostgREST must be given to serve it. */
  readonly postgrest: Readonly<Record<string, string>>;
}

type PrepareOptions = Pick<StackOptions, "directory" | "fresh" | "postgres" | "iKnow" | "onProgress">;

/**
 * Brings the databases of the modes to where the project's files say; nothing runs afterwards that did not run before.
 * Default: the project's mode. Rejects as `startStack` does.
 */
export function prepareDatabases(options: PrepareOptions, modes?: readonly ModeName[]): Promise<PreparedMode[]> {
  return onGround(options, async ({ project, servers, log, release }) => {
    const prepared: PreparedMode[] = [];
    for (const mode of modes ?? [project.mode]) {
      const parts = servers(mode);
      const server = await openPostgres(parts);
      try {
        const secrets = await bringUpToDate(parts, server);
        const postgrest = postgrestEnvironment({ mode, project, secrets, databaseUrl: server.url });
        prepared.push({ mode, postgres: server.about, postgrest });
      } finally {
        await server.stop();
      }
    }
    await log.close();
    await release();
    return prepared;
  });
}
