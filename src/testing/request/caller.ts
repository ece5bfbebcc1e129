/** Somebody who sends requests: nobody, a user, or the holder of a key. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { PostgrestClient } from "@supabase/postgrest-js";
import type { HttpRequest } from "../../http/message.ts";
import { buildRequest, type RequestOptions } from "./build.ts";
import { inProcessFetch } from "./fetch.ts";
import type { FluxResponse } from "./response.ts";

/** What a caller needs of the project it calls. */
export interface Endpoint {
  /** In front of every path; also what `postgrest-js` is told. */
  readonly url: string;
  /** Hosts, with ports, that lead to the project. */
  readonly hosts: readonly string[];
  /** Where `@supabase/postgrest-js` is looked for first. */
  readonly directory: string;
  send(request: HttpRequest): Promise<FluxResponse>;
}

export class Caller {
  readonly #endpoint: Endpoint;
  readonly #token: () => string | undefined;

  constructor(endpoint: Endpoint, token: () => string | undefined = () => undefined) {
    this.#endpoint = endpoint;
    this.#token = token;
  }

  /** The token it sends; undefined for nobody. */
  get bearer(): string | undefined {
    return this.#token();
  }

  /** Sends a request through the gateway, in process. `target` is path and query: `/notes?select=*`. */
  request(target: string, options: RequestOptions = {}): Promise<FluxResponse> {
    const { send, hosts } = this.#endpoint;
    return send(buildRequest(target, options, hosts[0]!, this.#token()));
  }

  get(target: string, options: RequestOptions = {}): Promise<FluxResponse> {
    return this.request(target, { ...options, method: "GET" });
  }

  post(target: string, body: unknown, options: RequestOptions = {}): Promise<FluxResponse> {
    return this.request(target, { ...options, method: "POST", body });
  }

  patch(target: string, body: unknown, options: RequestOptions = {}): Promise<FluxResponse> {
    return this.request(target, { ...options, method: "PATCH", body });
  }

  put(target: string, body: unknown, options: RequestOptions = {}): Promise<FluxResponse> {
    return this.request(target, { ...options, method: "PUT", body });
  }

  delete(target: string, options: RequestOptions = {}): Promise<FluxResponse> {
    return this.request(target, { ...options, method: "DELETE" });
  }

  /** Calls a function by POST. */
  rpc(name: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<FluxResponse> {
    return this.post(`/rpc/${encodeURIComponent(name)}`, parameters);
  }

  /** `fetch` for this project, in process; hand it to code that takes one. Relative URLs are the project's. */
  readonly fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { url, hosts, send } = this.#endpoint;
    return inProcessFetch({ baseUrl: url, hosts, token: this.#token(), send }, input, init);
  };

  /** A client of `@supabase/postgrest-js`, in process. Throws a sentence when that package is not installed. */
  // biome-ignore lint/suspicious/noExplicitAny: the package's own default for a database without types.
  client<Database = any>(): PostgrestClient<Database> {
    const { url, directory } = this.#endpoint;
    const { PostgrestClient: Client } = loadClient(directory);
    return new Client<Database>(url, { fetch: this.fetch });
  }
}

function loadClient(directory: string): typeof import("@supabase/postgrest-js") {
  for (const from of [join(directory, "package.json"), import.meta.url]) {
    try {
      return createRequire(from)("@supabase/postgrest-js");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new Error("client() needs the package @supabase/postgrest-js: npm install -D @supabase/postgrest-js");
}
