/** What is measured side by side: the floor, a bare server, the engine, the same behind the gateway, and a real binary if one is given. */
import { type ChildProcess, fork, spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { putUnderLoad } from "./load.ts";
import { type Figures, figures, type Measurement } from "./measurement.ts";
import type { Question, Reply, Role } from "./process.ts";
import { type CallName, engineToken, gatewayToken, requestsOf } from "./requests.ts";

export interface Target {
  readonly name: string;
  /** Some thousand requests, but no longer than a minute. */
  warmUp(call: CallName): Promise<void>;
  measure(call: CallName, connections: number, seconds: number): Promise<Figures>;
  stop(): void;
}

type Environment = Readonly<Record<string, string>>;

/** @param flags for Node, `--cpu-prof` say */
export async function ownTarget(role: Role, env: Environment, flags: readonly string[]): Promise<Target> {
  const file = fileURLToPath(new URL("./process.js", import.meta.url));
  const child = fork(file, [role], {
    env: { ...process.env, ...env },
    execArgv: [...flags],
    serialization: "advanced",
  });
  const ready = await answerOf(child, "ready");
  const cpu = async (): Promise<number> => {
    child.send({ ask: "cpu" } satisfies Question);
    return (await answerOf(child, "cpu")).seconds;
  };
  const token = role === "gateway" || role === "untraced" ? gatewayToken : engineToken;
  const run = async (call: CallName, connections: number, seconds: number): Promise<Measurement> => {
    if (role !== "floor")
      return putUnderLoad({ port: ready.port, requests: requestsOf(call, token), connections, seconds });
    child.send({ ask: "floor", call, workers: connections, seconds } satisfies Question);
    return (await answerOf(child, "measured")).measurement;
  };
  return {
    name: role,
    warmUp: (call) => warmUp((connections, seconds) => run(call, connections, seconds)),
    measure: async (call, connections, seconds) => {
      const before = await cpu();
      const measurement = await run(call, connections, seconds);
      return figures(measurement, (await cpu()) - before);
    },
    stop: () => child.disconnect(),
  };
}

/** Any server that reads PGRST_* variables. */
export async function foreignTarget(path: string, env: Environment): Promise<Target> {
  const port = await freePort();
  const child = spawn(path, [], {
    env: { ...process.env, ...env, PGRST_SERVER_PORT: String(port), PGRST_SERVER_HOST: "127.0.0.1" },
    stdio: "ignore",
  });
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
    if (answer !== null && answer.status !== 503) break;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${path} ended or did not answer in 30 s.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const run = (call: CallName, connections: number, seconds: number): Promise<Measurement> =>
    putUnderLoad({ port, requests: requestsOf(call, engineToken), connections, seconds });
  return {
    name: "real",
    warmUp: (call) => warmUp((connections, seconds) => run(call, connections, seconds)),
    measure: async (call, connections, seconds) => figures(await run(call, connections, seconds), null),
    stop: () => void child.kill(),
  };
}

async function warmUp(run: (connections: number, seconds: number) => Promise<Measurement>): Promise<void> {
  for (let count = 0, second = 0; count < 5000 && second < 60; second += 1) count += (await run(8, 1)).latencies.length;
}

function answerOf<Kind extends Reply["kind"]>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<Reply, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    const listen = (message: Reply): void => {
      if (message.kind !== kind) return;
      child.off("message", listen);
      child.off("exit", ended);
      resolve(message as Extract<Reply, { kind: Kind }>);
    };
    const ended = (code: number | null): void => reject(new Error(`The process that is measured ended with ${code}.`));
    child.on("message", listen);
    child.once("exit", ended);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
