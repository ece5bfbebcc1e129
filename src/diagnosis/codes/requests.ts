import { type CodeEntry, documents } from "./entry.ts";

/** What PostgREST refuses before SQL: the request itself, or names it does not know. */
export const requestCodes = {
  "request.rest-prefix": {
    title: "The path begins with /rest/v1, which v2 does not strip",
    explanation: "v1's edge cuts /rest/v1 off; the v2 gateway forwards paths as they are.",
    documentation: documents.tables,
  },
  "request.path": {
    title: "PostgREST has no such path",
    explanation: "A resource is one path segment, or /rpc/<function>; a trailing slash makes it another path.",
    documentation: documents.tables,
  },
  "request.query": {
    title: "The query string could not be read",
    explanation: "A filter is column=operator.value; select, order and logic have a grammar of their own.",
    documentation: documents.tables,
  },
  "request.body": {
    title: "The body could not be read",
    explanation: "It must be what its Content-Type says: JSON unless told otherwise.",
    documentation: documents.tables,
  },
  "request.method": {
    title: "The method is not allowed here",
    explanation: "Tables take GET, HEAD, POST, PATCH, PUT and DELETE, functions GET, HEAD and POST.",
    documentation: documents.http,
  },
  "request.media-type": {
    title: "PostgREST cannot answer in the media type asked for",
    explanation: "The Accept header names no type that it can make.",
    documentation: documents.errors,
  },
  "request.range": {
    title: "The range cannot be satisfied",
    explanation: "With a known total, an offset at or beyond it is an error.",
    documentation: documents.pagination,
  },
  "request.put": {
    title: "The PUT does not name exactly one row",
    explanation: "PUT wants filters on all primary key columns, with eq, matching the body.",
    documentation: documents.tables,
  },
  "request.preference": {
    title: "A Prefer header cannot be honoured",
    explanation: "handling=strict refuses unknown preferences, max-affected more rows than it names.",
    documentation: documents.errors,
  },
  "request.embed": {
    title: "The request speaks of an embed in a way that does not fit",
    explanation: "Filters and orders on an embed need it in select, and orders need a to-one relationship.",
    documentation: documents.embedding,
  },
  "request.invalid": {
    title: "PostgREST refused the request",
    explanation: "The message says what it could not accept.",
    documentation: documents.errors,
  },
  "schema.unknown-table": {
    title: "There is no such table or view",
    explanation: "The name is looked up in the schema of the API only.",
    documentation: documents.errors,
  },
  "schema.other-schema": {
    title: "The table is in a schema that the request does not reach",
    explanation: "Requests see the API schema only; a table elsewhere has to be moved, or shown through a view.",
    documentation: documents.schemas,
  },
  "schema.search-path": {
    title: "A function names something that its search_path does not find",
    explanation:
      "Names without a schema in a function's body are looked up when it runs, along its own search_path or the request's. On v2 that is the project's schema alone, without public.",
    documentation: documents.createFunction,
  },
  "schema.stale-cache": {
    title: "The object exists, but PostgREST's schema cache does not know it yet",
    explanation: "PostgREST reads the catalogs at start and when told to reload. A push tells it; other DDL must.",
    documentation: documents.cache,
  },
  "schema.unknown-column": {
    title: "There is no such column",
    explanation: "A column that select, a filter or the body names does not exist.",
    documentation: documents.errors,
  },
  "schema.unknown-function": {
    title: "There is no such function",
    explanation: "The name is looked up in the schema of the API only.",
    documentation: documents.functions,
  },
  "schema.function-arguments": {
    title: "The function takes other arguments",
    explanation: "PostgREST finds a function by its name and the names of the arguments sent.",
    documentation: documents.functions,
  },
  "schema.ambiguous-function": {
    title: "Several functions match the call",
    explanation: "Overloads whose argument names are the same cannot be told apart.",
    documentation: documents.functions,
  },
  "schema.no-relationship": {
    title: "There is no relationship to embed by",
    explanation: "Embedding follows foreign keys between the tables, or functions made for it.",
    documentation: documents.embedding,
  },
  "schema.ambiguous-relationship": {
    title: "There are several relationships to embed by",
    explanation: "A hint in select (table!constraint) chooses one.",
    documentation: documents.embedding,
  },
  "schema.profile": {
    title: "The schema asked for is not exposed",
    explanation: "Accept-Profile and Content-Profile may name the exposed schemas only.",
    documentation: documents.schemas,
  },
  "schema.not-provisioned": {
    title: "The project's own schema is not exposed",
    explanation:
      "PostgREST does not know the schema yet: the project was never provisioned, or the configuration not reloaded.",
    documentation: documents.schemas,
  },
  "schema.cache-unavailable": {
    title: "PostgREST has no schema cache",
    explanation: "It could not read the catalogs yet; it goes on trying.",
    documentation: documents.cache,
  },
  "response.settings": {
    title: "SQL set a response header or status that cannot be used",
    explanation: "response.headers and response.status have a form they must keep to.",
    documentation: documents.transactions,
  },
  "engine.failed": {
    title: "The engine itself failed",
    explanation: "A fault of the emulator, not of the request.",
    documentation: documents.errors,
  },
} as const satisfies Record<string, CodeEntry>;
