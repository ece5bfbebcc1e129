/** How containers reach a server that listens on this machine's loopback only. */
import { createConnection, createServer, type Socket } from "node:net";
import { PostgresError, systemCode } from "../errors.ts";
import type { ContainerSpec } from "./container.ts";
import type { DockerSession } from "./session.ts";

export interface HostDoor {
  /** What containers connect to. */
  readonly host: string;
  readonly port: number;
  readonly extraHosts: NonNullable<ContainerSpec["extraHosts"]>;
  close(): Promise<void>;
}

/**
 * Where the engine runs on this very machine, a relay listens on the session network's gateway address, which only its
 * containers and this machine can reach. Where the engine is a virtual machine's (Docker Desktop, Colima), that forwards
 * `host.docker.internal` to loopback by itself. Throws `DOCKER_UNAVAILABLE` for an engine on another machine.
 */
export async function openHostDoor(
  session: DockerSession,
  target: { readonly host: string; readonly port: number },
): Promise<HostDoor> {
  const { engine, network } = session;
  if (!engine.local) throw elsewhere(engine.host);
  const { IPAM } = (await engine.api.getNetwork(network).inspect()) as { IPAM?: { Config?: { Gateway?: string }[] } };
  const gateway = IPAM?.Config?.find((config) => config.Gateway !== undefined)?.Gateway;
  const relay = gateway === undefined ? undefined : await startRelay(gateway, target);
  if (relay !== undefined) return { host: gateway!, extraHosts: [], ...relay };
  const extraHosts = [{ host: "host.docker.internal", ipAddress: "host-gateway" }];
  return { host: "host.docker.internal", port: target.port, extraHosts, close: async () => {} };
}

/** Undefined when the address is none of this machine's. A bridge without containers has no carrier, and is not listed. */
async function startRelay(address: string, target: { host: string; port: number }) {
  const open = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = createConnection(target);
    for (const socket of [incoming, outgoing]) {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => open.delete(socket));
    }
    incoming.on("close", () => outgoing.destroy());
    outgoing.on("close", () => incoming.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  const failure = await new Promise<Error | undefined>((resolve) => {
    server.once("error", resolve);
    server.listen(0, address, () => resolve(undefined));
  });
  if (systemCode(failure) === "EADDRNOTAVAIL") return undefined;
  if (failure !== undefined) throw failure;
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

const elsewhere = (host: string): PostgresError =>
  new PostgresError("DOCKER_UNAVAILABLE", {
    what: "A container on another machine cannot reach the Postgres of this one.",
    why: `The Docker engine is on ${host}, and Postgres listens on this machine's loopback only.`,
    next: "Take both from Docker (--postgres docker --postgrest docker), or the engine of this machine.",
  });
