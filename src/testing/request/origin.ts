/** Where an answer came from: its trace, and who can explain it. */
import type { Diagnosis } from "../../diagnosis/types.ts";
import type { Trace } from "../../trace/trace.ts";

export interface Origin {
  readonly trace: Trace;
  explain(): Promise<Diagnosis>;
}

/** Something that keeps traces and can explain them. */
export interface TraceKeeper {
  /** The newest that matches. */
  lastTrace(matches: (trace: Trace) => boolean): Trace | undefined;
  why(trace: Trace): Promise<Diagnosis>;
}

const origins = new WeakMap<object, Origin>();
const keepers = new Set<TraceKeeper>();

/** Remembers the origin of a value that has no place for it, such as a `Response`. */
export function rememberOrigin(value: object, origin: Origin): void {
  origins.set(value, origin);
}

/** Lets answers be recognised that went through other hands; returns the way to stop. */
export function keepTraces(keeper: TraceKeeper): () => void {
  keepers.add(keeper);
  return () => keepers.delete(keeper);
}

/**
 * Of an answer: the kit's own, one from `fetch`, or what `postgrest-js` resolved with, from any project that runs in this
 * process. Throws a sentence when nobody knows it.
 */
export function requireOrigin(value: unknown): Origin {
  const origin = typeof value === "object" && value !== null ? originOf(value) : undefined;
  if (origin !== undefined) return origin;
  throw new TypeError(
    "This is no answer of a project that runs in this process, or its trace is no longer kept. Pass what flux.request, fetch or a postgrest-js query resolved with (and await it first).",
  );
}

function originOf(value: object): Origin | undefined {
  const known = origins.get(value);
  if (known !== undefined) return known;
  const matches = value instanceof Response ? byId(value.headers.get("x-flux-dev-trace")) : byContent(value);
  if (matches === undefined) return undefined;
  const found = [...keepers].flatMap((keeper) => {
    const trace = keeper.lastTrace(matches);
    return trace === undefined ? [] : [{ trace, explain: () => keeper.why(trace) }];
  });
  return found.sort((a, b) => b.trace.startedAt - a.trace.startedAt)[0];
}

const byId = (id: string | null) => (id === null ? undefined : (trace: Trace) => trace.id === id);

/** What `postgrest-js` resolves with: its parts are those of the response, which itself is gone. */
interface ClientResult {
  readonly status: number;
  readonly data: unknown;
  readonly error: { readonly code?: string; readonly message?: string } | null;
}

function byContent(value: object): ((trace: Trace) => boolean) | undefined {
  if (!("status" in value && "data" in value && "error" in value)) return undefined;
  const { status, data, error } = value as ClientResult;
  return ({ response }) => {
    if (response.status !== status) return false;
    const body = parsed(response.body.toString());
    if (error === null) return data === null || JSON.stringify(body) === JSON.stringify(data);
    const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
    return (code ?? "") === (error.code ?? "") && message === error.message;
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
