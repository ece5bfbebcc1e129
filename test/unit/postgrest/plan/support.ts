/** Plans straight from a request line, against a schema cache written by hand. */
import type { HeaderList } from "../../../../src/http/message.ts";
import type { EngineConfig } from "../../../../src/postgrest/config/types.ts";
import { dialects, type PostgrestVersion } from "../../../../src/postgrest/dialect.ts";
import { PgrstError } from "../../../../src/postgrest/errors/pgrst-error.ts";
import { actionPlan } from "../../../../src/postgrest/plan/action-plan.ts";
import type { ActionPlan } from "../../../../src/postgrest/plan/types.ts";
import { buildApiRequest } from "../../../../src/postgrest/request/api-request.ts";
import { sentBody } from "../../../../src/postgrest/request/payload.ts";
import type { ApiRequest } from "../../../../src/postgrest/request/types.ts";
import {
  type Cardinality,
  type ForeignKeyRelationship,
  handlerKey,
  keyOf,
  type Relationship,
  type ResolvedHandler,
  type Routine,
  type RoutineParameter,
  relationshipKey,
  representationKey,
  type SchemaCache,
  type Table,
} from "../../../../src/postgrest/schema-cache/types.ts";
import { fill } from "../../../../src/postgrest/sql/snippet.ts";
import { mainStatement } from "../../../../src/postgrest/sql/statements.ts";

export const api = (name: string) => ({ schema: "api", name });

/** Columns as `name: type`; a type of `integer = 1` has that default. */
export function table(name: string, columns: Record<string, string>, primaryKey: readonly string[] = ["id"]): Table {
  const entries = Object.entries(columns).map(([column, declared]) => {
    const [type = "", fallback] = declared.split(" = ");
    const facts = { description: null, nullable: true, maxLength: null, enum: [] };
    return [column, { ...facts, name: column, type, nominalType: type, default: fallback ?? null }] as const;
  });
  const writable = { isView: false, insertable: true, updatable: true, deletable: true };
  return { ...api(name), description: null, ...writable, primaryKey, columns: new Map(entries) };
}

export function relationship(
  from: string,
  to: string,
  cardinality: Cardinality,
  more: Partial<ForeignKeyRelationship> = {},
): Relationship {
  return {
    kind: "relationship",
    table: api(from),
    foreignTable: api(to),
    isSelf: from === to,
    cardinality,
    tableIsView: false,
    foreignTableIsView: false,
    ...more,
  };
}

/** A foreign key, seen from both ends. */
export const foreignKey = (from: string, column: string, to: string, constraint = `${from}_${column}_fkey`) => [
  relationship(from, to, { kind: "M2O", constraint, columns: [[column, "id"]] }),
  relationship(to, from, { kind: "O2M", constraint, columns: [["id", column]] }),
];

export function routine(name: string, parameters: readonly Partial<RoutineParameter>[], more: Partial<Routine> = {}) {
  const filled = parameters.map((parameter) => {
    const type = parameter.type ?? "integer";
    return { name: "", required: true, variadic: false, type, typeMaxLength: type, ...parameter };
  });
  const type = { kind: "scalar", type: { schema: "pg_catalog", name: "int4" } } as const;
  return {
    ...api(name),
    description: null,
    parameters: filled,
    returnType: { setOf: false, type },
    volatility: "volatile",
    hasVariadic: filled.some(({ variadic }) => variadic),
    isolationLevel: null,
    settings: [],
    ...more,
  } satisfies Routine as Routine;
}

export interface CacheParts {
  readonly tables?: readonly Table[];
  readonly relationships?: readonly Relationship[];
  readonly routines?: readonly Routine[];
  /** As `source>target: function`. */
  readonly representations?: Record<string, string>;
  readonly handlers?: ReadonlyArray<readonly [key: string, handler: ResolvedHandler]>;
}

const builtInHandlers: ReadonlyArray<readonly [string, ResolvedHandler]> = [
  [handlerKey("anyelement", "*/*"), { handler: { kind: "json" }, mediaType: { kind: "json" } }],
  [handlerKey("anyelement", "application/json"), { handler: { kind: "json" }, mediaType: { kind: "json" } }],
  [handlerKey("anyelement", "text/csv"), { handler: { kind: "csv" }, mediaType: { kind: "csv" } }],
];

export function schemaCache(parts: CacheParts = {}): SchemaCache {
  return {
    tables: new Map((parts.tables ?? []).map((one) => [keyOf(one), one])),
    relationships: grouped(parts.relationships ?? [], (rel) => relationshipKey(rel.table, "api")),
    routines: grouped(parts.routines ?? [], keyOf),
    representations: new Map(
      Object.entries(parts.representations ?? {}).map(([types, name]) => {
        const [sourceType = "", targetType = ""] = types.split(">");
        return [representationKey(sourceType, targetType), { sourceType, targetType, function: name }];
      }),
    ),
    mediaHandlers: new Map([...builtInHandlers, ...(parts.handlers ?? [])]),
    timezones: new Set(),
  };
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const item of items) map.set(key(item), [...(map.get(key(item)) ?? []), item]);
  return map;
}

export interface Asked {
  readonly headers?: HeaderList;
  readonly body?: string;
  readonly config?: Partial<EngineConfig>;
  readonly version?: PostgrestVersion;
}

const defaults: Partial<EngineConfig> = {
  dbAggregates: false,
  dbMaxRows: null,
  dbPlanEnabled: false,
  dbRootSpec: null,
  dbSchemas: ["api"],
  dbTxAllowOverride: false,
  openApiMode: "follow-privileges",
};

/** @param line `GET /items?id=eq.1` */
function request(cache: SchemaCache, line: string, asked: Asked = {}): ApiRequest {
  const [method = "", target = ""] = line.split(" ", 2);
  const [path = "", query = ""] = target.split("?", 2);
  const body = Buffer.from(asked.body ?? "");
  const http = { method, path, query, headers: asked.headers ?? [], body };
  return buildApiRequest(config(asked), dialects[asked.version ?? "12.2"], http, cache);
}

const config = ({ config }: Asked): EngineConfig => ({ ...defaults, ...config }) as EngineConfig;

export function plan(cache: SchemaCache, line: string, asked: Asked = {}): ActionPlan {
  const api = request(cache, line, asked);
  return actionPlan(api.action, config(asked), dialects[asked.version ?? "12.2"], api, cache);
}

/** The plan as one kind; anything else is the test's mistake. */
export function planned<Kind extends ActionPlan["kind"]>(
  kind: Kind,
  of: ActionPlan,
): Extract<ActionPlan, { kind: Kind }> {
  if (of.kind !== kind) throw new Error(`planned a ${of.kind}, not a ${kind}`);
  return of as Extract<ActionPlan, { kind: Kind }>;
}

/** Code, and the rest of the body, of the refusal. */
export function refusal(act: () => unknown): { status: number; code?: string; message?: string; details?: unknown } {
  try {
    act();
  } catch (error) {
    if (error instanceof PgrstError) return { status: error.status, ...error.body };
    throw error;
  }
  throw new Error("nothing was refused");
}

export function statements(cache: SchemaCache, line: string, asked: Asked = {}) {
  const made = plan(cache, line, asked);
  if (made.kind !== "read" && made.kind !== "mutate" && made.kind !== "call")
    throw new Error(`no SQL for ${made.kind}`);
  const { payload, ...read } = request(cache, line, asked);
  const { main, count } = mainStatement(made, config(asked), dialects[asked.version ?? "12.2"], read);
  return { main: fill(main, { body: sentBody(payload), values: [] }), count };
}
