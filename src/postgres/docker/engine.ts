/** The container engine of this machine (Docker, Podman, Colima, …), or of another one that DOCKER_HOST names. */
import { accessSync, constants, existsSync } from "node:fs";
import { PostgresError } from "../errors.ts";
import { type DockerLibrary, loadLibrary } from "./library.ts";

type RuntimeClient = Awaited<ReturnType<DockerLibrary["testcontainers"]["getContainerRuntimeClient"]>>;

export interface DockerEngine extends DockerLibrary {
  readonly client: RuntimeClient;
  readonly api: RuntimeClient["container"]["dockerode"];
  /** `Docker 20.10.24 (Debian GNU/Linux 12)` */
  readonly about: string;
  /** Where published ports are reached. */
  readonly host: string;
  /** Ports can be published on this machine's loopback. */
  readonly local: boolean;
}

/** Milliseconds; a DOCKER_HOST that swallows packets answers nothing at all. */
const PATIENCE = 15_000;

/** `directory` is the user's project. Throws `DOCKER_LIBRARY_MISSING` or `DOCKER_UNAVAILABLE`. */
export async function connectEngine(directory: string): Promise<DockerEngine> {
  const library = loadLibrary(directory);
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`No answer within ${PATIENCE / 1000} s.`)), PATIENCE);
    });
    const client = await Promise.race([library.testcontainers.getContainerRuntimeClient(), late]);
    const { host, serverVersion, operatingSystem } = client.info.containerRuntime;
    const local = host === "localhost" || host === "::1" || host.startsWith("127.");
    const about = `Docker ${serverVersion} (${operatingSystem})`;
    return { ...library, client, api: client.container.dockerode, about, host, local };
  } catch (error) {
    throw unavailable(error);
  } finally {
    clearTimeout(timer);
  }
}

const SOCKET = "/var/run/docker.sock";

function unavailable(cause: unknown): PostgresError {
  return new PostgresError(
    "DOCKER_UNAVAILABLE",
    {
      what: "No Docker engine answers.",
      why: whyNot(process.env, process.platform),
      next: "Start Docker (or Podman, Colima, …), or leave --postgres and --postgrest out: flux-dev needs neither.",
    },
    cause,
  );
}

function whyNot(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env["DOCKER_HOST"]) return `Nothing usable answers at ${env["DOCKER_HOST"]}, which DOCKER_HOST names.`;
  if (platform === "win32") return "Docker's pipe does not answer.";
  if (!existsSync(SOCKET)) return `There is no ${SOCKET}, and DOCKER_HOST is not set.`;
  try {
    accessSync(SOCKET, constants.R_OK | constants.W_OK);
    return `Nothing answers at ${SOCKET}.`;
  } catch {
    return `This user may not use ${SOCKET} (on Linux: be a member of the group docker, and log in again).`;
  }
}
