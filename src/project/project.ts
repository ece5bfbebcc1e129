/** Everything the files of a directory say about a project, read once. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { configFileIn, loadConfig } from "./config.ts";
import type { ResolvedConfig } from "./config-schema.ts";
import { hasPushTarget, type PushTarget, pushTarget, type SqlFile, seedFiles } from "./discover.ts";
import { FLUX_JSON, type FluxJson, readFluxJson } from "./flux-json.ts";
import { type ProjectIdentity, projectIdentity, stableProjectId } from "./identity.ts";
import { DEFAULT_MODE, modeNamed } from "./mode/mode.ts";
import type { ModeName } from "./mode/types.ts";
import { ProjectFileError } from "./problems.ts";
import { type ProjectUser, parseUsers, readUsers } from "./users.ts";

/** The project that runs where there is no flux.json. Reached from `src` and from the built package alike. */
export const DEMO_DIRECTORY = fileURLToPath(new URL("../../fixtures/demo", import.meta.url));

const USERS_FILES = ["users.json", "flux/users.json"];
/** A project without a users file still has somebody to mint tokens for. */
const DEFAULT_USERS = { users: ["alice", "bob", "carol"].map((name) => ({ name, password: "password" })) };

export interface Project {
  /** Where the files are; the demo's own directory when `demo`. */
  readonly directory: string;
  readonly demo: boolean;
  readonly identity: ProjectIdentity;
  /** What flux.json or the configuration asks for, else v2. */
  readonly mode: ModeName;
  readonly config: ResolvedConfig;
  /** In the order they are pushed. */
  readonly migrations: readonly PushTarget[];
  readonly seeds: readonly SqlFile[];
  readonly users: readonly ProjectUser[];
  /** Things worth saying once at the start. */
  readonly notes: readonly string[];
}

/** Reads the project of a directory, or the demo when it has no flux.json. Throws `ProjectFileError` or the platform's texts. */
export async function loadProject(directory: string): Promise<Project> {
  const asked = resolve(directory);
  const demo = !existsSync(join(asked, FLUX_JSON));
  const home = demo ? DEMO_DIRECTORY : asked;
  const stray = demo ? configFileIn(asked) : undefined;
  if (stray !== undefined && asked !== home) {
    throw new ProjectFileError(
      stray,
      'there is no flux.json beside it. Add one: {"slug": "my-app", "hash": "REPLACE_AFTER_FLUX_INIT"}',
    );
  }
  const flux = readFluxJson(home);
  if (flux === undefined) throw new ProjectFileError(FLUX_JSON, `not found in ${home}.`);
  const { file, config } = await loadConfig(home);
  const source = file ?? FLUX_JSON;
  const id = stableProjectId(flux.slug, flux.hash, flux.sid);
  return {
    directory: home,
    demo,
    identity: projectIdentity({ slug: flux.slug, hash: flux.hash, id, v1Schema: v1Schema(flux) }),
    // The configuration is the emulator's own file, so it outranks what flux.json says about production.
    mode: config.mode === undefined ? (flux.mode ?? DEFAULT_MODE) : modeNamed(config.mode),
    config,
    migrations: migrationTargets(home, config.migrations, source),
    seeds: seedFiles(home, config.seed, source),
    users: users(home, config.users, source),
    notes: demo && hasPushTarget(asked) ? [OVERLOOKED] : [],
  };
}

const OVERLOOKED =
  'No flux.json here, so the demo project runs and the SQL of this directory is not used. To use it, add flux.json: {"slug": "my-app", "hash": "REPLACE_AFTER_FLUX_INIT"}';

/** A dedicated project may have been made with a tenant-style or a renamed schema; v2's schema says nothing about v1. */
function v1Schema(flux: FluxJson): string {
  const dedicated = flux.mode === "v1" || (flux.mode === undefined && flux.sid === undefined);
  return dedicated ? (flux.apiSchema ?? "api") : "api";
}

/** Found now: a file that was added since the project was loaded is among them. */
export function migrationTargets(home: string, configured: ResolvedConfig["migrations"], source: string): PushTarget[] {
  if (configured === false) return [];
  if (configured === undefined) return hasPushTarget(home) ? [pushTarget(home)] : [];
  return [configured].flat().map((argument) => {
    try {
      return pushTarget(home, argument);
    } catch (error) {
      throw new ProjectFileError(source, `migrations: ${(error as Error).message}`);
    }
  });
}

function users(home: string, configured: ResolvedConfig["users"], source: string): ProjectUser[] {
  if (Array.isArray(configured)) return parseUsers({ users: configured }, source);
  const file = usersFile(home, configured);
  if (configured !== undefined && file !== undefined && !existsSync(file.path)) {
    throw new ProjectFileError(source, `users: ${configured} does not exist.`);
  }
  return file === undefined ? parseUsers(DEFAULT_USERS, "default users") : readUsers(file.path, file.shown);
}

/** The file that the project's users come from, if it is one; `shown` names it in messages. */
export function usersFile(
  home: string,
  configured: ResolvedConfig["users"],
): { readonly path: string; readonly shown: string } | undefined {
  if (Array.isArray(configured)) return undefined;
  const shown = configured ?? USERS_FILES.find((place) => existsSync(join(home, place)));
  return shown === undefined ? undefined : { path: resolve(home, shown), shown };
}
