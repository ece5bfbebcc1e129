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
import { type OpenSnippet, type OpenStatement, raw, render, type Snippet, sql, words } from "./snippet.ts";

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
  readonly main: OpenStatement;
  /**
   * Only for reads with `count=planned` or `count=estimated`: gives one row of JSON whose `[0].Plan."Plan Rows"` is the
   * planner's guess. With `estimated` it counts only where the total exceeds `db-max-rows` (or there is no such limit), and
   * then the greater of the two.
   */
  readonly count?: OpenStatement;
}

type Planned<Kind extends ActionPlan["kind"]> = Extract<ActionPlan, { kind: Kind }>;
type Preferring = Pick<ApiRequest, "preferences">;
export type DatabasePlan = Planned<"read" | "mutate" | "call">;

/** SQL for a plan that reads, writes or calls. The text depends on the request's shape only; values are parameters. */
export function mainStatement(
  plan: DatabasePlan,
  config: EngineConfig,
  dialect: Dialect,
  request: Preferring,
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
  request: Preferring,
): MainStatements {
  const { count } = request.preferences;
  const all = countQuery(plan.read);
  // One row more than may be answered is enough to know that an estimate is called for.
  const cap = count === "estimated" && config.dbMaxRows !== null ? `LIMIT ${config.dbMaxRows + 1n}` : "";
  const main = resultRow({
    source: readQuery(plan.read),
    counted: countsRows(request) ? words(all, cap) : null,
    pageTotal: PAGE_TOTAL,
    body: handlerBody(plan.handler, { routine: null, rowType: rowType(dialect, plan.target) }),
    rows: raw("SELECT * FROM pgrst_source"),
  });
  const statements = { main: rendered(plan.media, main) };
  if (plan.media.kind === "plan" || (count !== "planned" && count !== "estimated")) return statements;
  return { ...statements, count: render(sql`EXPLAIN (FORMAT JSON) ${all}`) };
}

function writeStatement(plan: Planned<"mutate">, dialect: Dialect, request: Preferring): OpenSnippet {
  const { mutate, handler } = plan;
  const { representation, resolution } = request.preferences;
  const isInsert = mutate.kind === "insert";
  const countsInserted = isInsert && (mutate.where.length > 0 || resolution === "merge-duplicates");
  return resultRow({
    source: mutateQuery(mutate, dialect),
    counted: null,
    total: "''",
    pageTotal: PAGE_TOTAL,
    header: isInsert && representation === "headers-only" ? location(mutate.primaryKey) : NO_LOCATION,
    body: handlerBody(handler, { routine: null, rowType: rowType(dialect, plan.target) }),
    inserted: countsInserted ? `${currentSetting("pgrst.inserted")}::int` : "''",
    // Without a body the select is not looked at, so what it names need not exist.
    rows: handler.kind === "none" ? raw("SELECT * FROM pgrst_source") : readQuery(plan.read),
  });
}

function callStatement(plan: Planned<"call">, dialect: Dialect, request: Preferring): OpenSnippet {
  const { routine, read } = plan;
  const relation = { schema: routine.schema, name: returnedTable(routine) ?? routine.name };
  return resultRow({
    source: callQuery(plan.call, dialect),
    counted: countsRows(request) ? countQuery(read) : null,
    pageTotal: returnsSingle(routine) ? "1" : PAGE_TOTAL,
    body: handlerBody(plan.handler, { routine, rowType: rowType(dialect, relation) }),
    rows: readQuery(read),
  });
}

interface ResultParts {
  /** What the CTE `pgrst_source` holds. */
  readonly source: OpenSnippet;
  /** What is counted for the total, if anything. */
  readonly counted: Snippet | null;
  readonly total?: string;
  readonly pageTotal: string;
  readonly header?: string;
  readonly body: string;
  readonly inserted?: string;
  /** The rows the body is made of. */
  readonly rows: Snippet;
}

const PAGE_TOTAL = "pg_catalog.count(_postgrest_t)";

function resultRow(parts: ResultParts): OpenSnippet {
  const { source, counted, header, inserted = "''" } = parts;
  const total = counted === null ? "null::bigint" : "(SELECT pg_catalog.count(*) FROM pgrst_source_count)";
  const columns = [
    `${parts.total ?? total} AS total_result_set`,
    `${parts.pageTotal} AS page_total`,
    ...(header === undefined ? [] : [`${header} AS header`]),
    `${parts.body} AS body`,
    `${currentSetting("response.headers")} AS response_headers`,
    `${currentSetting("response.status")} AS response_status`,
    `${inserted} AS response_inserted`,
  ];
  return words(
    sql`WITH pgrst_source AS (${source})`,
    counted === null ? "" : sql`, pgrst_source_count AS (${counted})`,
    `SELECT ${columns.join(", ")}`,
    sql`FROM (${parts.rows}) _postgrest_t`,
  );
}

/** Whether all rows are counted, not only those of the page. */
const countsRows = ({ preferences }: Preferring): boolean =>
  preferences.count === "exact" || preferences.count === "estimated";

const rowType = (dialect: Dialect, relation: QualifiedIdentifier): QualifiedIdentifier | null =>
  dialect.castsRowsForAnyElementHandlers ? relation : null;

const NO_LOCATION = "array[]::text[]";

/**
 * The primary key of the one row written, as filters that find it again; nothing when it is not exactly one. The names, which
 * are the catalogue's, stand as they are: PostgREST does not escape them, so one with a quote is a syntax error.
 */
function location(primaryKey: readonly string[]): string {
  const names = `'${primaryKey.join("','")}'`;
  const pairs =
    "WITH data AS (SELECT row_to_json(_) AS row FROM pgrst_source AS _ LIMIT 1) " +
    "SELECT array_agg(json_data.key || '=' || coalesce('eq.' || json_data.value, 'is.null')) " +
    `FROM data CROSS JOIN json_each_text(data.row) AS json_data WHERE json_data.key IN (${names})`;
  return `CASE WHEN ${PAGE_TOTAL} = 1 THEN coalesce((${pairs}), ${NO_LOCATION}) ELSE ${NO_LOCATION} END`;
}

function rendered(media: MediaType, snippet: OpenSnippet): OpenStatement {
  if (media.kind !== "plan") return render(snippet);
  const options = [`FORMAT ${media.format}`, ...media.options].join(", ").toUpperCase();
  return render(sql`EXPLAIN (${options}) ${snippet}`);
}
