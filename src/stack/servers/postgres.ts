/** A mode's Postgres, from wherever the user wants it. What only some need is loaded by those. */
import type { DatabaseServer } from "../../postgres/database-server.ts";
import { openEmbedded } from "./embedded.ts";
import type { ServerOptions } from "./types.ts";

export async function openPostgres(options: ServerOptions): Promise<DatabaseServer> {
  const { postgres, mode } = options;
  if (postgres.kind === "url") {
    options.progress(`Looking at the given Postgres (${mode})`);
    return (await import("./given.ts")).openGiven(options, postgres.url);
  }
  options.progress(`Starting Postgres (${mode})`);
  if (postgres.kind === "docker") return (await import("./docker.ts")).openDockerPostgres(options);
  return openEmbedded(options);
}
