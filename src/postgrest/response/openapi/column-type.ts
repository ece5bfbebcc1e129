/** Postgres types as Swagger 2.0 types. */
import { exactNumber } from "../../exact-number.ts";
import type { Json, JsonObject } from "./json.ts";

export type SwaggerType = "string" | "boolean" | "integer" | "number" | "array";

const known: Readonly<Record<string, SwaggerType | null>> = {
  boolean: "boolean",
  smallint: "integer",
  integer: "integer",
  bigint: "integer",
  numeric: "number",
  real: "number",
  "double precision": "number",
  // Any JSON value may stand there, so no type is said.
  json: null,
  jsonb: null,
};

export function swaggerType(type: string): SwaggerType | null {
  const named = Object.hasOwn(known, type) ? known[type] : undefined;
  if (named !== undefined) return named;
  return type.endsWith("[]") ? "array" : "string";
}

/** `items` of an array type; undefined for other types. */
export function arrayItems(type: string): JsonObject | undefined {
  if (swaggerType(type) !== "array") return undefined;
  const element = swaggerType(elementType(type));
  return element === null ? {} : { type: element };
}

export const elementType = (arrayType: string): string => arrayType.slice(0, -2);

/**
 * A column default as a JSON value: `'x'::text` is "x", `7` is 7. Undefined for expressions, which no JSON value can
 * express, apart from those of text-like columns, which are shown as text.
 */
export function defaultValue(type: string, expression: string | null): Json | undefined {
  if (expression === null) return undefined;
  try {
    const value = JSON.parse(swaggerType(type) === "string" ? quoted(type, expression) : expression) as Json;
    return typeof value === "number" ? exactNumber(expression) : value;
  } catch {
    return undefined;
  }
}

function quoted(type: string, expression: string): string {
  const cast = `::${type}`;
  const text = expression.endsWith(cast) ? expression.slice(0, -cast.length).replace(/^'+|'+$/g, "") : expression;
  return `"${text}"`;
}
