/** The Postgres of one mode that templates and forks live on: flux-dev's own, one from a snapshot, or somebody else's. */
import { dirname } from "node:path";
import type { IdpKeys } from "../../idp/keys.ts";
import { unprivilegedAccount } from "../../postgres/account.ts";
import { startThrowAwayCluster } from "../../postgres/cluster.ts";
import { copyTree } from "../../postgres/copy.ts";
import type { DockerSession } from "../../postgres/docker/session.ts";
import { databaseComment, thisProcess } from "../../postgres/given/marks.ts";
import type { RunningCluster } from "../../postgres/server.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { PostgresSource } from "../../project/parts.ts";
import type { Project } from "../../project/project.ts";
import { newSecrets } from "../../project/secrets.ts";
import { flavours } from "../../stack/flavours.ts";
import { Logbook } from "../../stack/logbook.ts";
import { aboutEmbedded } from "../../stack/servers/embedded.ts";
import { openPostgres } from "../../stack/servers/postgres.ts";
import { noDataOfItsOwn, snapshotData } from "../../stack/snapshots.ts";
import { chosenPostgres } from "../../stack/sources.ts";
import { type ReadyDatabase, StateFile } from "../../stack/state.ts";
import { systemClock } from "../../time/clock.ts";
import { Databases } from "./databases.ts";

export interface GroundServer {
  readonly databases: Databases;
  /** A database that holds a project already, from a snapshot. */
  readonly restored: { readonly database: string; readonly ready: ReadyDatabase } | undefined;
  /** The password of roles that log in, where the server's other users must agree on one. */
  readonly loginPassword: string | undefined;
  /** Runs work that changes roles while nobody else does so on the server. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export interface ServerChoice {
  /** Where projects and snapshots are looked for. */
  readonly directory: string;
  /** `embedded`, `docker` or a superuser's URL. Default: the project's configuration, else embedded. */
  readonly postgres?: string | undefined;
  /** Name of a snapshot of `directory`. */
  readonly from?: string | undefined;
  readonly onProgress: (text: string) => void;
}

/** Forks hold a few connections each, and there may be hundreds of them. */
const settings = {
  max_connections: "400",
  // Test data is small and short-lived: statistics and vacuums of a hundred copies only cost time.
  autovacuum: "off",
  // What is written may be held in memory.
  max_wal_size: "256MB",
};

export async function openGroundServer(
  mode: ModeName,
  project: Project,
  choice: ServerChoice,
  docker: () => Promise<DockerSession>,
): Promise<GroundServer> {
  const { directory, from, onProgress } = choice;
  const postgres = chosenPostgres({ name: "postgres", text: choice.postgres }, project, mode);
  if (postgres.kind !== "embedded") {
    if (from !== undefined) throw noDataOfItsOwn();
    return openElsewhere(mode, project, choice, postgres, docker);
  }
  onProgress(`Starting Postgres (${mode})`);
  const saved = from === undefined ? undefined : snapshotData(directory, from, mode);
  const cluster = await startThrowAwayCluster({ flavour: flavours[mode], settings }, async (dataDirectory) => {
    if (saved === undefined) return;
    const account = unprivilegedAccount(dirname(dataDirectory));
    await copyTree(saved.path, dataDirectory, { account, directoryMode: 0o700 });
  });
  return onCluster(cluster, await aboutEmbedded(), saved?.ready);
}

function onCluster(cluster: RunningCluster, about: string, ready?: ReadyDatabase): GroundServer {
  // Not `postgres`: that one may hold a snapshot's data, and can be copied only while nobody is connected to it.
  const databases = new Databases({ url: cluster.url("template1"), mark: undefined, about });
  return {
    databases,
    restored: ready === undefined ? undefined : { database: "postgres", ready },
    loginPassword: undefined,
    alone: oneByOne(),
    stop: async () => {
      // The cluster's files go as a whole, so its databases need not be dropped one by one.
      await databases.abandon();
      await cluster.stop();
    },
  };
}

/** A server that is looked at first, marked, and left as it was. */
async function openElsewhere(
  mode: ModeName,
  project: Project,
  { directory, onProgress }: ServerChoice,
  postgres: PostgresSource,
  docker: () => Promise<DockerSession>,
): Promise<GroundServer> {
  const idpKeys: IdpKeys = { host: "", secretKey: "", privateKey: "" };
  const server = await openPostgres({
    mode,
    project,
    postgres,
    postgrest: { kind: "builtin" },
    iKnow: false,
    docker,
    dataRoot: "",
    serverLog: undefined,
    throwAway: true,
    directory,
    state: StateFile.inMemory({ secrets: newSecrets(), idpKeys }),
    clock: systemClock,
    log: new Logbook(undefined),
    progress: onProgress,
    onSchemaChange: (reload) => reload(),
  });
  const mark = databaseComment({ project: project.identity.slug, mode, process: thisProcess() });
  const { url, about, inNetwork } = server;
  const databases = new Databases({ url, mark, about, inNetwork });
  const turns = oneByOne();
  return {
    databases,
    restored: undefined,
    loginPassword: server.loginPassword,
    alone: (work) => turns(() => server.alone(work)),
    stop: async () => {
      await databases.dropAll();
      await server.stop();
    },
  };
}

/** Two sessions cannot alter one role at once. */
function oneByOne(): GroundServer["alone"] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}
