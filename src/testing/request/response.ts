/** An answer as tests look at it: read already, with the trace of how it came about. */
import type { HttpRequest, HttpResponse } from "../../http/message.ts";
import { target } from "../../http/message.ts";
import type { Trace } from "../../trace/trace.ts";
import { type Origin, rememberOrigin } from "./origin.ts";

export class FluxResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** Method, path and query of the request it answers. */
  readonly request: string;
  readonly #trace: Trace;

  constructor(request: HttpRequest, response: HttpResponse, origin: Origin) {
    this.status = response.status;
    this.headers = new Headers(response.headers.map(([name, value]) => [name, value]));
    this.body = Buffer.from(response.body);
    this.request = `${request.method} ${target(request)}`;
    this.#trace = origin.trace;
    rememberOrigin(this, origin);
  }

  /** The body as text. */
  get text(): string {
    return this.body.toString();
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The body as JSON; throws a sentence with the body where it is none. */
  json<T = unknown>(): T {
    try {
      return JSON.parse(this.text) as T;
    } catch {
      throw new Error(
        `${this.request} answered ${this.status} with a body that is not JSON: ${this.text.slice(0, 200)}`,
      );
    }
  }

  /** What happened to the request, layer by layer. */
  get trace(): Trace {
    return this.#trace;
  }
}
