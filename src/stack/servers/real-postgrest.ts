/** A mode's PostgREST that is not the built-in one: a program, a container, or somebody's server. */
import { withClient } from "../../postgres/admin.ts";
import type { DatabaseServer } from "../../postgres/database-server.ts";
import { type HostDoor, openHostDoor } from "../../postgres/docker/host-door.ts";
import { startBinary } from "../../postgrest/runner/binary.ts";
import { startDockerPostgrest } from "../../postgrest/runner/docker.ts";
import { findProgram } from "../../postgrest/runner/find.ts";
import { untilReady } from "../../postgrest/runner/ready.ts";
import { RunnerError, type RunningPostgrest } from "../../postgrest/runner/types.ts";
import { modes } from "../../project/mode/mode.ts";
import { inMode, type PostgrestSource } from "../../project/parts.ts";
import type { ProjectSecrets } from "../../project/secrets.ts";
import { StackError } from "../errors.ts";
import { postgrestEnvironment } from "../postgrest-environment.ts";
import { refuseOtherDatabase } from "./serves.ts";
import type { ModePostgrest, PostgrestOptions } from "./types.ts";

export type RealSource = Exclude<PostgrestSource, { kind: "builtin" }>;

interface RealOptions extends PostgrestOptions {
  readonly postgrest: RealSource;
}

/** The database that it serves. */
type Database = Pick<DatabaseServer, "url" | "inNetwork">;

interface Started extends Pick<ModePostgrest, "serves"> {
  readonly about: string;
  readonly running: RunningPostgrest;
}

export async function openRealPostgrest(
  options: RealOptions,
  server: Database,
  secrets: ProjectSecrets,
): Promise<ModePostgrest> {
  const { about, running, serves } = await start(options, server, secrets);
  remarkOnVersion(options, running.version);
  const notify = () => withClient(server.url, (client) => client.query("notify pgrst, 'reload schema'"));
  return {
    about,
    upstream: { url: running.url },
    reload: () => running.afterReload(notify),
    close: () => running.stop(),
    ...(serves === undefined ? {} : { serves }),
  };
}

function start(options: RealOptions, server: Database, secrets: ProjectSecrets): Promise<Started> {
  const { postgrest } = options;
  if (postgrest.kind === "docker") return startContainer(options, server, secrets);
  if (postgrest.kind === "url") return useRunning(options, postgrest.url, server);
  return startProgram(options, postgrest.path, server, secrets);
}

async function startProgram(
  options: RealOptions,
  path: string | undefined,
  server: Database,
  secrets: ProjectSecrets,
): Promise<Started> {
  const { mode, directory, log } = options;
  const program = await findProgram({ path, directory, wanted: wantedVersion(options) });
  options.progress(`Starting PostgREST (${program.path})`);
  const running = await startBinary({
    program,
    env: environment(options, secrets, server.url),
    onLine: (line) => log.write("postgrest", "info", line),
    warn: (text) => log.write("postgrest", "warning", `${text} (${mode})`),
  });
  return { about: `${program.path} (${program.version ?? "version unknown"})`, running };
}

async function startContainer(options: RealOptions, server: Database, secrets: ProjectSecrets): Promise<Started> {
  const { mode, project, log, progress } = options;
  const session = await options.docker();
  const image = inMode(project.config.docker.postgrestImage, mode, modes[mode].postgrestImage);
  const url = new URL(server.url);
  let door: HostDoor | undefined;
  if (server.inNetwork === undefined) {
    door = await openHostDoor(session, { host: url.hostname, port: Number(url.port || 5432) });
  }
  const address = server.inNetwork ?? door!;
  url.hostname = address.host;
  url.port = String(address.port);
  try {
    const running = await startDockerPostgrest(session, {
      image,
      alias: ["postgrest", mode, ...(options.instance === undefined ? [] : [options.instance])].join("-"),
      env: environment(options, secrets, url.href),
      extraHosts: door?.extraHosts ?? [],
      onLine: (line) => log.write("postgrest", "info", line),
      warn: (text) => log.write("postgrest", "warning", `${text} (${mode})`),
      progress,
    });
    const stop = async () => {
      await running.stop();
      await door?.close();
    };
    return { about: `Docker ${image}`, running: { ...running, stop } };
  } catch (error) {
    await door?.close();
    throw error;
  }
}

/** Milliseconds for a server that somebody else starts, perhaps at this very moment. */
const PATIENCE = 60_000;

async function useRunning(options: RealOptions, url: string, server: Database): Promise<Started> {
  if (options.throwAway) throw ownDatabase(url);
  options.progress(`Waiting for PostgREST at ${url}`);
  // It may have read its configuration before the database had any.
  await withClient(server.url, (client) =>
    client.query("notify pgrst, 'reload config'; notify pgrst, 'reload schema'"),
  );
  try {
    await untilReady(url, PATIENCE, () => undefined);
  } catch (error) {
    throw new RunnerError(
      "POSTGREST_FAILED",
      {
        what: `The PostgREST at ${url} is not ready.`,
        why: (error as Error).message,
        next: "Start it with the variables that flux-dev prepare prints for this project.",
      },
      error,
    );
  }
  noteOwnSettings(options, url);
  const version = await fetch(url).then(
    ({ headers }) => /postgrest\/(\d[\d.]*)/.exec(headers.get("server") ?? "")?.[1],
    () => undefined,
  );
  const running: RunningPostgrest = {
    url,
    version,
    // Its log is somebody else's; the next request may still see the old schema, as on the platform.
    afterReload: async (trigger) => void (await trigger()),
    stop: async () => {},
  };
  const { schema } = modes[options.mode].names(options.project.identity);
  const serves = () => refuseOtherDatabase(url, options.mode, schema);
  return { about: `${url} (${version ?? "version unknown"})`, running, serves };
}

/** Whether somebody else's PostgREST was given what the project wants of it cannot be seen, so it is said. */
function noteOwnSettings({ mode, project: { config }, log }: RealOptions, url: string): void {
  const names = Object.keys(config.postgrestEnv);
  if (mode === "v1" && config.audience !== undefined) names.push("PGRST_JWT_AUD");
  if (names.length === 0) return;
  const text = `The configuration's settings hold at ${url} only if it was started with them: ${names.join(", ")}. flux-dev prepare prints them; in compose they belong into docker-compose.override.yml.`;
  log.write("postgrest", "note", text);
}

const ownDatabase = (url: string): StackError =>
  new StackError("BAD_REQUEST", {
    what: `The PostgREST at ${url} cannot serve a stack that is thrown away.`,
    why: "It was started for one database, and such a stack makes a new one.",
    next: "Use flux-dev up with it, or say --postgrest builtin here: flux-dev brings that one along.",
  });

const environment = (options: RealOptions, secrets: ProjectSecrets, databaseUrl: string): Record<string, string> => ({
  ...postgrestEnvironment({ ...options, secrets, databaseUrl }),
  ...options.settings,
});

const wantedVersion = ({ mode }: PostgrestOptions): string => modes[mode].postgrestImage.replace(/^.*:v?/, "");

function remarkOnVersion(options: PostgrestOptions, version: string | undefined): void {
  const wanted = wantedVersion(options);
  if (version === undefined || version === wanted) return;
  const text = `This PostgREST is ${version}; the platform's ${options.mode} runs ${wanted}, and their answers differ in places.`;
  options.log.write("postgrest", "warning", text);
}
