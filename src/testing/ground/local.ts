/** The ground in this process: throw-away servers that go with it, also when it is killed. */
import { createHash } from "node:crypto";
import { readSql } from "../../database/apply.ts";
import { createIdp } from "../../idp/idp.ts";
import { generateKeys, type IdpKeys, instanceHost } from "../../idp/keys.ts";
import { withClient } from "../../postgres/admin.ts";
import type { DockerSession } from "../../postgres/docker/session.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { Project } from "../../project/project.ts";
import { newSecrets, type ProjectSecrets } from "../../project/secrets.ts";
import { prepareDatabase } from "../../stack/database.ts";
import { type DockerParts, dockerParts } from "../../stack/servers/docker-parts.ts";
import { withFixed } from "../../stack/state.ts";
import type { Ground } from "./ground.ts";
import type { SeededTemplate, SharedState } from "./seeded.ts";
import { type GroundServer, openGroundServer, type ServerChoice } from "./server.ts";
import { Source } from "./source.ts";

interface Template {
  readonly source: Source;
  readonly seeded: SeededTemplate;
}

export class LocalGround implements Ground {
  readonly #choice: ServerChoice;
  readonly #docker: DockerParts;
  readonly #servers = new Map<ModeName, Promise<GroundServer>>();
  readonly #templates = new Map<string, Promise<Template>>();
  readonly #secrets: ProjectSecrets = newSecrets();
  #keys: Promise<IdpKeys> | undefined;

  constructor(choice: Partial<ServerChoice> = {}) {
    this.#choice = { directory: ".", onProgress: () => {}, ...choice };
    const { directory, onProgress } = this.#choice;
    this.#docker = dockerParts({ directory, project: "test", progress: onProgress });
  }

  docker(): Promise<DockerSession> {
    return this.#docker.session();
  }

  async source(project: Project, mode: ModeName): Promise<Source> {
    return (await this.#template(project, mode)).source;
  }

  /** The same as data, for another process of this machine. */
  async seeded(project: Project, mode: ModeName): Promise<SeededTemplate> {
    return (await this.#template(project, mode)).seeded;
  }

  async close(): Promise<void> {
    const servers = await Promise.allSettled(this.#servers.values());
    await Promise.all(servers.map((server) => server.status === "fulfilled" && server.value.stop()));
    await this.#docker.close();
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
    const [idpKeys, server] = await Promise.all([this.#keys, this.#server(mode, project)]);
    const own = withFixed(this.#secrets, project.config.secrets);
    const secrets = { ...own, database: server.loginPassword ?? own.database };
    this.#choice.onProgress(`Making the template of ${project.identity.slug} (${mode})`);
    const { databases } = server;
    const database = await server.alone(() => makeTemplate(server, project, mode, secrets.database));
    const idp = createIdp({ keys: idpKeys, users: project.users, projectSecret: () => "" }).snapshot();
    const state: SharedState = { secrets, idpKeys, idp };
    // Networks of containers are a process's own; others reach the server as this machine does.
    const { inNetwork: _, ...address } = databases.server;
    return {
      source: new Source(databases, database, state),
      seeded: { mode, server: address, database, state },
    };
  }

  #server(mode: ModeName, project: Project): Promise<GroundServer> {
    let server = this.#servers.get(mode);
    if (server === undefined) {
      server = openGroundServer(mode, project, this.#choice, () => this.docker());
      this.#servers.set(mode, server);
      server.catch(() => this.#servers.delete(mode));
    }
    return server;
  }
}

async function makeTemplate(
  { databases, restored }: GroundServer,
  project: Project,
  mode: ModeName,
  password: string,
): Promise<string> {
  const database = restored === undefined ? await databases.create() : await databases.clone(restored.database);
  await withClient(databases.url(database), (client) =>
    prepareDatabase(client, project, mode, restored?.ready, password),
  );
  await databases.seal(database);
  return database;
}

/** Whatever goes into the database: two projects that agree in it share a template. */
function templateKey(project: Project, mode: ModeName): string {
  const { identity, migrations, seeds, config } = project;
  const text = [...migrations.flatMap((target) => target.files), ...seeds].map((file) => [file.shown, readSql(file)]);
  const modesOfFiles = migrations.map((target) => [target.mode, target.kind]);
  const facts = JSON.stringify([mode, identity, modesOfFiles, text, config.secrets, project.users]);
  return createHash("sha256").update(facts).digest("hex");
}
