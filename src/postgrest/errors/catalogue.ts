/** Every error PostgREST itself makes, by the group of its code: https://postgrest.org/en/v12/references/errors.html */
export * from "./auth-errors.ts";
export * from "./connection-errors.ts";
export * from "./request-errors.ts";
export * from "./schema-cache-errors.ts";
