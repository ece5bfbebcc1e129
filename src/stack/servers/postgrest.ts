/** A mode's PostgREST, from wherever the user wants it. */
import type { DatabaseServer } from "../../postgres/database-server.ts";
import { dialects } from "../../postgrest/dialect.ts";
import { modes } from "../../project/mode/mode.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { ProjectSecrets } from "../../project/secrets.ts";
import { type EmbeddedPostgrest, startPostgrest } from "../engine.ts";
import type { ModePostgrest, ServerOptions } from "./types.ts";

export async function openPostgrest(
  options: ServerOptions,
  server: DatabaseServer,
  secrets: ProjectSecrets,
): Promise<ModePostgrest> {
  const { postgrest } = options;
  if (postgrest.kind !== "builtin")
    return (await import("./real-postgrest.ts")).openRealPostgrest({ ...options, postgrest }, server, secrets);
  options.progress("Loading PostgREST's schema cache");
  const engine = await startPostgrest({ ...options, secrets, databaseUrl: server.url });
  engine.listen();
  return builtIn(engine, options.mode);
}

/** The built-in one as a mode's PostgREST. */
export function builtIn(engine: EmbeddedPostgrest, mode: ModeName): ModePostgrest {
  return {
    about: `built-in (${dialects[modes[mode].postgrestVersion].fullVersion})`,
    upstream: engine.handle,
    get read() {
      return engine.read;
    },
    reload: () => engine.reload(),
    close: () => engine.close(),
  };
}
