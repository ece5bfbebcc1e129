/** Content negotiation: from what is accepted to what makes the body. */

import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import { mediaTypeError } from "../errors/catalogue.ts";
import { type MediaType, toMime } from "../request/media-type.ts";
import type { ApiRequest } from "../request/types.ts";
import type { MediaHandler, QualifiedIdentifier, ResolvedHandler, SchemaCache } from "../schema-cache/types.ts";
import { handlerKey } from "../schema-cache/types.ts";
import type { ReadPlan } from "./types.ts";

/**
 * The first accepted type that something produces. A write that returns nothing, and HEAD, need no handler but keep the
 * type.
 * @throws PGRST107
 */
export function negotiate(
  config: EngineConfig,
  dialect: Dialect,
  request: ApiRequest,
  relation: QualifiedIdentifier,
  handlers: SchemaCache["mediaHandlers"],
  read: ReadPlan,
): ResolvedHandler {
  const ofRelation = !dialect.tableHandlersNeedPlainSelect || isPlainSelect(read);
  for (const accepted of request.accept) {
    const found = resolve(config, handlers, relation, ofRelation, accepted);
    if (found !== undefined) return needsBody(request) ? found : { ...found, handler: { kind: "none" } };
  }
  throw mediaTypeError(dialect, request.accept.map(toMime));
}

function needsBody({ action, preferences }: ApiRequest): boolean {
  if (action.kind === "relation-mutate") return preferences.representation === "full";
  if (action.kind === "relation-read") return !action.headersOnly;
  return !(action.kind === "routine" && action.invoke === "head");
}

/** `count()` counts as plain, as it is a star to PostgREST. */
const isPlainSelect = ({ select, children }: ReadPlan): boolean =>
  select.length === 1 && children.length === 0 && select[0]?.field.name === "*";

function resolve(
  config: EngineConfig,
  handlers: SchemaCache["mediaHandlers"],
  relation: QualifiedIdentifier,
  ofRelation: boolean,
  media: MediaType,
): ResolvedHandler | undefined {
  const wanted = media.kind === "plan" ? media.of : media;
  if (media.kind === "plan" && !config.dbPlanEnabled) return undefined;
  const builtin = vendored(wanted);
  if (builtin !== undefined) return { handler: builtin, mediaType: media };
  const mime = toMime(wanted);
  const found =
    (ofRelation
      ? (handlers.get(handlerKey(relation, "*/*")) ?? handlers.get(handlerKey(relation, mime)))
      : undefined) ?? handlers.get(handlerKey("anyelement", mime));
  return found === undefined || media.kind !== "plan" ? found : { handler: found.handler, mediaType: media };
}

/** PostgREST's own types cannot be overridden. */
function vendored(media: MediaType): MediaHandler | undefined {
  if (media.kind === "singular-json") return { kind: "single-json", stripNulls: media.stripNulls };
  return media.kind === "array-json-strip" ? { kind: "array-json-strip" } : undefined;
}
