/** `doctor`'s look at where Postgres and PostgREST could come from: every source that a flag or the configuration can name. */
import { withClient } from "../postgres/admin.ts";
import { locateBinaries } from "../postgres/binaries.ts";
import { startThrowAwayCluster } from "../postgres/cluster.ts";
import { icuEnglish } from "../postgres/flavour.ts";
import { dialects } from "../postgrest/dialect.ts";
import { findProgram } from "../postgrest/runner/find.ts";
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import {
  inMode,
  type PostgresSource,
  type PostgrestSource,
  postgresSource,
  postgrestSource,
} from "../project/parts.ts";
import type { Project } from "../project/project.ts";

export interface PartsContext {
  readonly directory: string;
  readonly project: Project;
}

export interface Part {
  readonly name: string;
  /** The modes whose configuration asks for it: what they cannot have is a failure, what nobody asks for is not. */
  readonly wantedBy: readonly ModeName[];
  /** What there is. Throws, with the reason, when it cannot be had. */
  look(): Promise<string>;
}

const MODES: readonly ModeName[] = ["v2", "v1"];

export function partsOf({ directory, project }: PartsContext): Part[] {
  const { config } = project;
  const postgres = (mode: ModeName) => postgresSource(inMode(config.postgres, mode, "embedded"))!;
  const postgrest = (mode: ModeName) => postgrestSource(inMode(config.postgrest, mode, "builtin"))!;
  const wants = (kind: PostgresSource["kind"]) => MODES.filter((mode) => postgres(mode).kind === kind);
  const wantsPostgrest = (kind: PostgrestSource["kind"]) => MODES.filter((mode) => postgrest(mode).kind === kind);
  return [
    { name: "Postgres embedded", wantedBy: wants("embedded"), look: embedded },
    {
      name: "Postgres docker",
      wantedBy: wants("docker"),
      look: () => docker(directory, (mode) => inMode(config.docker.postgresImage, mode, modes[mode].postgresImage)),
    },
    {
      name: "Postgres given",
      wantedBy: wants("url"),
      look: () => perMode(wants("url"), "no URL is configured", (mode) => givenPostgres(project, mode, postgres(mode))),
    },
    {
      name: "PostgREST builtin",
      wantedBy: wantsPostgrest("builtin"),
      look: async () => MODES.map((mode) => `${mode}: answers as ${platformVersion(mode)}`).join("; "),
    },
    {
      name: "PostgREST docker",
      wantedBy: wantsPostgrest("docker"),
      look: () => docker(directory, (mode) => inMode(config.docker.postgrestImage, mode, modes[mode].postgrestImage)),
    },
    {
      name: "PostgREST binary",
      wantedBy: wantsPostgrest("binary"),
      look: () => binary(directory, postgrest),
    },
    {
      name: "PostgREST given",
      wantedBy: wantsPostgrest("url"),
      look: () => perMode(wantsPostgrest("url"), "no URL is configured", (mode) => givenPostgrest(postgrest(mode))),
    },
  ];
}

const platformVersion = (mode: ModeName): string => dialects[modes[mode].postgrestVersion].fullVersion;

async function embedded(): Promise<string> {
  const { version } = await locateBinaries();
  const start = performance.now();
  const cluster = await startThrowAwayCluster({ flavour: icuEnglish });
  await withClient(cluster.url(), (client) => client.query("select 1")).finally(() => cluster.stop());
  return `${version} starts and answers (${Math.round(performance.now() - start)} ms)`;
}

async function docker(directory: string, image: (mode: ModeName) => string): Promise<string> {
  const { connectEngine } = await import("../postgres/docker/engine.ts");
  const { hasImage } = await import("../postgres/docker/images.ts");
  const engine = await connectEngine(directory);
  const images = MODES.map(async (mode) => {
    const there = await hasImage(engine, image(mode));
    return `${mode}: ${image(mode)} ${there ? "is here" : "would be pulled"}`;
  });
  return `${engine.about}; ${(await Promise.all(images)).join("; ")}`;
}

async function givenPostgres({ identity }: Project, mode: ModeName, source: PostgresSource): Promise<string> {
  const { url } = source as { url: string };
  const { lookAtGivenServer } = await import("../postgres/given/look.ts");
  const { rolesOn } = await import("../stack/servers/given.ts");
  const roles = rolesOn(mode, identity);
  const { version, remarks } = await lookAtGivenServer({ url, mode, iKnow: false, roles });
  return [`Postgres ${version.text} at ${new URL(url).host} can be used`, ...remarks].join(". ");
}

async function givenPostgrest(source: PostgrestSource): Promise<string> {
  const { url } = source as { url: string };
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch((error: Error) => {
    throw notThere(`Nothing answers at ${url} (${(error.cause as Error | undefined)?.message ?? error.message})`);
  });
  return `${response.headers.get("server") ?? "a server without a name"} answers at ${url} (${response.status})`;
}

async function binary(directory: string, source: (mode: ModeName) => PostgrestSource): Promise<string> {
  const programs = MODES.map(async (mode) => {
    const own = source(mode);
    const path = own.kind === "binary" ? own.path : undefined;
    const { path: found, version } = await findProgram({ path, directory, wanted: platformVersion(mode) });
    const other = version === platformVersion(mode) ? "" : `, the platform runs ${platformVersion(mode)}`;
    return `${mode}: ${found} (${version ?? "version unknown"}${other})`;
  });
  return (await Promise.all(programs)).join("; ");
}

async function perMode(names: readonly ModeName[], none: string, look: (mode: ModeName) => Promise<string>) {
  if (names.length === 0) throw notThere(none);
  return (await Promise.all(names.map(async (mode) => `${mode}: ${await look(mode)}`))).join("; ");
}

/** Nothing is broken; it is only not there. */
const notThere = (text: string): Error => new Error(text);
