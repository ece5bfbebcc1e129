/** A stack's containers: one network, one set of labels, and the certainty that all of it goes with the stack. */
import { randomUUID } from "node:crypto";
import { connectEngine, type DockerEngine } from "./engine.ts";
import { RUN, runLabels } from "./labels.ts";
import { startReaper } from "./reaper.ts";
import { sweep } from "./sweep.ts";

export interface DockerSession {
  readonly engine: DockerEngine;
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Begins the name of every container. */
  readonly prefix: string;
  readonly directory: string;
  /** Removes every container of the session and its network. */
  close(): Promise<void>;
}

export interface SessionOptions {
  /** The user's project. */
  readonly directory: string;
  /** Its name, as a part of the containers' names. */
  readonly project: string;
  readonly progress: (text: string) => void;
  /** Called when there is an engine, before anything is made in it. */
  readonly beforeCreating?: (() => void) | undefined;
}

/** Throws `DOCKER_LIBRARY_MISSING` or `DOCKER_UNAVAILABLE`. */
export async function openDockerSession(options: SessionOptions): Promise<DockerSession> {
  const { directory, project } = options;
  options.progress("Looking for a Docker engine");
  const engine = await connectEngine(directory);
  await sweep(engine);
  options.beforeCreating?.();
  const run = randomUUID().slice(0, 8);
  const labels = runLabels(run, directory);
  const prefix = `flux-dev-${project.slice(0, 40)}-${run}`;
  const reaper = startReaper(engine, `${RUN}=${run}`);
  try {
    await engine.api.createNetwork({ Name: prefix, Driver: "bridge", Labels: labels });
  } catch (error) {
    reaper.dismiss();
    throw error;
  }
  const close = async () => {
    await removeRun(engine, run);
    reaper.dismiss();
  };
  return { engine, network: prefix, labels, prefix, directory, close };
}

async function removeRun({ api }: DockerEngine, run: string): Promise<void> {
  const filters = { label: [`${RUN}=${run}`] };
  const containers = await api.listContainers({ all: true, filters });
  await Promise.allSettled(containers.map(({ Id }) => api.getContainer(Id).remove({ force: true, v: true })));
  const networks = await api.listNetworks({ filters });
  await Promise.allSettled(networks.map(({ Id }) => api.getNetwork(Id).remove()));
}
