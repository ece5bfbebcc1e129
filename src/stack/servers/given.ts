/** A mode's Postgres on a server that the user gave. */
import { createHash, randomUUID } from "node:crypto";
import type { DatabaseServer } from "../../postgres/database-server.ts";
import { openGivenServer } from "../../postgres/given/open.ts";
import type { ProjectIdentity } from "../../project/identity.ts";
import { modes } from "../../project/mode/mode.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { databaseKey } from "../state.ts";
import type { ServerOptions } from "./types.ts";

export function openGiven(options: ServerOptions, url: string): Promise<DatabaseServer> {
  const { mode, project, state, throwAway, log } = options;
  const mark = projectMark(project.identity, options.directory);
  return openGivenServer({
    url,
    database: throwAway
      ? databaseName(mark, mode, randomUUID().slice(0, 8))
      : (project.config.database ?? databaseName(mark, mode)),
    project: mark,
    mode,
    roles: rolesOn(mode, project.identity),
    iKnow: options.iKnow,
    keep: !throwAway,
    loginPassword: project.config.secrets.database,
    fresh: state.now.databases[databaseKey(mode, options.postgres)] === undefined,
    warn: (text) => log.write("postgres", "warning", text),
    // A start that is killed half way must not be forgotten.
    beforeChanging: () => state.rememberServer({ url, mark }),
  });
}

/** Every role that the mode and the project need. */
export function rolesOn(mode: ModeName, project: ProjectIdentity): string[] {
  const { shared, access } = modes[mode];
  return [...shared.roles, ...access(project).roles].map(({ name }) => name);
}

/** How a project's things on a given server are known: two checkouts of one project are two. */
function projectMark({ slug, hash }: ProjectIdentity, directory: string): string {
  return `${slug}-${hash}-${createHash("sha256").update(directory).digest("hex").slice(0, 6)}`;
}

/** Postgres cuts names after 63 bytes. */
function databaseName(mark: string, mode: ModeName, suffix?: string): string {
  const parts = ["flux_dev", mark.replaceAll("-", "_").slice(-38), mode, ...(suffix === undefined ? [] : [suffix])];
  return parts.join("_");
}
