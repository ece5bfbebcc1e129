/** The port of a Postgres that this stack starts: the same from run to run, where that can be had. */
import { bindFirst, type PortName, portCandidates } from "../ports.ts";
import type { ServerOptions } from "./types.ts";

/** `start` rejects with the code `PORT_TAKEN` when the port cannot be had; 0 stands for any. */
export async function bindServer<Server extends { readonly port: number }>(
  { mode, project, state, directory, throwAway }: ServerOptions,
  start: (port: number) => Promise<Server>,
): Promise<Server> {
  const name: PortName = `postgres-${mode}`;
  // One fixed port cannot serve two clusters: it is the project's own mode that gets it.
  const fixed = (!throwAway && mode === project.mode && project.config.ports.postgres) || undefined;
  const candidates = throwAway ? [] : portCandidates(directory, name, state.now.ports[name]);
  const server = await bindFirst({ name, fixed, candidates }, start);
  state.setPort(name, server.port);
  return server;
}
