/** The answer to GET and HEAD on `/`. */
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import type { ActionPlan } from "../plan/types.ts";
import { toContentType } from "../request/media-type.ts";
import type { ApiRequest } from "../request/types.ts";
import type { SchemaCache } from "../schema-cache/types.ts";
import { type Answer, profileHeader } from "./answer.ts";
import { type DescribedSchema, openApiDocument } from "./openapi/document.ts";

/** `schema` null: the document is switched off (`openapi-mode=disabled`), and the body empty. */
export function inspectAnswer(
  plan: Extract<ActionPlan, { kind: "inspect" }>,
  request: ApiRequest,
  schema: DescribedSchema | null,
  cache: SchemaCache,
  config: EngineConfig,
  dialect: Dialect,
): Answer {
  const body = schema === null || plan.headersOnly ? "" : openApiDocument(schema, cache, config, dialect);
  return {
    status: 200,
    headers: [["Content-Type", toContentType({ kind: "openapi" })], ...profileHeader(request)],
    body,
  };
}
