/** `paths`: the document itself, one path per relation, one per function. */
import type { Routine, RoutineParameter, Table } from "../../schema-cache/types.ts";
import { arrayItems, elementType, swaggerType } from "./column-type.ts";
import { type Json, type JsonObject, sorted, withoutEmpty } from "./json.ts";
import { summaryOf } from "./summary.ts";

export function paths(tables: readonly Table[], routines: readonly Routine[]): JsonObject {
  return Object.fromEntries([
    ["/", root],
    ...tables.map((table) => [`/${table.name}`, tablePath(table)] as const),
    ...routines.map((routine) => [`/rpc/${routine.name}`, routinePath(routine)] as const),
  ]);
}

const root: JsonObject = {
  get: {
    produces: ["application/openapi+json", "application/json"],
    responses: { "200": { description: "OK" } },
    summary: "OpenAPI description (this document)",
    tags: ["Introspection"],
  },
};

function tablePath({ name, description, columns, insertable, updatable, deletable }: Table): JsonObject {
  const about = { ...summaryOf(description), tags: [name] };
  const filters = [...columns.keys()].map((column) => `rowFilter.${name}.${column}`);
  const operation = (parameters: readonly string[], responses: JsonObject): JsonObject =>
    sorted(withoutEmpty({ ...about, parameters: parameters.map(reference), responses }));
  const paging = ["select", "order", "range", "rangeUnit", "offset", "limit", "preferCount"];
  const rows = { type: "array", items: { $ref: `#/definitions/${name}` } };
  const get = operation([...filters, ...paging], {
    "200": { description: "OK", schema: rows },
    "206": { description: "Partial Content" },
  });
  // One kind of write is enough to have all of them listed.
  if (!insertable && !updatable && !deletable) return { get };
  const noContent = { "204": { description: "No Content" } };
  return {
    get,
    post: operation([`body.${name}`, "select", "preferPost"], { "201": { description: "Created" } }),
    delete: operation([...filters, "preferReturn"], noContent),
    patch: operation([...filters, `body.${name}`, "preferReturn"], noContent),
  };
}

const reference = (name: string): JsonObject => ({ $ref: `#/parameters/${name}` });

const ROUTINE_TYPES = [
  "application/json",
  "application/vnd.pgrst.object+json;nulls=stripped",
  "application/vnd.pgrst.object+json",
];

/** GET is listed for every function, though only some can be called so. */
function routinePath({ name, description, parameters }: Routine): JsonObject {
  const operation = (list: readonly JsonObject[]): JsonObject =>
    sorted(
      withoutEmpty({
        ...summaryOf(description),
        tags: [`(rpc) ${name}`],
        produces: ROUTINE_TYPES,
        parameters: list,
        responses: { "200": { description: "OK" } },
      }),
    );
  const argumentsSchema = withoutEmpty({
    description,
    type: "object",
    properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, argumentSchema(parameter)])),
    required: parameters.filter(({ required }) => required).map((parameter) => parameter.name),
  });
  const body = { name: "args", required: true, in: "body", schema: argumentsSchema };
  return { get: operation(parameters.map(queryArgument)), post: operation([body, reference("preferParams")]) };
}

function argumentSchema({ type }: RoutineParameter): JsonObject {
  const items = arrayItems(type);
  const schema = withoutEmpty({ type: swaggerType(type), format: type });
  return items === undefined ? schema : { ...schema, items };
}

function queryArgument({ name, type, required, variadic }: RoutineParameter): JsonObject {
  const common = { name, required, in: "query" };
  if (variadic) {
    const element = elementType(type);
    const items: Json = withoutEmpty({ type: swaggerType(element), format: element });
    return { ...common, type: swaggerType(type) ?? "string", items, collectionFormat: "multi" };
  }
  // In a URL an array is written `{1,2}`, and JSON as it is: both are text there.
  const swagger = swaggerType(type);
  return { ...common, type: swagger === null || swagger === "array" ? "string" : swagger, format: type };
}
