/** The PostgREST of one fork's mode: built in, or a program or container of its own. */
import type { DockerSession } from "../../postgres/docker/session.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { PostgrestSource } from "../../project/parts.ts";
import type { Project } from "../../project/project.ts";
import { type EmbeddedPostgrest, type ReadPostgrest, startPostgrest } from "../../stack/engine.ts";
import type { Logbook } from "../../stack/logbook.ts";
import { builtIn } from "../../stack/servers/postgrest.ts";
import type { RealSource } from "../../stack/servers/real-postgrest.ts";
import type { ModePostgrest } from "../../stack/servers/types.ts";
import type { Clock } from "../../time/clock.ts";
import type { Source } from "../ground/source.ts";

export interface ForkPostgrestOptions {
  readonly mode: ModeName;
  readonly project: Project;
  readonly directory: string;
  readonly postgrest: PostgrestSource;
  readonly source: Source;
  readonly clock: Clock;
  readonly log: Logbook;
  docker(): Promise<DockerSession>;
  /** Hears what takes time, before it begins. */
  progress(text: string): void;
}

/** A test sends a few requests at a time; hundreds of forks share one server's connections. Seconds. */
export const pool = { dbPool: 5, dbPoolMaxIdletime: 10 };
const settings = { PGRST_DB_POOL: String(pool.dbPool), PGRST_DB_POOL_MAX_IDLETIME: String(pool.dbPoolMaxIdletime) };

/** On a database that is as `source` was sealed. Rejects with `RunnerError`, `PostgresError`; nothing runs then. */
export function openForkPostgrest(options: ForkPostgrestOptions, database: string): Promise<ModePostgrest> {
  const { postgrest } = options;
  return postgrest.kind === "builtin" ? openBuiltIn(options, database) : openReal({ ...options, postgrest }, database);
}

/** The first fork of a source reads the schema, every other takes over what that one has read. */
async function openBuiltIn(options: ForkPostgrestOptions, database: string): Promise<ModePostgrest> {
  const { source, mode } = options;
  const { secrets } = source.state;
  const start = (read?: ReadPostgrest) =>
    startPostgrest({ ...options, secrets, databaseUrl: source.databases.url(database), read, pool });
  let own: EmbeddedPostgrest | undefined;
  const read = await source.read(async () => {
    own = await start();
    return own.read;
  });
  return builtIn(own ?? (await start(read)), mode);
}

async function openReal(
  options: ForkPostgrestOptions & { readonly postgrest: RealSource },
  database: string,
): Promise<ModePostgrest> {
  const { openRealPostgrest } = await import("../../stack/servers/real-postgrest.ts");
  const { databases, state } = options.source;
  const server = { url: databases.url(database), inNetwork: databases.server.inNetwork };
  return openRealPostgrest(
    {
      ...options,
      throwAway: true,
      // Containers of one session differ in their names, and this name is no other fork's.
      instance: database.replaceAll("_", "-"),
      settings,
    },
    server,
    state.secrets,
  );
}
