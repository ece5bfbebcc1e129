/** A project given as values instead of files, for a test that wants to show its SQL. */

import { parseConfig } from "../project/config.ts";
import type { FluxDevConfig } from "../project/config-schema.ts";
import type { PushTarget, SqlFile } from "../project/discover.ts";
import { projectIdentity, stableProjectId } from "../project/identity.ts";
import { DEFAULT_MODE, modeNamed } from "../project/mode/mode.ts";
import type { Project } from "../project/project.ts";
import { assertSlug, localHash } from "../project/slug.ts";
import { parseUsers, type UsersInput } from "../project/users.ts";

type UserInput = UsersInput[number];

export interface InlineProject {
  /** Part of the Service URL; `test` by default. */
  readonly slug?: string;
  /** SQL as `flux push` takes it, each text a migration of its own. */
  readonly migrations?: string | readonly string[];
  /** SQL that the tables' owner runs after the migrations. */
  readonly seed?: string | readonly string[];
  /** Names, or whole entries of a users file. Default: alice, bob, carol. */
  readonly users?: readonly (string | UserInput)[];
  /** What `flux-dev.config.json` would hold. */
  readonly config?: Omit<FluxDevConfig, "migrations" | "seed" | "users">;
}

const DEFAULT_USERS = ["alice", "bob", "carol"];

/** Throws `ProjectFileError` or the platform's text for what a project file could not hold either. */
export function inlineProject(input: InlineProject, directory: string): Project {
  const { slug = "test", users = DEFAULT_USERS } = input;
  assertSlug(slug);
  const hash = localHash(slug);
  const entries = users.map((user) => (typeof user === "string" ? { name: user } : user));
  const config = parseConfig({ ...input.config, users: entries, migrations: false, seed: false }, "config");
  return {
    directory,
    demo: false,
    identity: projectIdentity({ slug, hash, id: stableProjectId(slug, hash) }),
    mode: config.mode === undefined ? DEFAULT_MODE : modeNamed(config.mode),
    config,
    migrations: texts("migrations", input.migrations).map((file) => target(file)),
    seeds: texts("seed", input.seed),
    users: parseUsers({ users: entries }, "users"),
    notes: [],
  };
}

const target = (file: SqlFile): PushTarget => ({ kind: "file", shown: file.shown, mode: "raw", files: [file] });

/** `migrations[0]` is how an error names the first of them. */
function texts(name: string, given: string | readonly string[] = []): SqlFile[] {
  if (typeof given === "string") return [{ name, path: "", shown: name, sql: given }];
  return given.map((sql, index) => ({ name: `${name}[${index}]`, path: "", shown: `${name}[${index}]`, sql }));
}
