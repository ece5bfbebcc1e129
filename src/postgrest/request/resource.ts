/** What a path names, and what a method wants of it. */
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import { invalidRpcMethod, notFound, unsupportedMethod } from "../errors/catalogue.ts";
import { bytesOf, decodeLoosely, percentDecode } from "./bytes.ts";
import type { Action, Mutation } from "./types.ts";

export type Resource =
  | { readonly kind: "relation"; readonly name: string }
  | { readonly kind: "routine"; readonly name: string }
  | { readonly kind: "schema" };

/** The segments of a path, decoded; bytes that are no UTF-8 become U+FFFD. A slash at the end makes an empty segment. */
function pathSegments(path: string): string[] {
  if (path === "" || path === "/") return [];
  const segments = path.replace(/^\//, "").split("/");
  return segments.map((segment) => decodeLoosely(percentDecode(bytesOf(segment), false)));
}

/** @throws PgrstError the bare 404 */
export function findResource(path: string, config: Pick<EngineConfig, "dbRootSpec" | "openApiMode">): Resource {
  const segments = pathSegments(path);
  const [first, second] = segments;
  if (first === undefined) {
    if (config.dbRootSpec !== null) return { kind: "routine", name: config.dbRootSpec.name };
    if (config.openApiMode !== "disabled") return { kind: "schema" };
  } else if (second === undefined) return { kind: "relation", name: first };
  else if (segments.length === 2 && first === "rpc") return { kind: "routine", name: second };
  throw notFound();
}

const mutations: Readonly<Record<string, Mutation>> = {
  POST: "create",
  PUT: "single-upsert",
  PATCH: "update",
  DELETE: "delete",
};

const mutationOf = (method: string): Mutation | undefined =>
  Object.hasOwn(mutations, method) ? mutations[method] : undefined;

/** An action short of its schema, which another header decides. */
export type Intent = (schema: string) => Action;

/** @throws PgrstError PGRST101 or PGRST117, 405. Methods are case-sensitive. */
export function findIntent(resource: Resource, method: string, dialect: Pick<Dialect, "refusesWritesOnRoot">): Intent {
  switch (resource.kind) {
    case "routine":
      return routineIntent(resource.name, method);
    case "relation":
      return relationIntent(resource.name, method);
    case "schema":
      return schemaIntent(method, dialect);
  }
}

function routineIntent(name: string, method: string): Intent {
  switch (method) {
    case "HEAD":
      return (schema) => ({ kind: "routine", target: { schema, name }, invoke: "head" });
    case "GET":
      return (schema) => ({ kind: "routine", target: { schema, name }, invoke: "get" });
    case "POST":
      return (schema) => ({ kind: "routine", target: { schema, name }, invoke: "post" });
    case "OPTIONS":
      return (schema) => ({ kind: "routine-info", target: { schema, name }, invoke: "head" });
    default:
      throw invalidRpcMethod(method);
  }
}

function relationIntent(name: string, method: string): Intent {
  const mutation = mutationOf(method);
  if (mutation !== undefined) return (schema) => ({ kind: "relation-mutate", target: { schema, name }, mutation });
  switch (method) {
    case "HEAD":
    case "GET":
      return (schema) => ({ kind: "relation-read", target: { schema, name }, headersOnly: method === "HEAD" });
    case "OPTIONS":
      return (schema) => ({ kind: "relation-info", target: { schema, name } });
    default:
      throw unsupportedMethod(method);
  }
}

function schemaIntent(method: string, dialect: Pick<Dialect, "refusesWritesOnRoot">): Intent {
  switch (method) {
    case "HEAD":
    case "GET":
      return (schema) => ({ kind: "schema-read", schema, headersOnly: method === "HEAD" });
    case "OPTIONS":
      return () => ({ kind: "schema-info" });
    default:
      // The older version takes it for a write to a table without a name, and finds out later that there is none.
      if (mutationOf(method) !== undefined && !dialect.refusesWritesOnRoot) return relationIntent("", method);
      throw unsupportedMethod(method);
  }
}
