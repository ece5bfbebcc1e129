import { type CodeEntry, documents } from "./entry.ts";

/** Rows that are missing or too many for reasons other than policies, and errors that SQL raises by itself. */
export const rowCodes = {
  "rows.none": {
    title: "The table has no rows",
    explanation: "There is nothing to see for anybody.",
    documentation: documents.tables,
  },
  "rows.filtered": {
    title: "The request's own filter leaves no row",
    explanation: "No row matches, with or without row security.",
    documentation: documents.tables,
  },
  "rows.quoted-filter": {
    title: "The filter's value contains quotes",
    explanation:
      'In eq."value" the quotes are part of the value. The Flux SDK sends string filters like that, so they match nothing.',
    documentation: documents.tables,
  },
  "rows.offset": {
    title: "The page lies beyond the last row",
    explanation: "Fewer rows are visible than the offset or range asks to skip.",
    documentation: documents.pagination,
  },
  "rows.limit-zero": {
    title: "The request asks for no rows",
    explanation: "limit=0 gives an empty page.",
    documentation: documents.pagination,
  },
  "rows.inner-embed": {
    title: "An inner embed removes the rows",
    explanation: "With !inner a row without a matching child is left out.",
    documentation: documents.embedding,
  },
  "rows.inner-embed-hidden": {
    title: "An inner embed removes the rows because their children are hidden",
    explanation: "With !inner a row is left out when the role may see none of its children.",
    documentation: documents.embedding,
  },
  "rows.embed-hidden": {
    title: "The embedded rows are empty because they are hidden",
    explanation: "An embed is read under its own table's policies; hidden children leave null or [].",
    documentation: documents.embedding,
  },
  "rows.function-empty": {
    title: "The function itself finds nothing",
    explanation: "Neither grants nor policies took anything away.",
    documentation: documents.functions,
  },
  "rows.trigger": {
    title: "A trigger leaves the rows out",
    explanation:
      "A trigger FOR EACH ROW that fires before a write, or instead of it, and returns NULL cancels it for that row. Postgres reports 0 rows, as if nothing had matched.",
    documentation: documents.createTrigger,
  },
  "rows.many": {
    title: "One row was asked for and there are several",
    explanation: "application/vnd.pgrst.object+json, which .single() sends, wants exactly one row.",
    documentation: documents.tables,
  },
  "sql.not-null": {
    title: "A required column has no value",
    explanation: "The column is NOT NULL, and neither the body nor a default gave a value.",
    documentation: documents.sqlstates,
  },
  "sql.unique": {
    title: "A row with this key exists already",
    explanation: "A unique constraint or primary key is violated.",
    documentation: documents.sqlstates,
  },
  "sql.unique-hidden": {
    title: "A row with this key exists already, and the role cannot see it",
    explanation: "Unique constraints look at all rows, whatever row security hides.",
    documentation: documents.rowSecurity,
  },
  "sql.foreign-key": {
    title: "A foreign key is violated",
    explanation: "The row referred to does not exist, or a row is still referred to.",
    documentation: documents.sqlstates,
  },
  "sql.check": {
    title: "A CHECK constraint is violated",
    explanation: "The new row does not satisfy a constraint of the table or its domain.",
    documentation: documents.sqlstates,
  },
  "sql.invalid-value": {
    title: "A value does not fit its column's type",
    explanation: "Postgres could not read the text as the type it should become.",
    documentation: documents.sqlstates,
  },
  "sql.read-only": {
    title: "A GET or HEAD may not write",
    explanation: "PostgREST runs GET and HEAD in a read-only transaction. Functions that write are called with POST.",
    documentation: documents.transactions,
  },
  "sql.raised": {
    title: "SQL raised an error on purpose",
    explanation: "A function or trigger used RAISE.",
    documentation: documents.errors,
  },
  "sql.statement-timeout": {
    title: "The statement ran into statement_timeout",
    explanation: "v2 gives a request 15 s, and its gateway gives up after 8 s already; v1 sets no limit of its own.",
    documentation: documents.settings,
  },
  "sql.lock-timeout": {
    title: "A lock was not to be had",
    explanation: "Another transaction holds what the statement needs.",
    documentation: documents.settings,
  },
  "sql.error": {
    title: "Postgres refused the statement",
    explanation: "An error of SQL that has nothing to do with privileges or policies.",
    documentation: documents.sqlstates,
  },
  "database.unreachable": {
    title: "Postgres could not be reached",
    explanation: "No connection could be made.",
    documentation: documents.errors,
  },
  "database.lost": {
    title: "The connection to Postgres was lost",
    explanation: "The server went away while the answer was awaited.",
    documentation: documents.errors,
  },
  "database.pool-timeout": {
    title: "No connection became free in time",
    explanation: "Every connection of PostgREST's pool stayed busy.",
    documentation: documents.errors,
  },
} as const satisfies Record<string, CodeEntry>;
