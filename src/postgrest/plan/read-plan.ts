/** The plan of what is read, in the order in which PostgREST builds it; with several mistakes the order picks the error. */
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import type { ApiRequest } from "../request/types.ts";
import type { QualifiedIdentifier, SchemaCache } from "../schema-cache/types.ts";
import { addConditions, addNullEmbedFilters, addRelatedOrders, restrictRanges } from "./conditions.ts";
import { addRelSelects, hoistSpreadAggregates, refuseAggregates } from "./embeds.ts";
import { addRelationships, validateSpreads } from "./relationships.ts";
import type { ResolverContext } from "./resolve.ts";
import { addAliases, expandStars, initialPlan } from "./select.ts";
import type { ReadPlan } from "./types.ts";

export function readPlan(
  table: QualifiedIdentifier,
  config: EngineConfig,
  dialect: Dialect,
  request: ApiRequest,
  cache: SchemaCache,
): ReadPlan {
  const context: ResolverContext = { tables: cache.tables, representations: cache.representations, table };
  let plan = initialPlan(context, request.queryParams.select);
  plan = addConditions(context, request, plan);
  plan = addRelationships(request.action, cache.relationships, plan);
  plan = expandStars(context, plan);
  plan = addAliases(plan);
  plan = addRelatedOrders(plan);
  validateSpreads(plan);
  plan = addNullEmbedFilters(plan);
  plan = addRelSelects(plan, dialect.hidesNestedEmptyEmbeds);
  plan = hoistSpreadAggregates(plan);
  if (!config.dbAggregates) refuseAggregates(plan);
  return request.action.kind === "relation-mutate" ? plan : restrictRanges(plan, config.dbMaxRows);
}
