/** The ground in this process: throw-away clusters that go with it, also when it is killed. */
import { createHash } from "node:crypto";
import { readSql } from "../../database/apply.ts";
import { createIdp } from "../../idp/idp.ts";
import { generateKeys, type IdpKeys, instanceHost } from "../../idp/keys.ts";
import { withClient } from "../../postgres/admin.ts";
import { startThrowAwayCluster } from "../../postgres/cluster.ts";
import type { RunningCluster } from "../../postgres/server.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { Project } from "../../project/project.ts";
import { newSecrets, type ProjectSecrets } from "../../project/secrets.ts";
import { rebuildDatabase } from "../../stack/database.ts";
import { flavours } from "../../stack/flavours.ts";
import { withFixed } from "../../stack/state.ts";
import { Databases } from "./databases.ts";
import type { Ground } from "./ground.ts";
import type { SeededTemplate, SharedState } from "./seeded.ts";
import { Source } from "./source.ts";

/** Forks hold a few connections each, and there may be hundreds of them. */
const settings = {
  max_connections: "1000",
  // Test data is small and short-lived: statistics and vacuums of a hundred copies only cost time.
  autovacuum: "off",
};

interface Server {
  readonly cluster: RunningCluster;
  readonly databases: Databases;
  /** One template is made at a time: roles are cluster-wide, and two sessions cannot alter one at once. */
  building: Promise<unknown>;
}

interface Template {
  readonly source: Source;
  readonly seeded: SeededTemplate;
}

export class LocalGround implements Ground {
  readonly #onProgress: (text: string) => void;
  readonly #servers = new Map<ModeName, Promise<Server>>();
  readonly #templates = new Map<string, Promise<Template>>();
  readonly #secrets: ProjectSecrets = newSecrets();
  #keys: Promise<IdpKeys> | undefined;

  constructor(onProgress: (text: string) => void = () => {}) {
    this.#onProgress = onProgress;
  }

  async source(project: Project, mode: ModeName): Promise<Source> {
    return (await this.#template(project, mode)).source;
  }

  /** The same as data, for another process of this machine. */
  async seeded(project: Project, mode: ModeName): Promise<SeededTemplate> {
    return (await this.#template(project, mode)).seeded;
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#servers.values()].map(async (starting) => {
        const server = await starting.catch(() => undefined);
        await server?.databases.abandon();
        await server?.cluster.stop();
      }),
    );
  }

  #template(project: Project, mode: ModeName): Promise<Template> {
    const key = templateKey(project, mode);
    let template = this.#templates.get(key);
    if (template === undefined) {
      template = this.#build(project, mode);
      this.#templates.set(key, template);
      // A migration that failed may be mended by the time of the next run.
      template.catch(() => this.#templates.delete(key));
    }
    return template;
  }

  async #build(project: Project, mode: ModeName): Promise<Template> {
    this.#keys ??= generateKeys(instanceHost("test"));
    const [idpKeys, server] = await Promise.all([this.#keys, this.#server(mode)]);
    const secrets = withFixed(this.#secrets, project.config.secrets);
    const turn = server.building.then(async () => {
      this.#onProgress(`Making the template of ${project.identity.slug} (${mode})`);
      const { databases } = server;
      const database = await databases.create();
      await withClient(databases.url(database), (client) => rebuildDatabase(client, project, mode, secrets.database));
      await databases.seal(database);
      return database;
    });
    server.building = turn.catch(() => {});
    const database = await turn;
    const idp = createIdp({ keys: idpKeys, users: project.users, projectSecret: () => "" }).snapshot();
    const state: SharedState = { secrets, idpKeys, idp };
    return {
      source: new Source(server.databases, database, state),
      seeded: { mode, serverUrl: server.cluster.url(), database, state },
    };
  }

  #server(mode: ModeName): Promise<Server> {
    let server = this.#servers.get(mode);
    if (server === undefined) {
      this.#onProgress(`Starting Postgres (${mode})`);
      server = startServer(mode);
      this.#servers.set(mode, server);
      server.catch(() => this.#servers.delete(mode));
    }
    return server;
  }
}

async function startServer(mode: ModeName): Promise<Server> {
  const cluster = await startThrowAwayCluster({ flavour: flavours[mode], settings });
  return { cluster, databases: new Databases(cluster.url()), building: Promise.resolve() };
}

/** Whatever goes into the database: two projects that agree in it share a template. */
function templateKey(project: Project, mode: ModeName): string {
  const { identity, migrations, seeds, config } = project;
  const text = [...migrations.flatMap((target) => target.files), ...seeds].map((file) => [file.shown, readSql(file)]);
  const modesOfFiles = migrations.map((target) => [target.mode, target.kind]);
  const facts = JSON.stringify([mode, identity, modesOfFiles, text, config.secrets, project.users]);
  return createHash("sha256").update(facts).digest("hex");
}
