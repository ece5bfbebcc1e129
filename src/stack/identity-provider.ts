/** The stack's identity provider: users from the project, sessions kept over restarts, one port for all of it. */
import { createIdp, type Idp } from "../idp/idp.ts";
import type { IdpSnapshot } from "../idp/store/store.ts";
import type { TemplatesConfig } from "../idp/templates.ts";
import type { JwtTemplate } from "../project/config-schema.ts";
import { type Project, usersFile } from "../project/project.ts";
import { changedUsers } from "../project/users.ts";
import type { Clock } from "../time/clock.ts";
import { readJson, writeJson } from "./json-file.ts";
import type { Logbook } from "./logbook.ts";
import type { StateFile } from "./state.ts";

export interface IdentityProviderOptions {
  readonly project: Project;
  readonly state: StateFile;
  readonly clock: Clock;
  readonly log: Logbook;
  /** Undefined: nothing is kept. */
  readonly file: string | undefined;
  /** What to begin with where there is no file. */
  readonly saved?: IdpSnapshot | undefined;
  /** The project's directory and where flux-dev was started. */
  readonly scriptRoots: readonly string[];
  projectSecret(): string;
}

export function openIdentityProvider(options: IdentityProviderOptions): Idp {
  const { project, state, clock, log, file, scriptRoots, projectSecret } = options;
  const listed = usersFile(project.directory, project.config.users);
  const saved = file === undefined ? options.saved : readJson<IdpSnapshot>(file);
  return createIdp({
    keys: state.now.idpKeys,
    users: project.users,
    ...(listed === undefined ? {} : { changedUsers: changedUsers(listed.path, listed.shown) }),
    templates: templates(project),
    projectSecret,
    clock,
    saved,
    scriptRoots,
    log: (line) => log.write("idp", "info", line),
    ...(file === undefined ? {} : { persist: (snapshot: IdpSnapshot) => writeJson(file, snapshot) }),
  });
}

/** The configuration's templates in the words of the identity provider. */
export function templates(project: Project): TemplatesConfig {
  const entries = Object.entries<JwtTemplate>(project.config.jwtTemplates);
  return Object.fromEntries(
    entries.map(([name, { algorithm, ...template }]) => [name, { ...template, signingAlgorithm: algorithm }]),
  );
}
