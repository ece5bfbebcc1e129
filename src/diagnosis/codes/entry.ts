export interface CodeEntry {
  /** What the code means, without the particulars of a request. */
  readonly title: string;
  /** Why it is so, for somebody who meets it the first time. */
  readonly explanation: string;
  /** Where the mechanism is described by those who made it. */
  readonly documentation: string;
}

const POSTGRES = "https://www.postgresql.org/docs/16";
const POSTGREST = "https://docs.postgrest.org/en/v12/references";

export const documents = {
  rowSecurity: `${POSTGRES}/ddl-rowsecurity.html`,
  createPolicy: `${POSTGRES}/sql-createpolicy.html`,
  privileges: `${POSTGRES}/ddl-priv.html`,
  createView: `${POSTGRES}/sql-createview.html`,
  createTrigger: `${POSTGRES}/plpgsql-trigger.html`,
  createFunction: `${POSTGRES}/sql-createfunction.html`,
  setRole: `${POSTGRES}/sql-set-role.html`,
  insert: `${POSTGRES}/sql-insert.html`,
  sqlstates: `${POSTGRES}/errcodes-appendix.html`,
  settings: `${POSTGRES}/runtime-config-client.html`,
  errors: `${POSTGREST}/errors.html`,
  auth: `${POSTGREST}/auth.html`,
  tables: `${POSTGREST}/api/tables_views.html`,
  functions: `${POSTGREST}/api/functions.html`,
  embedding: `${POSTGREST}/api/resource_embedding.html`,
  schemas: `${POSTGREST}/api/schemas.html`,
  pagination: `${POSTGREST}/api/pagination_count.html`,
  cache: `${POSTGREST}/schema_cache.html`,
  transactions: `${POSTGREST}/transactions.html`,
  jwt: "https://www.rfc-editor.org/rfc/rfc7519",
  jws: "https://www.rfc-editor.org/rfc/rfc7515",
  preflight: "https://developer.mozilla.org/en-US/docs/Glossary/Preflight_request",
  http: "https://www.rfc-editor.org/rfc/rfc9110",
} as const;
