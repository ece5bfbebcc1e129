import type { HeaderList, HttpRequest } from "../../../../src/http/message.ts";
import type { EngineConfig } from "../../../../src/postgrest/config/types.ts";
import { dialects, type PostgrestVersion } from "../../../../src/postgrest/dialect.ts";
import { PgrstError } from "../../../../src/postgrest/errors/pgrst-error.ts";
import { buildApiRequest } from "../../../../src/postgrest/request/api-request.ts";
import type { ApiRequest } from "../../../../src/postgrest/request/types.ts";

export interface Asked {
  readonly headers?: HeaderList;
  readonly body?: string | Buffer;
  readonly version?: PostgrestVersion;
  readonly config?: Partial<EngineConfig>;
  readonly timezones?: readonly string[];
}

/** `GET /path?query` as a plain request. */
export function httpRequest(line: string, { headers = [], body = "" }: Asked = {}): HttpRequest {
  const [method = "", target = ""] = line.split(/ (.*)/s);
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  return { method, path, query, headers, body: Buffer.from(body) };
}

const defaults: Partial<EngineConfig> = {
  dbSchemas: ["api"],
  dbRootSpec: null,
  dbTxAllowOverride: false,
  openApiMode: "follow-privileges",
};

/** The request phase alone, under a configuration that exposes the schema `api`. */
export function ask(line: string, asked: Asked = {}): ApiRequest {
  const { version = "12.2", config = {}, timezones = [] } = asked;
  const whole = { ...defaults, ...config } as EngineConfig;
  return buildApiRequest(whole, dialects[version], httpRequest(line, asked), { timezones: new Set(timezones) });
}

/** What a phase refuses with; fails the test when it does not. */
export function refusal(run: () => unknown): PgrstError {
  try {
    run();
  } catch (error) {
    if (error instanceof PgrstError) return error;
    throw error;
  }
  throw new Error("was not refused");
}
