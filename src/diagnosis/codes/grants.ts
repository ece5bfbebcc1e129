import { type CodeEntry, documents } from "./entry.ts";

/** Who a request runs as, and what that role may touch. */
export const grantCodes = {
  "role.unknown": {
    title: "The token's role does not exist",
    explanation: "PostgREST on v1 switches to the role that the token's claim `role` names.",
    documentation: documents.setRole,
  },
  "role.not-granted": {
    title: "PostgREST may not switch to the token's role",
    explanation: "SET ROLE needs membership: the role must be granted to the role PostgREST logs in as.",
    documentation: documents.setRole,
  },
  "role.anonymous": {
    title: "The request ran as the anonymous role, which may not do this",
    explanation:
      "Without a token, or with one that has no claim `role`, v1 runs a request as anon. Postgres then says 42501, and PostgREST answers anon with 401 instead of 403, though SQL did run.",
    documentation: documents.auth,
  },
  "role.pre-request": {
    title: "The pre-request function refused",
    explanation: "The function of db-pre-request runs before every request and may raise an error.",
    documentation: documents.transactions,
  },
  "grants.schema": {
    title: "USAGE on a schema is missing",
    explanation: "To name an object of a schema a role needs USAGE on the schema, besides any privilege on the object.",
    documentation: documents.privileges,
  },
  "grants.table": {
    title: "A privilege on a table or view is missing",
    explanation:
      "Row security decides about rows; whether a role may use the table at all is decided by GRANT. v2 grants SELECT by default and nothing else.",
    documentation: documents.privileges,
  },
  "grants.column": {
    title: "A privilege on a column is missing",
    explanation:
      "Where privileges are granted by column, select=* asks for all of them, and Postgres names the table, not the column.",
    documentation: documents.privileges,
  },
  "grants.sequence": {
    title: "USAGE on a sequence is missing",
    explanation: "The default of a serial column calls nextval(), which needs USAGE on its sequence.",
    documentation: documents.privileges,
  },
  "grants.function": {
    title: "EXECUTE on a function is missing",
    explanation: "A function is executable for everybody until EXECUTE is revoked from PUBLIC.",
    documentation: documents.privileges,
  },
  "grants.returning": {
    title: "The write may be allowed, but its RETURNING needs SELECT",
    explanation:
      "Prefer: return=representation makes it INSERT … RETURNING, and filters and returned columns are read: that needs SELECT besides the write's own privilege.",
    documentation: documents.insert,
  },
  "grants.upsert": {
    title: "An upsert needs more than INSERT",
    explanation: "INSERT … ON CONFLICT DO UPDATE needs SELECT and UPDATE as well, even when no row conflicts.",
    documentation: documents.insert,
  },
  "grants.policy-table": {
    title: "A policy reads a table that the role may not read",
    explanation:
      "A policy's sub-select runs with the privileges of whoever makes the request, so the tables it names need SELECT too.",
    documentation: documents.createPolicy,
  },
  "grants.policy-function": {
    title: "A policy calls a function that the role may not execute",
    explanation: "A policy's functions are called with the privileges of whoever makes the request.",
    documentation: documents.createPolicy,
  },
  "grants.function-body": {
    title: "A function's body uses what the caller may not use",
    explanation: "A SECURITY INVOKER function runs with the privileges of its caller.",
    documentation: documents.createFunction,
  },
  "grants.view-owner": {
    title: "The view's owner lacks a privilege on what the view reads",
    explanation: "Without security_invoker a view's tables are read with the privileges of the view's owner.",
    documentation: documents.createView,
  },
  "grants.other": {
    title: "Postgres refused for want of a privilege",
    explanation: "SQLSTATE 42501, in a form that could not be traced to one GRANT.",
    documentation: documents.privileges,
  },
} as const satisfies Record<string, CodeEntry>;
