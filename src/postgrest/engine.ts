/** The built-in PostgREST: the way of a request through the phases, and the engine around it. */
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import type { Observe } from "../trace/step.ts";
import { AppState } from "./app-state.ts";
import type { ReadConfig } from "./config/reader.ts";
import type { EngineConfig } from "./config/types.ts";
import { dialects, type PostgrestVersion } from "./dialect.ts";
import { internalError, schemaCacheUnavailable } from "./errors/catalogue.ts";
import { PgrstError } from "./errors/pgrst-error.ts";
import { errorResponse } from "./errors/response.ts";
import { Journey } from "./journey.ts";
import type { ObserveEngine } from "./observation.ts";
import { buildAnswer } from "./response/build.ts";
import { preflight } from "./response/cors.ts";
import { finishBare, finishResponse } from "./response/finish.ts";
import { serverTiming } from "./response/server-timing.ts";
import type { SchemaCache } from "./schema-cache/types.ts";
import {
  authStep,
  planStep,
  preflightStep,
  refusalStep,
  requestStep,
  responseStep,
  transactionSteps,
} from "./trace-steps.ts";
import { execute } from "./transaction/execute.ts";
import type { PoolStats } from "./transaction/pool.ts";

export interface EngineOptions {
  readonly config: EngineConfig;
  readonly version: PostgrestVersion;
  /** How to read the configuration anew, with what the database adds to it. Without it `config` stays as it is. */
  readonly readConfig?: ReadConfig;
  /** What another engine has read from an identical database, so that this one can answer at once. */
  readonly schemaCache?: SchemaCache;
  readonly clock?: Clock;
  /** Receives what the log of a server would say. */
  readonly log?: ObserveEngine;
}

/** A response, and the role the request ran as (null when none was found), for the access log. */
export interface EngineResponse extends HttpResponse {
  readonly role: string | null;
}

export interface Engine {
  /** Answers any request; never rejects. Steps of the trace go to `observe` as they happen. */
  handle(request: HttpRequest, observe?: Observe): Promise<EngineResponse>;
  readonly config: EngineConfig;
  /** null while the database could not be asked. */
  readonly schemaCache: SchemaCache | null;
  /** Whether the schema cache is being read, or its reading tried again. */
  readonly isLoading: boolean;
  readonly poolStats: PoolStats;
  /** Whether a query on one of its connections works now. */
  isConnected(): Promise<boolean>;
  /** Resolves when the attempt is over; whether it worked shows in `schemaCache` and in the log. */
  reloadSchemaCache(): Promise<void>;
  reloadConfig(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes an engine and loads its schema cache. If the database cannot be reached, the engine answers 503 and goes on trying.
 * Throws only for a configuration that cannot be used.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const engine = startEngine(options);
  await engine.reloadSchemaCache();
  return engine;
}

/** The same without waiting. Unless one is given there is no schema cache until `reloadSchemaCache` is called. */
export function startEngine(options: EngineOptions): Engine {
  const { config, version, schemaCache = null, clock = systemClock, log = () => {} } = options;
  const readConfig = options.readConfig ?? (async (_query, current) => current);
  return engineOf(new AppState({ config, readConfig, schemaCache, dialect: dialects[version], clock, observe: log }));
}

/** The phases in order. Each hands on what it knows, or throws the refusal that becomes the answer. */
async function answer(state: AppState, http: HttpRequest, journey: Journey): Promise<HttpResponse> {
  const auth = state.authenticate(http.headers);
  journey.role = auth.role;
  journey.passed("jwt", () => authStep(auth));

  journey.enter("request");
  if (state.awaitsFirstCache) await state.firstCache();
  const { planner } = state;
  if (planner === null) throw schemaCacheUnavailable();
  const { config, dialect, cache } = planner;
  const read = planner.read(http);
  const { request } = read;
  journey.passed("parse", () => requestStep(read));

  journey.enter("plan");
  const planned = planner.plan(read);
  journey.passed("plan", () => planStep(planned.plan, read));

  journey.enter("transaction");
  const context = { config, dialect, auth, request, values: read.marked?.values };
  const executed = await execute(planned, context, cache, state.pool);
  journey.passed("transaction", () => transactionSteps(executed, auth));

  journey.enter("response");
  const response = buildAnswer(executed, context, cache);
  journey.passed("response", () => responseStep(String(response.status)));
  if (!config.serverTimingEnabled) return response;
  return { ...response, headers: [...response.headers, serverTiming(journey.times, planned.plan.kind, dialect)] };
}

async function handle(state: AppState, request: HttpRequest, observe: Observe | undefined): Promise<EngineResponse> {
  const { config, dialect } = state;
  const journey = new Journey(observe, config.serverTimingEnabled);
  const early = preflight(request, config.serverCorsAllowedOrigins);
  if (early !== null) journey.passed("response", preflightStep);
  let response: HttpResponse;
  let isBare = false;
  try {
    response = early ?? (await answer(state, request, journey));
  } catch (error) {
    const refusal = refuse(state, error, journey);
    response = errorResponse(refusal);
    isBare = refusal.text !== null;
  }
  // PostgREST takes any 503 for an outage and loads the schema cache anew, which is what finds out that it is over.
  if (response.status === 503 && !state.isLoading) void state.loadSchemaCache();
  const { status, reason, headers, body } = isBare
    ? finishBare(response, dialect)
    : finishResponse(response, request, config, dialect, state.retryAfter);
  const { role } = journey;
  return reason === undefined ? { status, headers, body, role } : { status, reason, headers, body, role };
}

function refuse(state: AppState, error: unknown, journey: Journey): PgrstError {
  const refusal = error instanceof PgrstError ? error : unexpected(error);
  journey.refused((layer) => refusalStep(layer, refusal));
  state.report(refusal);
  return refusal;
}

/** A fault of the engine itself. It must not take the server down, nor leave the client without an answer. */
function unexpected(error: unknown): PgrstError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return Object.assign(internalError("The engine failed on this request. Its log has the details."), { cause: text });
}

function engineOf(state: AppState): Engine {
  return {
    handle: (request, observe) => handle(state, request, observe),
    get config() {
      return state.config;
    },
    get schemaCache() {
      return state.schemaCache;
    },
    get isLoading() {
      return state.isLoading;
    },
    get poolStats() {
      return state.pool.stats;
    },
    isConnected: () => state.isConnected(),
    reloadSchemaCache: () => state.loadSchemaCache(),
    reloadConfig: () => state.reloadConfig(),
    close: async () => state.close(),
  };
}
