/** One container of a session: on its network, its port published on loopback, its output line by line. */
import type { Readable } from "node:stream";
import type { GenericContainer, Wait } from "testcontainers";
import { PostgresError } from "../errors.ts";
import { ensureImage } from "./images.ts";
import type { DockerSession } from "./session.ts";

export interface ContainerSpec {
  /** Its name in the session's network. */
  readonly alias: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** Inside. */
  readonly port: number;
  /** On this machine; 0 takes any. */
  readonly hostPort: number;
  /** A named volume that outlives the container; `volumeLabels` when it has to be made. */
  readonly volume?: { readonly name: string; readonly target: string };
  /** Directories in memory, with their mount options. */
  readonly inMemory?: Readonly<Record<string, string>>;
  /** Further names: `name:address`. */
  readonly extraHosts?: readonly { readonly host: string; readonly ipAddress: string }[];
  /** Asks it to end; without it the image's own, or SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds until it must be ready. */
  readonly patience: number;
  readyWhen(wait: typeof Wait): ReturnType<typeof Wait.forLogMessage>;
  onLine(line: string): void;
  progress(text: string): void;
}

export interface RunningContainer {
  readonly id: string;
  /** Where this machine reaches it. */
  readonly host: string;
  readonly port: number;
  readonly exited: Promise<void>;
  /** Asks it to end, waits up to `seconds`, removes it. */
  stop(seconds: number): Promise<void>;
}

/** Throws `IMAGE_UNAVAILABLE`, `PORT_TAKEN` or `CONTAINER_FAILED`; no container is left then. */
export async function startContainer(session: DockerSession, spec: ContainerSpec): Promise<RunningContainer> {
  const { engine, prefix } = session;
  await ensureImage(engine, spec.image, spec.progress);
  spec.progress(`Starting ${spec.image}`);
  const name = `${prefix}-${spec.alias}`;
  const tail: string[] = [];
  try {
    const started = await describe(session, spec, name, (line) => {
      // Our own knocking on the door is no news.
      if (!/ HTTP\/1\.1" /.test(line) && tail.push(line) > 5) tail.shift();
      spec.onLine(line);
    }).start();
    const container = engine.api.getContainer(started.getId());
    const remove = () => container.remove({ force: true, v: true }).catch(() => {});
    // Also one that ended by itself: its name is wanted by the next.
    const exited = container.wait().then(remove, remove);
    let stopping: Promise<void> | undefined;
    const stop = async (seconds: number) => {
      await container.stop({ t: seconds }).catch(() => {});
      await exited;
    };
    return {
      id: started.getId(),
      host: engine.local ? "127.0.0.1" : engine.host,
      port: started.getMappedPort(spec.port),
      exited,
      stop: (seconds) => (stopping ??= stop(seconds)),
    };
  } catch (error) {
    await engine.api
      .getContainer(name)
      .remove({ force: true, v: true })
      .catch(() => {});
    throw explain(error, spec, tail);
  }
}

function describe(session: DockerSession, spec: ContainerSpec, name: string, onLine: (line: string) => void) {
  const { engine, network, labels } = session;
  const { Wait } = engine.testcontainers;
  const container = new (containerClass(session, spec))(spec.image)
    .withName(name)
    .withLabels({ ...labels })
    .withNetworkMode(network)
    .withEnvironment({ ...spec.env })
    .withExposedPorts(spec.hostPort === 0 ? spec.port : { container: spec.port, host: spec.hostPort })
    .withTmpFs({ ...spec.inMemory })
    .withExtraHosts([...(spec.extraHosts ?? [])])
    .withWaitStrategy(spec.readyWhen(Wait))
    .withStartupTimeout(spec.patience)
    .withLogConsumer((stream) => readLines(stream, onLine))
    // The session's reaper does that work.
    .withAutoCleanup(false);
  if (spec.command !== undefined) container.withCommand([...spec.command]);
  if (spec.volume !== undefined)
    container.withBindMounts([{ source: spec.volume.name, target: spec.volume.target, mode: "rw" }]);
  return container;
}

/**
 * What the library keeps to its subclasses. It publishes ports on every interface of the machine. And a container with an
 * alias it puts on the engine's default network as well, where strangers are, and which not every engine has.
 */
function containerClass(
  { engine: { testcontainers, local }, network }: DockerSession,
  { alias, stopSignal }: ContainerSpec,
): typeof GenericContainer {
  return class extends testcontainers.GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      if (stopSignal !== undefined) this.createOpts.StopSignal = stopSignal;
      this.createOpts.NetworkingConfig = { EndpointsConfig: { [network]: { Aliases: [alias] } } };
      const bindings = Object.values((this.hostConfig.PortBindings ?? {}) as Record<string, { HostIp?: string }[]>);
      if (local) for (const binding of bindings.flat()) binding.HostIp = "127.0.0.1";
    }
  };
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  stream.on("data", (data: Buffer | string) => {
    for (const line of data.toString().split("\n")) if (line.trim() !== "") onLine(line.trimEnd());
  });
  stream.on("error", () => {});
}

function explain(
  error: unknown,
  { image, alias, hostPort, patience }: ContainerSpec,
  tail: readonly string[],
): unknown {
  if (error instanceof PostgresError) return error;
  const message = (error as Error).message;
  if (/port is already allocated|address already in use|ports are not available/i.test(message)) {
    const words = {
      what: `Port ${hostPort} is taken.`,
      why: "Another program or container listens there.",
      next: "Choose another port.",
    };
    return new PostgresError("PORT_TAKEN", words, error);
  }
  const said = tail.length === 0 ? "It said nothing." : `Its last words: ${tail.join(" / ")}`;
  return new PostgresError(
    "CONTAINER_FAILED",
    {
      what: `The container ${alias} (${image}) did not start.`,
      why: `${inWords(message, patience)} ${said}`,
      next: "Look into flux-dev logs; docker run with the same image shows whether it works at all.",
    },
    error,
  );
}

/** The wait strategies speak of themselves, the engine of its protocol. */
function inWords(message: string, patience: number): string {
  if (/log stream ended|container exited|failed to start/i.test(message)) return "It ended before it was ready.";
  if (/not (received|accessible|bound) after/i.test(message)) return `It was not ready within ${patience / 1000} s.`;
  const [first = ""] = message.replace(/^\(HTTP code \d+\) [a-z ]+ - /, "").split("\n");
  return `The engine says: ${first.trim()}.`;
}
