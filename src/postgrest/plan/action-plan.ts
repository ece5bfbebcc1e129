/** The plan phase: what is going to be done, resolved against the schema cache. Pure. */

import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import { invalidPreferences, mediaTypeError } from "../errors/catalogue.ts";
import { toMime } from "../request/media-type.ts";
import type { Action, ApiRequest, InvokeMethod, Mutation } from "../request/types.ts";
import type { QualifiedIdentifier, SchemaCache } from "../schema-cache/types.ts";
import { returnedTable } from "../schema-cache/types.ts";
import { callPlan } from "./call-plan.ts";
import { findRoutine } from "./find-routine.ts";
import { mutatePlan } from "./mutate-plan.ts";
import { negotiate } from "./negotiate.ts";
import { readPlan } from "./read-plan.ts";
import type { ActionPlan } from "./types.ts";

type Planned<Kind extends ActionPlan["kind"]> = Extract<ActionPlan, { kind: Kind }>;

interface Planning {
  readonly config: EngineConfig;
  readonly dialect: Dialect;
  readonly request: ApiRequest;
  readonly cache: SchemaCache;
}

/**
 * Plans one action.
 * @throws PgrstError for whatever the schema cache does not know or PostgREST refuses to do (PGRST105, 107, 108, 118, 119,
 * 122, 123, 200–204, 404)
 */
export function actionPlan(
  action: Action,
  config: EngineConfig,
  dialect: Dialect,
  request: ApiRequest,
  cache: SchemaCache,
): ActionPlan {
  const planning: Planning = { config, dialect, request, cache };
  switch (action.kind) {
    case "relation-read":
      return planRead(planning, action.target, action.headersOnly);
    case "relation-mutate":
      return planMutation(planning, action.target, action.mutation);
    case "routine":
      return planCall(planning, action.target, action.invoke);
    case "schema-read":
      return planInspection(planning, action.schema, action.headersOnly);
    case "relation-info":
      return { kind: "relation-info", target: action.target };
    case "routine-info":
      return { kind: "routine-info", routine: planCall(planning, action.target, action.invoke).routine };
    case "schema-info":
      return { kind: "schema-info" };
  }
}

function planRead(planning: Planning, target: QualifiedIdentifier, headersOnly: boolean): Planned<"read"> {
  const { config, dialect, request, cache } = planning;
  const read = readPlan(target, config, dialect, request, cache);
  const { handler, mediaType: media } = negotiate(config, dialect, request, target, cache.mediaHandlers, read);
  refuseInvalidPreferences(request);
  return { kind: "read", read, mode: "read", handler, media, headersOnly, target };
}

function planMutation(planning: Planning, target: QualifiedIdentifier, mutation: Mutation): Planned<"mutate"> {
  const { config, dialect, request, cache } = planning;
  const read = readPlan(target, config, dialect, request, cache);
  const mutate = mutatePlan(mutation, target, dialect, request, cache, read);
  // Writes look at the preferences before the media types, reads and calls after them.
  refuseInvalidPreferences(request);
  const { handler, mediaType: media } = negotiate(config, dialect, request, target, cache.mediaHandlers, read);
  return { kind: "mutate", read, mutate, mode: "write", handler, media, mutation, target };
}

function planCall(planning: Planning, target: QualifiedIdentifier, invoke: InvokeMethod): Planned<"call"> {
  const { config, dialect, request, cache } = planning;
  const isPost = invoke === "post";
  const keys = isPost ? request.columns : new Set(request.queryParams.params.map(([name]) => name));
  const singleObject = request.preferences.parameters === "single-object";
  const contentType = request.contentMediaType;
  const routine = findRoutine({ target, keys, singleObject, contentType, isPost }, cache.routines);
  // Rows of a table can be embedded into, under that table's name.
  const relation = { schema: routine.schema, name: returnedTable(routine) ?? routine.name };
  const read = readPlan(relation, config, dialect, request, cache);
  const call = callPlan(routine, invoke, request, keys, read);
  const { handler, mediaType: media } = negotiate(config, dialect, request, relation, cache.mediaHandlers, read);
  refuseInvalidPreferences(request);
  const mode = isPost && routine.volatility === "volatile" ? "write" : "read";
  return { kind: "call", read, call, mode, routine, handler, media, invoke, target };
}

function planInspection(planning: Planning, schema: string, headersOnly: boolean): Planned<"inspect"> {
  const { dialect, request } = planning;
  if (!request.accept.some(({ kind }) => kind === "openapi" || kind === "json" || kind === "any")) {
    throw mediaTypeError(dialect, request.accept.map(toMime));
  }
  return { kind: "inspect", schema, media: { kind: "openapi" }, headersOnly, mode: "read" };
}

function refuseInvalidPreferences({ preferences }: ApiRequest): void {
  if (preferences.invalid.length > 0 && preferences.handling === "strict")
    throw invalidPreferences(preferences.invalid);
}
