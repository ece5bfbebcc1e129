/** One stack for a test file, reached as an app reaches it: over HTTP, at its Service URL. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ModeName } from "../../src/project/mode/types.ts";
import type { RunningStack } from "../../src/stack/running-stack.ts";
import { startStack } from "../../src/stack/start.ts";
import type { TokenRequest } from "../../src/stack/tokens.ts";
import { resolveLocalhostNames } from "./localhost.ts";

export interface Ask {
  readonly method?: string;
  /** A user of the project. */
  readonly as?: string;
  readonly token?: string;
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Told {
  readonly status: number;
  /** Without those that speak of the connection or of the moment. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Service {
  readonly stack: RunningStack;
  /** As the platform writes it; every client of this process finds the way. */
  readonly url: string;
  readonly schema: string;
  token(user: string, options?: Omit<TokenRequest, "user">): string;
  /** `target` is path and query, or a whole URL. */
  ask(target: string, ask?: Ask): Promise<Told>;
  /** Pushes SQL in the live mode, as a file of the project. */
  push(sql: string): Promise<void>;
  close(): Promise<void>;
}

const VOLATILE = new Set(["connection", "content-length", "date", "keep-alive", "transfer-encoding"]);

/** `files` by path within the project; without a flux.json among them the demo runs. Strict: exactly as the platform. */
export async function startService(files: Readonly<Record<string, string>> = {}, mode?: ModeName): Promise<Service> {
  const directory = mkdtempSync(join(tmpdir(), "flux-dev-service-"));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  };
  for (const [file, text] of Object.entries(files)) write(file, text);
  const remove = () => rm(directory, { recursive: true, force: true });
  // Nobody can close what has not started.
  const stack = await startStack({ directory, throwAway: true, strict: true, mode }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const { serviceUrl } = stack.info();
  resolveLocalhostNames();

  const token: Service["token"] = (user, options) => stack.token({ ...options, user }).token;

  return {
    stack,
    url: serviceUrl,
    get schema() {
      return stack.info().apiSchema;
    },
    token,
    async ask(target, { method = "GET", as, token: bearer = as && token(as), body, headers }: Ask = {}) {
      const response = await fetch(target.startsWith("/") ? serviceUrl + target : target, {
        method,
        headers: {
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      return {
        status: response.status,
        headers: Object.fromEntries([...response.headers].filter(([name]) => !VOLATILE.has(name))),
        body: await response.text(),
      };
    },
    async push(sql) {
      write("pushed.sql", sql);
      await stack.push("pushed.sql");
    },
    async close() {
      await stack.stop().finally(remove);
    },
  };
}
