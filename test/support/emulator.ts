/**
 * One project at work for a test: its own database on a cluster given, PostgREST and gateway in process, strict as the
 * platform. A request comes back with its trace.
 */
import type { Client } from "pg";
import { type ApplyFiles, applyProject } from "../../src/database/apply.ts";
import { bootstrapDatabase, provisionProject } from "../../src/database/provision/provision.ts";
import { resetDatabase } from "../../src/database/reset.ts";
import { trapHttpRequest, trapToken } from "../../src/diagnosis/traps/request.ts";
import type { TrapRequest } from "../../src/diagnosis/traps/schema.ts";
import { createGateway } from "../../src/gateway/gateway.ts";
import type { HttpRequest, HttpResponse } from "../../src/http/message.ts";
import { createIdp } from "../../src/idp/idp.ts";
import { generateKeys, type IdpKeys, instanceHost } from "../../src/idp/keys.ts";
import { withClient } from "../../src/postgres/admin.ts";
import { icuEnglish, libcEnglish } from "../../src/postgres/flavour.ts";
import type { RunningCluster } from "../../src/postgres/server.ts";
import { readConfig } from "../../src/postgrest/config/read.ts";
import { configReader } from "../../src/postgrest/config/reader.ts";
import { dialects } from "../../src/postgrest/dialect.ts";
import { createEngine } from "../../src/postgrest/engine.ts";
import { projectHosts } from "../../src/project/address.ts";
import { modes } from "../../src/project/mode/mode.ts";
import type { ModeName } from "../../src/project/mode/types.ts";
import type { Project } from "../../src/project/project.ts";
import { newSecrets, type ProjectSecrets } from "../../src/project/secrets.ts";
import { gatewayConfig, projectCatalog } from "../../src/stack/gateway-config.ts";
import { issueToken } from "../../src/stack/tokens.ts";
import { systemClock } from "../../src/time/clock.ts";
import { staticKey } from "../../src/tokens/keys.ts";
import { type Trace, TraceRecorder } from "../../src/trace/trace.ts";
import { createTestCluster, createTestDatabase } from "./postgres.ts";

/** A gateway and a PostgREST on the database. */
interface Site {
  send(request: HttpRequest): Promise<{ response: HttpResponse; trace: Trace }>;
  /** The same, for a request in the words of the trap fixtures. */
  ask(request: TrapRequest): Promise<{ response: HttpResponse; trace: Trace }>;
  /** A user's token, right in every way. */
  token(user: string): string;
  reload(): Promise<void>;
  close(): Promise<void>;
}

export interface Emulator extends Site {
  readonly mode: ModeName;
  readonly project: Project;
  readonly secrets: ProjectSecrets;
  /** Superuser URL of the project's database. */
  readonly databaseUrl: string;
  /** A second one, of which nothing remains in the database. Close it before the emulator. */
  rollingBack(): Promise<Site>;
  /** Empties the database and runs another project's files there; identity, secrets and users stay. */
  become(files: ApplyFiles): Promise<void>;
  /** A connection as the superuser. */
  admin<T>(work: (client: Client) => Promise<T>): Promise<T>;
}

export const clusterFor = (mode: ModeName): Promise<RunningCluster> =>
  createTestCluster(mode === "v1" ? libcEnglish : icuEnglish);

/** Rejects with what the push says; the database is gone then. */
export async function startEmulator(
  cluster: RunningCluster,
  project: Project,
  mode: ModeName,
  files: ApplyFiles = project,
): Promise<Emulator> {
  const { identity } = project;
  const secrets = newSecrets();
  const database = await createTestDatabase({ on: cluster });
  const { url } = database;
  try {
    await withClient(url, async (client) => {
      await bootstrapDatabase(client, mode, secrets.database);
      await provisionProject(client, identity, mode);
      await applyProject(client, identity, mode, files);
    });
    const site = { project, mode, secrets, login: database.urlFor(modes[mode].names(identity).loginRole) };
    const live = await openSite(site);
    return {
      mode,
      project,
      secrets,
      databaseUrl: url,
      ...live,
      rollingBack: () => openSite({ ...site, env: { PGRST_DB_TX_END: "rollback" } }),
      become: async (next) => {
        await withClient(url, async (client) => {
          await resetDatabase(client, identity, mode, secrets.database);
          await applyProject(client, identity, mode, next);
        });
        await live.reload();
      },
      admin: (work) => withClient(url, work),
      close: async () => {
        await live.close();
        await database.drop();
      },
    };
  } catch (error) {
    await database.drop();
    throw error;
  }
}

async function openSite(options: {
  project: Project;
  mode: ModeName;
  secrets: ProjectSecrets;
  login: string;
  env?: Readonly<Record<string, string>>;
}): Promise<Site> {
  const { project, mode, secrets, login, env: extra } = options;
  const { postgrestSettings, postgrestVersion: version, tokens } = modes[mode];
  const env = {
    ...postgrestSettings(project.identity),
    PGRST_DB_URI: login,
    PGRST_JWT_SECRET: tokens.verifiedBy === "gateway" ? secrets.pool : secrets.project[mode],
    ...extra,
  };
  const dialect = dialects[version];
  const engine = await createEngine({
    config: readConfig({ env }, dialect),
    version,
    readConfig: configReader({ env }, dialect),
  });
  const traces: Trace[] = [];
  const gateway = createGateway({
    catalog: projectCatalog(project, secrets, mode),
    config: gatewayConfig(project, secrets, true),
    clock: systemClock,
    mode: () => mode,
    upstream: () => (request, observe) => engine.handle(request, observe),
    record: (request) => {
      const recorder = new TraceRecorder();
      const finish = (response: HttpResponse) => {
        traces.push(recorder.finish(mode, request, response));
        return [];
      };
      return { observe: recorder.observe, finish };
    },
  });
  const credential = await credentials(project, secrets, mode);
  const host = ["Host", projectHosts(project.identity, project.config.baseDomain).flat] as const;
  const send: Site["send"] = async (request) => {
    const response = await gateway.handle({ ...request, headers: [host, ...request.headers] });
    return { response, trace: traces.pop()! };
  };
  return {
    send,
    ask: (request) => send(trapHttpRequest(request, credential(request))),
    token: (user) => credential({ path: "/", as: user })!,
    reload: () => engine.reloadSchemaCache(),
    close: () => engine.close(),
  };
}

let keys: Promise<IdpKeys> | undefined;

/** Tokens and keys as the stack makes them for a trap's request. */
async function credentials(
  project: Project,
  secrets: ProjectSecrets,
  mode: ModeName,
): Promise<(request: TrapRequest) => string | undefined> {
  keys ??= generateKeys(instanceHost("emulator"));
  const secret = secrets.project[mode];
  const other = secrets.project[mode === "v1" ? "v2" : "v1"];
  const idp = createIdp({ keys: await keys, users: project.users, projectSecret: () => secret });
  return (request) => {
    if (request.key !== undefined) return staticKey(request.key, secret, systemClock);
    const asked = trapToken(request, other);
    return asked === undefined ? undefined : issueToken(idp, secret, systemClock, asked).token;
  };
}
