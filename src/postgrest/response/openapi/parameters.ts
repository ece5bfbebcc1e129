/** `parameters`: those every relation shares, then per relation its body and a filter per column. */
import type { Dialect } from "../../dialect.ts";
import type { Column, Table } from "../../schema-cache/types.ts";
import { type JsonObject, withoutEmpty } from "./json.ts";

const RETURN = ["return=representation", "return=minimal", "return=none"];
const RESOLUTION = ["resolution=ignore-duplicates", "resolution=merge-duplicates"];
const PAGING = "Limiting and Pagination";

export function parameterDefinitions(tables: readonly Table[], dialect: Dialect): JsonObject {
  const parameters: Array<readonly [string, JsonObject]> = [
    ["preferParams", prefer(["params=single-object"])],
    ["preferReturn", prefer(RETURN)],
    ["preferCount", prefer(["count=none"])],
    ["preferPost", prefer([...RETURN, ...RESOLUTION])],
    ["select", text("select", "Filtering Columns", "query")],
    ["on_conflict", text("on_conflict", "On Conflict", "query")],
    ["order", text("order", "Ordering", "query")],
    ["range", text("Range", PAGING, "header")],
    ["rangeUnit", rangeUnit],
    ["offset", text("offset", PAGING, "query")],
    ["limit", text("limit", PAGING, "query")],
  ];
  for (const table of tables) {
    parameters.push([`body.${table.name}`, body(table.name)]);
    for (const column of table.columns.values()) {
      parameters.push([`rowFilter.${table.name}.${column.name}`, rowFilter(column, dialect)]);
    }
  }
  return Object.fromEntries(parameters);
}

const text = (name: string, description: string, place: "query" | "header"): JsonObject => ({
  name,
  description,
  required: false,
  in: place,
  type: "string",
});

const rangeUnit: JsonObject = {
  name: "Range-Unit",
  description: PAGING,
  required: false,
  default: "items",
  in: "header",
  type: "string",
};

const prefer = (values: readonly string[]): JsonObject => ({
  name: "Prefer",
  description: "Preference",
  required: false,
  enum: values,
  in: "header",
  type: "string",
});

const body = (table: string): JsonObject => ({
  name: table,
  description: table,
  required: false,
  in: "body",
  schema: { $ref: `#/definitions/${table}` },
});

const rowFilter = (column: Column, dialect: Dialect): JsonObject =>
  withoutEmpty({
    name: column.name,
    description: column.description,
    required: false,
    format: dialect.openApiFormatsRowFilters ? column.type : null,
    in: "query",
    type: "string",
  });
