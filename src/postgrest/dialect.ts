/**
 * The two PostgREST versions Flux runs, as data: what a client can tell apart stands in this table and nowhere else.
 * A phase asks the dialect, never the version. v2 (the pool) runs 12.2.12, v1 (dedicated) runs 12.0.2.
 */
export type PostgrestVersion = "12.2" | "12.0";

/** A check of the request phase whose place in the order the versions disagree on. */
export type RequestCheck = "profile" | "method" | "query";

export interface Dialect {
  readonly version: PostgrestVersion;
  /** `12.2.12`, as in the Server header and in OpenAPI's `info.version`. */
  readonly fullVersion: string;

  // --- Request -------------------------------------------------------------------------------------------------------
  /** Checks between path and range, in order. With several things wrong, the order decides which error is answered. */
  readonly requestChecks: readonly RequestCheck[];
  /**
   * POST, PUT, PATCH and DELETE on `/`: true refuses at once (405 PGRST117), false reads query string and body like a
   * write and only then answers the bare 404.
   */
  readonly refusesWritesOnRoot: boolean;
  /**
   * `tokens`: type and parameters are read apart, in any case, with blanks and quotes; an unknown type keeps its text.
   * `split`: the text before the first `;` is the type, case and blanks count; an unknown type loses its parameters.
   */
  readonly mediaTypeParsing: "tokens" | "split";
  /** `Prefer: max-affected=n` is a preference; otherwise it is unknown like any other word. */
  readonly knowsMaxAffected: boolean;
  /** A valid `timezone=` makes every unknown preference pass `handling=strict`. */
  readonly timezoneExcusesUnknownPreferences: boolean;

  /** What the text library says to bytes that are no UTF-8. */
  readonly invalidUtf8: string;

  // --- Plan ----------------------------------------------------------------------------------------------------------
  /**
   * Media handlers made for one table (or any type) count only when the select is plain `*`; otherwise they count always
   * and Postgres fails on the cast (42846).
   */
  readonly tableHandlersNeedPlainSelect: boolean;
  /** An embed that holds nothing but empty embeds is left out of the answer; otherwise only one that is empty itself. */
  readonly hidesNestedEmptyEmbeds: boolean;

  // --- SQL -----------------------------------------------------------------------------------------------------------
  /**
   * How object and array are told apart in a JSON body. `first-character`: by looking at it, then `json_to_record` or
   * `json_to_recordset`. `json-typeof`: Postgres wraps whatever is no array into one.
   */
  readonly bodyShape: "first-character" | "json-typeof";
  /** Handlers for `anyelement` get the row cast to the table's type; otherwise as selected. */
  readonly castsRowsForAnyElementHandlers: boolean;

  // --- Schema cache --------------------------------------------------------------------------------------------------
  /** A column with a default of its own and a domain with one: true takes the domain's, false the column's. */
  readonly domainDefaultWins: boolean;
  /** A compound foreign key is one-to-one only if it lists its columns in the order of the unique key's columns. */
  readonly oneToOneDependsOnColumnOrder: boolean;
  /** Enum values are looked up by the type's bare name, so that namesakes in other schemas may answer. */
  readonly looksUpEnumsByName: boolean;
  /** `db-hoisted-tx-settings` exists; otherwise only a function's `statement_timeout` is hoisted. */
  readonly hoistsConfiguredSettings: boolean;

  // --- Errors --------------------------------------------------------------------------------------------------------
  /** Status of PGRST107, no acceptable media type. */
  readonly notAcceptableStatus: 406 | 415;
  /** PGRST116 carries a second Content-Type, the one of the object that could not be had. */
  readonly singularErrorRepeatsContentType: boolean;
  /** Text of PGRST204. */
  readonly columnNotFoundMessage: (relation: string, column: string) => string;
  /** PGRST121 says what was wrong and what is expected; otherwise one sentence for all. */
  readonly explainsRaiseErrors: boolean;
  /** 21000 (a subquery with several rows, an upsert touching a row twice), unless it is pg-safeupdate speaking. */
  readonly cardinalityViolationStatus: 400 | 500;
  /** 42P17, such as a policy that reads its own table. */
  readonly infiniteRecursionStatus: 400 | 500;
  /** 53400; as a 503 it also counts as an outage. */
  readonly configurationLimitStatus: 500 | 503;
  /** Class 54: statement too complex, stack depth … */
  readonly statementTooComplexStatus: 413 | 500;

  // --- Response and OpenAPI ------------------------------------------------------------------------------------------
  /** Target of OpenAPI's `externalDocs.url`. */
  readonly docsUrl: string;
  /** `rowFilter` parameters of the OpenAPI document carry the column's type as `format`. */
  readonly openApiFormatsRowFilters: boolean;
  /** A column that alone is a one-to-one reference gets its `This is a Foreign Key to …` line. */
  readonly openApiNotesOneToOneKeys: boolean;
  /** Server-Timing durations: factor from seconds. Documented as milliseconds; 12.0 writes microseconds. */
  readonly serverTimingPerSecond: number;
  /** On OPTIONS the places of plan and transaction, which have nothing to do, stay empty in Server-Timing. */
  readonly serverTimingSkipsIdlePhases: boolean;

