/** What a step of the ladder returns: it passed with more context, or it made the answer. Both say what was known. */
import type { HeaderList, HttpResponse } from "../http/message.ts";
import type { Layer, Step } from "../trace/step.ts";
import type { CatalogEntry } from "./types.ts";

type Evidence = Readonly<Record<string, unknown>>;

export interface Passed<T> {
  readonly step: Step;
  readonly value: T;
}

export interface Answer {
  readonly step: Step;
  readonly response: HttpResponse;
  /** Set once the project is known. */
  readonly project?: CatalogEntry;
}

export function isAnswer(result: object): result is Answer {
  return "response" in result;
}

export function passed<T>(layer: Layer, code: string, value: T, evidence: Evidence = {}): Passed<T> {
  return { step: { layer, outcome: "passed", code, evidence }, value };
}

export function refused(layer: Layer, code: string, response: HttpResponse, evidence: Evidence = {}): Answer {
  return { step: { layer, outcome: "refused", code, evidence }, response };
}

export function answered(layer: Layer, code: string, response: HttpResponse, evidence: Evidence = {}): Answer {
  return { step: { layer, outcome: "answered", code, evidence }, response };
}

/** The gateway's own answers: compact JSON, content type without charset, no other field. */
export function json(status: number, body: unknown): HttpResponse {
  return { status, headers: [["content-type", "application/json"]], body: JSON.stringify(body) };
}

export function error(status: number, message: string): HttpResponse {
  return json(status, { error: message });
}

export function text(status: number, body: string, headers: HeaderList = []): HttpResponse {
  return { status, headers: [["content-type", "text/plain; charset=utf-8"], ...headers], body };
}
