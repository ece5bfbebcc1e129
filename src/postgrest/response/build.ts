/** The response phase: status, headers and body of an executed plan. */
import type { SchemaCache } from "../schema-cache/types.ts";
import type { QueryContext, QueryResult } from "../transaction/compose.ts";
import type { Executed } from "../transaction/execute.ts";
import { failureError } from "../transaction/failure.ts";
import { type Answer, contentHeaders } from "./answer.ts";
import { callAnswer } from "./call.ts";
import { infoAnswer } from "./info.ts";
import { inspectAnswer } from "./inspect.ts";
import { mutateAnswer } from "./mutate.ts";
import { readAnswer } from "./read.ts";

type Query = Extract<Executed, { kind: "query" }>;

/** Throws PgrstError for what the database refused, for rows that were not as asked, and for broken response settings. */
export function buildAnswer(executed: Executed, context: QueryContext, cache: SchemaCache): Answer {
  const { config, dialect, request } = context;
  if (executed.kind === "info") return infoAnswer(executed.plan, cache);
  if (executed.outcome.kind === "failed") {
    throw failureError(executed.outcome.failure, context.auth.authenticated, dialect);
  }
  if (executed.outcome.kind === "refused") throw executed.outcome.error;
  if (executed.kind === "query") return queryAnswer(executed.plan, executed.outcome.result, context);
  return inspectAnswer(executed.plan, request, executed.outcome.schema, cache, config, dialect);
}

function queryAnswer(plan: Query["plan"], result: QueryResult, { request }: QueryContext): Answer {
  if (result.kind === "explain")
    return { status: 200, headers: contentHeaders(plan.media, request), body: result.body };
  switch (plan.kind) {
    case "read":
      return readAnswer(plan, request, result.result);
    case "mutate":
      return mutateAnswer(plan, request, result.result);
    case "call":
      return callAnswer(plan, request, result.result);
  }
}
