/** The main statement of a request: rows, counts and body in one row. */
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import type { ActionPlan } from "../plan/types.ts";
import type { MediaType } from "../request/media-type.ts";
import type { ApiRequest } from "../request/types.ts";
import type { QualifiedIdentifier } from "../schema-cache/types.ts";
import { returnedTable, returnsSingle } from "../schema-cache/types.ts";
import { callQuery } from "./call.ts";
import { countQuery } from "./count.ts";
import { handlerBody } from "./fragments/handler.ts";
import { currentSetting } from "./fragments/settings.ts";
import { mutateQuery } from "./mutate.ts";
import { readQuery } from "./read.ts";
import { empty, literal, raw, render, type Snippet, type Statement, sql } from "./snippet.ts";

export interface MainStatements {
  /**
   * Gives one row with the columns, all of which may be NULL but `page_total`:
   * - `total_result_set`: all rows, for `count=exact` and `count=estimated` on reads and calls; `''` on writes
   * - `page_total`: the rows of this answer; always 1 for a function that returns no set
   * - `header`: only on writes, `text[]` of `column=eq.value` for Location
   * - `body`
   * - `response_headers`, `response_status`: as SQL set them
   * - `response_inserted`: the rows inserted by an upsert; `''` otherwise
   *
   * For a plan media type it is an EXPLAIN instead: one row of JSON, or one row per line of text.
   */
  readonly main: Statement;
  /**
   * Only for reads with `count=planned` or `count=estimated`: gives one row of JSON whose `[0].Plan."Plan Rows"` is the
   * planner's guess. With `estimated` it counts only where the total exceeds `db-max-rows` (or there is no such limit), and
   * then the greater of the two.
   */
  readonly count?: Statement;
}

type Planned<Kind extends ActionPlan["kind"]> = Extract<ActionPlan, { kind: Kind }>;
export type DatabasePlan = Planned<"read" | "mutate" | "call">;

/** SQL for a plan that reads, writes or calls. The text depends on the request's shape only; values are parameters. */
export function mainStatement(
  plan: DatabasePlan,
  config: EngineConfig,
  dialect: Dialect,
  request: ApiRequest,
): MainStatements {
  switch (plan.kind) {
    case "read":
      return readStatements(plan, config, dialect, request);
    case "mutate":
      return { main: rendered(plan.media, writeStatement(plan, dialect, request)) };
    case "call":
      return { main: rendered(plan.media, callStatement(plan, dialect, request)) };
  }
}

function readStatements(
  plan: Planned<"read">,
  config: EngineConfig,
  dialect: Dialect,
  request: ApiRequest,
): MainStatements {
  const { count } = request.preferences;
  const all = countQuery(plan.read);
  // One row more than may be answered is enough to know that an estimate is called for.
  const capped =
    count === "estimated" && config.dbMaxRows !== null ? sql`${all} LIMIT ${String(config.dbMaxRows + 1n)}` : all;
  const total = counting(request, capped);
  const body = handlerBody(plan.handler, { routine: null, rowType: rowType(dialect, plan.target) });
  const main = sql`WITH pgrst_source AS ( ${readQuery(plan.read)} ) ${total.cte} SELECT ${
    total.result
  } AS total_result_set, pg_catalog.count(_postgrest_t) AS page_total, ${body} AS body, ${RESPONSE_SETTINGS}, '' AS response_inserted FROM ( SELECT * FROM pgrst_source ) _postgrest_t`;
  const statements = { main: rendered(plan.media, main) };
  if (plan.media.kind === "plan" || (count !== "planned" && count !== "estimated")) return statements;
  return { ...statements, count: render(sql`EXPLAIN (FORMAT JSON) ${all}`) };
}

function writeStatement(plan: Planned<"mutate">, dialect: Dialect, request: ApiRequest): Snippet {
  const { mutate, handler } = plan;
  const { representation, resolution } = request.preferences;
  const counts = mutate.kind === "insert" && (mutate.where.length > 0 || resolution === "merge-duplicates");
  const header =
    mutate.kind === "insert" && representation === "headers-only"
      ? `CASE WHEN pg_catalog.count(_postgrest_t) = 1 THEN coalesce(${location(mutate.primaryKey)}, ${NO_LOCATION}) ELSE ${NO_LOCATION} END`
      : NO_LOCATION;
  const body = handlerBody(handler, { routine: null, rowType: rowType(dialect, plan.target) });
  const inserted = counts ? `${currentSetting("pgrst.inserted")}::int` : "''";
  // Without a body the select is not looked at, so what it names need not exist.
  const rows = handler.kind === "none" ? raw("SELECT * FROM pgrst_source") : readQuery(plan.read);
  return sql`WITH pgrst_source AS (${mutateQuery(
    mutate,
    dialect,
  )}) SELECT '' AS total_result_set, pg_catalog.count(_postgrest_t) AS page_total, ${header} AS header, ${body} AS body, ${RESPONSE_SETTINGS}, ${inserted} AS response_inserted FROM (${rows}) _postgrest_t`;
}

function callStatement(plan: Planned<"call">, dialect: Dialect, request: ApiRequest): Snippet {
  const { routine, read } = plan;
  const total = counting(request, countQuery(read));
  const pageTotal = returnsSingle(routine) ? "1" : "pg_catalog.count(_postgrest_t)";
  const relation = { schema: routine.schema, name: returnedTable(routine) ?? routine.name };
  const body = handlerBody(plan.handler, { routine, rowType: rowType(dialect, relation) });
  return sql`WITH pgrst_source AS (${callQuery(plan.call, dialect)}) ${total.cte}SELECT ${
    total.result
  } AS total_result_set, ${pageTotal} AS page_total, ${body} AS body, ${RESPONSE_SETTINGS}, '' AS response_inserted FROM (${readQuery(
    read,
  )}) _postgrest_t`;
}

const RESPONSE_SETTINGS = `${currentSetting("response.headers")} AS response_headers, ${currentSetting("response.status")} AS response_status`;
const NO_LOCATION = "array[]::text[]";

function counting({ preferences }: ApiRequest, query: Snippet): { readonly cte: Snippet; readonly result: string } {
  if (preferences.count !== "exact" && preferences.count !== "estimated") return { cte: empty, result: "null::bigint" };
  return {
    cte: sql`, pgrst_source_count AS (${query})`,
    result: "(SELECT pg_catalog.count(*) FROM pgrst_source_count)",
  };
}

const rowType = (dialect: Dialect, relation: QualifiedIdentifier): QualifiedIdentifier | null =>
  dialect.castsRowsForAnyElementHandlers ? relation : null;

/** The primary key of the one row written, as filters that find it again. */
const location = (primaryKey: readonly string[]): string =>
  "( WITH data AS (SELECT row_to_json(_) AS row FROM pgrst_source AS _ LIMIT 1) " +
  "SELECT array_agg(json_data.key || '=' || coalesce('eq.' || json_data.value, 'is.null')) " +
  "FROM data CROSS JOIN json_each_text(data.row) AS json_data " +
  `WHERE json_data.key IN (${primaryKey.length === 0 ? "''" : primaryKey.map(literal).join(",")}) )`;

function rendered(media: MediaType, snippet: Snippet): Statement {
  if (media.kind !== "plan") return render(snippet);
  const options = [`FORMAT ${media.format}`, ...media.options].join(", ").toUpperCase();
  return render(sql`EXPLAIN (${options}) ${snippet}`);
}
