/** What a mode's Postgres and PostgREST are made from. */
import type { RemoteUpstream, Upstream } from "../../gateway/types.ts";
import type { DockerSession } from "../../postgres/docker/session.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { PostgresSource, PostgrestSource } from "../../project/parts.ts";
import type { Project } from "../../project/project.ts";
import type { Clock } from "../../time/clock.ts";
import type { ReadPostgrest } from "../engine.ts";
import type { Logbook } from "../logbook.ts";
import type { StateFile } from "../state.ts";

export interface ServerOptions {
  readonly mode: ModeName;
  readonly project: Project;
  readonly postgres: PostgresSource;
  readonly postgrest: PostgrestSource;
  /** Use a given Postgres although it looks like somebody's own. */
  readonly iKnow: boolean;
  /** The stack's containers; asked for by what runs in one. */
  docker(): Promise<DockerSession>;
  /** Parent of the clusters' data directories. */
  readonly dataRoot: string;
  /** Where Postgres writes its log; undefined: into its data directory. */
  readonly serverLog: string | undefined;
  /** The data may be lost: no fsync, and it goes when the stack stops. */
  readonly throwAway: boolean;
  readonly directory: string;
  readonly state: StateFile;
  readonly clock: Clock;
  readonly log: Logbook;
  progress(text: string): void;
  /** Asked when the schema has changed; may put the reload off. */
  onSchemaChange(reload: () => Promise<void>): Promise<void>;
}

/** What a mode's PostgREST is made from, besides its database. */
export interface PostgrestOptions
  extends Pick<
    ServerOptions,
    "mode" | "project" | "postgrest" | "docker" | "throwAway" | "directory" | "log" | "progress"
  > {
  /** One of several for the same mode: a part of its container's name. */
  readonly instance?: string | undefined;
  /** Variables that go before the platform's. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** A PostgREST at work for one mode, in this process or behind a socket. */
export interface ModePostgrest {
  /** For people: where it comes from and its version. */
  readonly about: string;
  readonly upstream: Upstream | RemoteUpstream;
  /** What it has read from the database, where it is flux-dev's own. */
  readonly read?: ReadPostgrest | undefined;
  /** Asked where it is somebody else's. Rejects when it is on another database than the mode's. */
  serves?(): Promise<void>;
  /** Reads the schema again; resolves when that is done, as far as it can be known. */
  reload(): Promise<void>;
  close(): Promise<void>;
}
