/** `paths`: the document itself, one path per relation, one per function. */
import type { Routine, RoutineParameter, Table } from "../../schema-cache/types.ts";
import { arrayItems, elementType, swaggerType } from "./column-type.ts";
import { type Json, type JsonObject, member, withoutEmpty } from "./json.ts";
import { summaryOf } from "./summary.ts";

/** The document itself. */
export const rootPath = member("/", {
  get: {
    produces: ["application/openapi+json", "application/json"],
    responses: { "200": { description: "OK" } },
    summary: "OpenAPI description (this document)",
    tags: ["Introspection"],
  },
});

/** Of overloads only the last is shown, at the place of the first. */
export const routinePaths = (routines: readonly Routine[]): string[] =>
  [...new Map(routines.map((routine) => [routine.name, routine])).values()].map((routine) =>
    member(`/rpc/${routine.name}`, routinePath(routine)),
  );

interface OperationParts {
  readonly comment: string | null;
  readonly tag: string;
  readonly parameters: readonly JsonObject[];
  readonly produces?: readonly string[];
  readonly responses: JsonObject;
}

/** The library holds operations, and what is in them, in sorted maps: here and below keys stand in alphabetical order. */
function operation({ comment, tag, parameters, produces, responses }: OperationParts): JsonObject {
  const { summary, description } = summaryOf(comment);
  return withoutEmpty({ description, parameters, produces, responses, summary, tags: [tag] });
}

const created: JsonObject = { "201": { description: "Created" } };
const noContent: JsonObject = { "204": { description: "No Content" } };
const ok: JsonObject = { "200": { description: "OK" } };

const reference = (name: string): JsonObject => ({ $ref: `#/parameters/${name}` });

const paging = ["select", "order", "range", "rangeUnit", "offset", "limit", "preferCount"].map(reference);
const [select, preferPost, preferReturn, preferParams] = [
  reference("select"),
  reference("preferPost"),
  reference("preferReturn"),
  reference("preferParams"),
];

export function tablePath({
  name,
  description: comment,
  columns,
  insertable,
  updatable,
  deletable,
}: Table): JsonObject {
  const about = { comment, tag: name };
  const body = reference(`body.${name}`);
  const filters = [...columns.keys()].map((column) => reference(`rowFilter.${name}.${column}`));
  const rows = { items: { $ref: `#/definitions/${name}` }, type: "array" };
  const get = operation({
    ...about,
    parameters: [...filters, ...paging],
    responses: { "200": { description: "OK", schema: rows }, "206": { description: "Partial Content" } },
  });
  // One kind of write is enough to have all of them listed.
  if (!insertable && !updatable && !deletable) return { get };
  return {
    get,
    post: operation({ ...about, parameters: [body, select, preferPost], responses: created }),
    delete: operation({ ...about, parameters: [...filters, preferReturn], responses: noContent }),
    patch: operation({ ...about, parameters: [...filters, body, preferReturn], responses: noContent }),
  };
}

const ROUTINE_TYPES = [
  "application/json",
  "application/vnd.pgrst.object+json;nulls=stripped",
  "application/vnd.pgrst.object+json",
];

/** GET is listed for every function, though only some can be called so. */
function routinePath({ name, description, parameters }: Routine): JsonObject {
  const about = { comment: description, tag: `(rpc) ${name}`, produces: ROUTINE_TYPES, responses: ok };
  const byName = [...parameters].sort((a, b) => (a.name < b.name ? -1 : 1));
  const schema = withoutEmpty({
    description,
    properties: Object.fromEntries(byName.map((parameter) => [parameter.name, argumentSchema(parameter)])),
    required: parameters.filter(({ required }) => required).map((parameter) => parameter.name),
    type: "object",
  });
  const body = { in: "body", name: "args", required: true, schema };
  return {
    get: operation({ ...about, parameters: parameters.map(queryArgument) }),
    post: operation({ ...about, parameters: [body, preferParams] }),
  };
}

function argumentSchema({ type }: RoutineParameter): JsonObject {
  const items = arrayItems(type);
  if (items !== undefined) return { format: type, items, type: "array" };
  return withoutEmpty({ format: type, type: swaggerType(type) });
}

function queryArgument({ name, type, required, variadic }: RoutineParameter): JsonObject {
  const swagger = swaggerType(type);
  if (variadic) {
    const element = elementType(type);
    const items: Json = withoutEmpty({ format: element, type: swaggerType(element) });
    return { collectionFormat: "multi", in: "query", items, name, required, type: swagger ?? "string" };
  }
  // In a URL an array is written `{1,2}`, and JSON as it is: both are text there.
  return {
    format: type,
    in: "query",
    name,
    required,
    type: swagger === null || swagger === "array" ? "string" : swagger,
  };
}
