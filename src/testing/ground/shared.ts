/** One ground for all workers of a test run: owned by one process, used by the others. */
import type { DockerSession } from "../../postgres/docker/session.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { Project } from "../../project/project.ts";
import { dockerParts } from "../../stack/servers/docker-parts.ts";
import { Databases } from "./databases.ts";
import { ask, type ExchangeAddress, serveExchange } from "./exchange.ts";
import type { Ground } from "./ground.ts";
import { LocalGround } from "./local.ts";
import type { SeededTemplate } from "./seeded.ts";
import type { ServerChoice } from "./server.ts";
import { Source } from "./source.ts";

interface Question {
  readonly project: Project;
  readonly mode: ModeName;
}

export interface SharedGround {
  /** What the workers need to know. */
  readonly address: ExchangeAddress;
  /** Makes a template before anybody asks for it. */
  prepare(project: Project, mode: ModeName): Promise<void>;
  close(): Promise<void>;
}

/** The owner's side. A Postgres starts when the first project of its mode is asked for. */
export async function shareGround(choice: Partial<ServerChoice> = {}): Promise<SharedGround> {
  const ground = new LocalGround(choice);
  const exchange = await serveExchange((input) => {
    const { project, mode } = input as Question;
    return ground.seeded(project, mode);
  });
  return {
    address: exchange.address,
    prepare: async (project, mode) => void (await ground.seeded(project, mode)),
    close: async () => {
      await exchange.close();
      await ground.close();
    },
  };
}

/** A worker's side. */
export class BorrowedGround implements Ground {
  readonly #address: ExchangeAddress;
  readonly #docker = dockerParts({ directory: process.cwd(), project: "test", progress: () => {} });
  readonly #servers = new Map<string, Databases>();
  readonly #sources = new Map<string, Promise<Source>>();

  constructor(address: ExchangeAddress) {
    this.#address = address;
  }

  source(project: Project, mode: ModeName): Promise<Source> {
    const question: Question = { project, mode };
    const key = JSON.stringify(question);
    let source = this.#sources.get(key);
    if (source === undefined) {
      source = this.#ask(question);
      this.#sources.set(key, source);
      source.catch(() => this.#sources.delete(key));
    }
    return source;
  }

  docker(): Promise<DockerSession> {
    return this.#docker.session();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((databases) => databases.close()));
    await this.#docker.close();
  }

  async #ask(question: Question): Promise<Source> {
    const { server, database, state } = await ask<SeededTemplate>(this.#address, question);
    const databases = this.#servers.get(server.url) ?? new Databases(server);
    this.#servers.set(server.url, databases);
    return new Source(databases, database, state);
  }
}
