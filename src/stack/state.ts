/** What a project's stack remembers from one run to the next. */
import { createHash } from "node:crypto";
import { generateKeys, type IdpKeys, instanceHost } from "../idp/keys.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { PostgresSource } from "../project/parts.ts";
import type { Project } from "../project/project.ts";
import { newSecrets, type ProjectSecrets } from "../project/secrets.ts";
import { StackError } from "./errors.ts";
import { readJson, writeJson } from "./json-file.ts";
import type { PortName } from "./ports.ts";

/** A database that holds the project: for which schema it was made, and what was run in it. */
export interface ReadyDatabase {
  readonly schema: string;
  /** SHA-256 of the files that run once (raw SQL and seeds), by the path shown. */
  readonly files: Readonly<Record<string, string>>;
}

/** A project's things on somebody's server: where, and by which mark they are known. */
export interface GivenServer {
  readonly url: string;
  readonly mark: string;
}

export interface StackState {
  readonly version: 1;
  readonly secrets: ProjectSecrets;
  readonly idpKeys: IdpKeys;
  readonly ports: Readonly<Partial<Record<PortName, number>>>;
  /** By `databaseKey`. */
  readonly databases: Readonly<Record<string, ReadyDatabase>>;
  /** Every given server that was used, so that it can be left as it was. */
  readonly given?: readonly GivenServer[];
  /** Something was made in a container engine, or was about to be: a killed start may have left it there. */
  readonly docker?: boolean;
}

/** Names a mode's database on one source of Postgres: each keeps its own data. */
export function databaseKey(mode: ModeName, source: PostgresSource): string {
  if (source.kind === "embedded") return mode;
  if (source.kind === "docker") return `${mode}@docker`;
  const { host } = new URL(source.url);
  return `${mode}@${host}`;
}

/** The state in memory and, unless the stack is a throw-away one, on disk; every change is written at once. */
export class StateFile {
  #state: StackState;
  readonly #path: string | undefined;

  private constructor(state: StackState, path: string | undefined) {
    this.#state = state;
    this.#path = path;
  }

  /** Reads the file or begins a new one. Secrets that the configuration fixes replace remembered ones. */
  static async open(path: string | undefined, directory: string, project: Project): Promise<StateFile> {
    const saved = path === undefined ? undefined : readJson<StackState>(path);
    if (saved !== undefined && saved.version !== 1) throw tooNew(path!);
    const file = new StateFile(saved ?? (await newState(directory, project)), path);
    file.update({ secrets: withFixed(file.now.secrets, project.config.secrets) });
    return file;
  }

  /** A state that nobody keeps. */
  static inMemory(known: Pick<StackState, "secrets" | "idpKeys">): StateFile {
    return new StateFile({ version: 1, ports: {}, databases: {}, ...known }, undefined);
  }

  get now(): StackState {
    return this.#state;
  }

  update(change: Partial<StackState>): void {
    this.#state = { ...this.#state, ...change };
    if (this.#path !== undefined) writeJson(this.#path, this.#state);
  }

  setPort(name: PortName, port: number): void {
    if (this.#state.ports[name] !== port) this.update({ ports: { ...this.#state.ports, [name]: port } });
  }

  /** `key`: see `databaseKey`. */
  setDatabase(key: string, database: ReadyDatabase): void {
    this.update({ databases: { ...this.#state.databases, [key]: database } });
  }

  rememberServer({ url, mark }: GivenServer): void {
    const others = (this.#state.given ?? []).filter((known) => known.url !== url || known.mark !== mark);
    this.update({ given: [...others, { url, mark }] });
  }

  rememberDocker(): void {
    if (!this.#state.docker) this.update({ docker: true });
  }

  /** Whatever holds the project in that mode, wherever it is, must be made anew. */
  forgetDatabases(mode: ModeName): void {
    const others = Object.entries(this.#state.databases).filter(([key]) => key !== mode && !key.startsWith(`${mode}@`));
    this.update({ databases: Object.fromEntries(others) });
  }
}

async function newState(directory: string, project: Project): Promise<StackState> {
  // The directory is part of the host: two checkouts of one project are two Clerk instances, and their cookies (which
  // ignore ports) must not meet.
  const place = createHash("sha256").update(directory).digest("hex").slice(0, 6);
  return {
    version: 1,
    secrets: newSecrets(),
    idpKeys: await generateKeys(instanceHost(`${project.identity.slug}-${place}`)),
    ports: {},
    databases: {},
  };
}

/** Secrets that a configuration fixes go before generated ones. */
export function withFixed(secrets: ProjectSecrets, fixed: Project["config"]["secrets"]): ProjectSecrets {
  const project = fixed.project === undefined ? secrets.project : { v1: fixed.project, v2: fixed.project };
  return { project, pool: fixed.pool ?? secrets.pool, database: fixed.database ?? secrets.database };
}

function tooNew(path: string): StackError {
  return new StackError("STATE_UNREADABLE", {
    what: `flux-dev does not know the format of ${path}.`,
    why: "Another version of flux-dev wrote it.",
    next: "Use that version, or remove the .flux-dev directory to start afresh.",
  });
}
