/** What is put to the test: the built-in engine in this process, any server started by a command, or one that runs already. */
import { spawn } from "node:child_process";
import { Agent, request as httpRequest } from "node:http";
import { type HttpRequest, header } from "../../src/http/message.ts";
import { readConfig } from "../../src/postgrest/config/read.ts";
import { configReader } from "../../src/postgrest/config/reader.ts";
import { dialects, type PostgrestVersion } from "../../src/postgrest/dialect.ts";
import { createEngine } from "../../src/postgrest/engine.ts";
import type { RawAnswer } from "./answers.ts";

export interface Target {
  send(request: HttpRequest): Promise<RawAnswer>;
  /** Where it listens; undefined for the engine in this process. */
  readonly url?: string;
  /** `host:port` the server calls itself by in the OpenAPI document. */
  readonly host: string;
  stop(): Promise<void>;
}

/** `PGRST_*` variables. */
export type Environment = Readonly<Record<string, string>>;

/** Starts what is tested, once per configuration; `port` is a free one. */
export type Start = (config: string, env: Environment, port: number) => Promise<Target>;

export async function inProcess(env: Environment, version: PostgrestVersion): Promise<Target> {
  const dialect = dialects[version];
  const config = readConfig({ env }, dialect);
  const engine = await createEngine({ config, version, readConfig: configReader({ env }, dialect) });
  if (engine.schemaCache === null) throw new Error("The engine could not load its schema cache.");
  const host = `${config.serverHost}:${config.serverPort}`;
  return {
    send: async (request) => {
      const { status, headers, body } = await engine.handle(request);
      // What the web server around the engine does.
      const bodiless = request.method === "HEAD" || status === 204 || status === 304;
      return { status, headers, host, body: bodiless ? Buffer.alloc(0) : Buffer.from(body) };
    },
    host,
    stop: () => engine.close(),
  };
}

/**
 * Starts a server in a shell and waits until it answers anything but 503.
 * Rejects with what the server printed when it ends before that, or is not ready within a minute.
 */
export async function byCommand(command: string, env: Environment, port: number): Promise<Target> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PGRST_"));
  const child = spawn("sh", ["-c", command], {
    env: { ...Object.fromEntries(inherited), ...env, PORT: String(port) },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      printed = `${printed}${chunk}`.slice(-20_000);
    });
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const signal = (name: NodeJS.Signals): void => {
    // The whole group: the shell's child is the server.
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, name);
  };
  const running = atUrl(`http://127.0.0.1:${port}`);
  const stop = async (): Promise<void> => {
    await running.stop();
    signal("SIGTERM");
    const force = setTimeout(() => signal("SIGKILL"), 5000);
    await ended;
    clearTimeout(force);
  };
  try {
    await untilReady(running, () => child.exitCode !== null);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}\n${printed}`);
  }
  return { ...running, stop };
}

export function atUrl(url: string): Target {
  const { hostname, port, host, pathname } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const prefix = pathname.replace(/\/$/, "");
  return {
    url,
    host,
    send: ({ method, path, query, headers, body }) =>
      new Promise((resolve, reject) => {
        const target = `${prefix}${path}${query === "" ? "" : `?${query}`}`;
        const outgoing = httpRequest(
          {
            host: hostname,
            port,
            method,
            path: target,
            agent,
            timeout: 30_000,
            setHost: header(headers, "host") === undefined,
          },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on("data", (chunk: Buffer) => chunks.push(chunk));
            answer.on("error", reject);
            answer.on("end", () => {
              const list = answer.rawHeaders;
              const pairs = list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1]!] as const] : []));
              resolve({ status: answer.statusCode ?? 0, headers: pairs, body: Buffer.concat(chunks), host });
            });
          },
        );
        for (const [name, value] of headers) outgoing.appendHeader(name, value);
        if (body.length > 0 && header(headers, "content-length") === undefined) {
          outgoing.setHeader("Content-Length", body.length);
        }
        outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within 30 s")));
        outgoing.on("error", reject);
        outgoing.end(body);
      }),
    stop: async () => agent.destroy(),
  };
}

async function untilReady(target: Target, hasEnded: () => boolean): Promise<void> {
  const probe: HttpRequest = { method: "GET", path: "/not/there", query: "", headers: [], body: Buffer.alloc(0) };
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (hasEnded()) throw new Error("The server ended instead of answering. It printed:");
    const answer = await target.send(probe).catch(() => null);
    if (answer !== null && answer.status !== 503) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The server was not ready within a minute. It printed:");
}
