/** `parameters`: those every relation shares, then per relation its body and a filter per column. */
import type { Dialect } from "../../dialect.ts";
import type { Column, Table } from "../../schema-cache/types.ts";
import { type JsonObject, member, withoutEmpty } from "./json.ts";

const RETURN = ["return=representation", "return=minimal", "return=none"];
const RESOLUTION = ["resolution=ignore-duplicates", "resolution=merge-duplicates"];
const PAGING = "Limiting and Pagination";

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

/** The members that every relation shares. */
export const sharedParameters: readonly string[] = [
  member("preferParams", prefer(["params=single-object"])),
  member("preferReturn", prefer(RETURN)),
  member("preferCount", prefer(["count=none"])),
  member("preferPost", prefer([...RETURN, ...RESOLUTION])),
  member("select", text("select", "Filtering Columns", "query")),
  member("on_conflict", text("on_conflict", "On Conflict", "query")),
  member("order", text("order", "Ordering", "query")),
  member("range", text("Range", PAGING, "header")),
  member("rangeUnit", rangeUnit),
  member("offset", text("offset", PAGING, "query")),
  member("limit", text("limit", PAGING, "query")),
];

/** The members of one relation. */
export const tableParameters = ({ name, columns }: Table, dialect: Dialect): readonly string[] => [
  member(`body.${name}`, body(name)),
  ...[...columns.values()].map((column) => member(`rowFilter.${name}.${column.name}`, rowFilter(column, dialect))),
];

const rowFilter = (column: Column, dialect: Dialect): JsonObject =>
  withoutEmpty({
    name: column.name,
    description: column.description,
    required: false,
    format: dialect.openApiFormatsRowFilters ? column.type : null,
    in: "query",
    type: "string",
  });