  // --- Outages -------------------------------------------------------------------------------------------------------
  /** `Retry-After` of a 503: always 0, or the seconds until the next attempt to connect. */
  readonly retryAfter: "zero" | "next-attempt";
  /** Losing the database drops the schema cache, so requests get PGRST002; otherwise they try and get PGRST000. */
  readonly dropsCacheOnOutage: boolean;
  /** Without a first schema cache requests are answered (503 PGRST002); otherwise they wait without an answer. */
  readonly answersBeforeFirstCache: boolean;

  // --- Configuration and admin ---------------------------------------------------------------------------------------
  /** `admin-server-config-enabled`, `log-level=debug` and in-database CORS origins are known. */
  readonly knowsNewerConfig: boolean;
  /** Trace header and CORS origins stay as they were at the start, whatever a reload or the database says. */
  readonly keepsHeaderConfig: boolean;
  /** `--dump-schema` reads in-database settings first and tells media handlers, time zones and all settings of functions. */
  readonly dumpsWholeCache: boolean;
  /** `/metrics`, `/schema_cache` and `/config` exist on the admin server. */
  readonly adminEndpoints: boolean;
  /** Status of a failing admin `/live` and of a broken `/ready`. */
  readonly adminFailureStatus: 500 | 503;
}

const v12_2: Dialect = {
  version: "12.2",
  fullVersion: "12.2.12",
  requestChecks: ["profile", "method", "query"],
  refusesWritesOnRoot: true,
  mediaTypeParsing: "tokens",
  knowsMaxAffected: true,
  timezoneExcusesUnknownPreferences: false,
  invalidUtf8: "Data.Text.Encoding: Invalid UTF-8 stream",
  tableHandlersNeedPlainSelect: true,
  hidesNestedEmptyEmbeds: true,
  bodyShape: "first-character",
  castsRowsForAnyElementHandlers: false,
  domainDefaultWins: false,
  oneToOneDependsOnColumnOrder: false,
  looksUpEnumsByName: false,
  hoistsConfiguredSettings: true,
  notAcceptableStatus: 406,
  singularErrorRepeatsContentType: false,
  columnNotFoundMessage: (relation, column) =>
    `Could not find the '${column}' column of '${relation}' in the schema cache`,
  explainsRaiseErrors: true,
  cardinalityViolationStatus: 500,
  infiniteRecursionStatus: 500,
  configurationLimitStatus: 500,
  statementTooComplexStatus: 500,
  docsUrl: "https://postgrest.org/en/v12/references/api.html",
  openApiFormatsRowFilters: false,
  openApiNotesOneToOneKeys: true,
  serverTimingPerSecond: 1_000,
  serverTimingSkipsIdlePhases: false,
  retryAfter: "zero",
  dropsCacheOnOutage: true,
  answersBeforeFirstCache: true,
  knowsNewerConfig: true,
  keepsHeaderConfig: false,
  dumpsWholeCache: true,
  adminEndpoints: true,
  adminFailureStatus: 500,
};

const v12_0: Dialect = {
  version: "12.0",
  fullVersion: "12.0.2",
  requestChecks: ["method", "query", "profile"],
  refusesWritesOnRoot: false,
  mediaTypeParsing: "split",
  knowsMaxAffected: false,
  timezoneExcusesUnknownPreferences: true,
  invalidUtf8: "Data.Text.Internal.Encoding.decodeUtf8: Invalid UTF-8 stream",
  tableHandlersNeedPlainSelect: false,
  hidesNestedEmptyEmbeds: false,
  bodyShape: "json-typeof",
  castsRowsForAnyElementHandlers: true,
  domainDefaultWins: true,
  oneToOneDependsOnColumnOrder: true,
  looksUpEnumsByName: true,
  hoistsConfiguredSettings: false,
  notAcceptableStatus: 415,
  singularErrorRepeatsContentType: true,
  columnNotFoundMessage: (relation, column) => `Column '${column}' of relation '${relation}' does not exist`,
  explainsRaiseErrors: false,
  cardinalityViolationStatus: 400,
  infiniteRecursionStatus: 400,
  configurationLimitStatus: 503,
  statementTooComplexStatus: 413,
  docsUrl: "https://postgrest.org/en/v12.0/api.html",
  openApiFormatsRowFilters: true,
  openApiNotesOneToOneKeys: false,
  serverTimingPerSecond: 1_000_000,
  serverTimingSkipsIdlePhases: true,
  retryAfter: "next-attempt",
  dropsCacheOnOutage: false,
  answersBeforeFirstCache: false,
  knowsNewerConfig: false,
  keepsHeaderConfig: true,
  dumpsWholeCache: false,
  adminEndpoints: false,
  adminFailureStatus: 503,
};

export const dialects: Readonly<Record<PostgrestVersion, Dialect>> = { "12.2": v12_2, "12.0": v12_0 };
