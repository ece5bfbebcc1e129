/** What the two modes have in common: a request is answered at the edge, or it is let through to PostgREST. */
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { Observe } from "../trace/step.ts";
import type { Answer } from "./answer.ts";
import type { CatalogEntry } from "./types.ts";

export interface Passage {
  readonly project: CatalogEntry;
  /** For PostgREST. Its body is the client's if that was there already; otherwise it is still to be added. */
  readonly request: HttpRequest;
  /** The client's body stays behind, whatever is still to come of it. */
  readonly dropsBody: boolean;
  /** Milliseconds until the upstream must have begun to answer; undefined: no limit. */
  readonly timeoutMs: number | undefined;
  /** Whether an upstream's redirect is followed here instead of handed to the client. */
  readonly followsRedirects: boolean;
  /** The upstream's answer as the client gets it. Reads status and headers, passes the body on. */
  present(response: HttpResponse): HttpResponse;
  /** What the client gets when the upstream fails. */
  failure(kind: UpstreamFailure): HttpResponse;
  /** Call once when the answer is complete. */
  release(): void;
}

export type UpstreamFailure = "timeout" | "error";

export interface Edge {
  /** The body is not looked at, so a request may come without it and have its body streamed later. Never rejects. */
  admit(request: HttpRequest, observe: Observe): Promise<Answer | Passage>;
}

/** Says a thing once per gateway, however often it happens. */
export type Notify = (topic: string, text: string) => void;
