/** FROM the request's JSON: one row per object, columns typed as the table or the function wants them. */
import type { Dialect } from "../../dialect.ts";
import type { CoercibleField } from "../../plan/types.ts";
import { type FromRequest, ident, literal, type OpenSnippet, type ParamValue, param, sql, words } from "../snippet.ts";
import { bare, columnOf } from "./names.ts";

/** The alias of those rows. */
export const BODY = bare("pgrst_body");

export interface JsonBodyOptions {
  /** Begin with `SELECT` of the columns. */
  readonly select?: boolean;
  /** Only the first object counts. */
  readonly first?: boolean;
  /** Keys an object lacks get the column's default. */
  readonly defaults?: boolean;
}

/** The JSON as a parameter, with what 12.2 wants to know of it beforehand. */
export interface JsonBody {
  readonly value: ParamValue | FromRequest;
  readonly isObject: boolean;
}

export function fromJsonBody(
  dialect: Dialect,
  body: JsonBody,
  fields: readonly CoercibleField[],
  options: JsonBodyOptions,
): OpenSnippet {
  const { select = false, first = false, defaults = false } = options;
  const shape = dialect.bodyShape === "first-character" ? sentShape(body.isObject, defaults) : uniformShape(defaults);
  const names = fields.map(({ name }) => columnOf(BODY, name)).join(", ");
  const source = defaults ? "pgrst_json_defs.val" : shape.json;
  const rows =
    fields.length === 0
      ? shape.emptyRows(source)
      : `${shape.toRecords}(${source}) AS _(${typed(fields)})${first ? " LIMIT 1" : ""}`;
  return words(
    select ? `SELECT ${names}` : "",
    sql`FROM (SELECT ${param(body.value)}::${defaults ? "jsonb" : "json"} AS json_data) pgrst_payload,`,
    shape.prelude,
    defaults ? shape.withDefaults(defaultObject(fields)) : "",
    `LATERAL (SELECT ${parsed(fields)} FROM ${rows}) pgrst_body`,
  );
}

interface BodyShape {
  /** Joined before anything else. */
  readonly prelude: string;
  /** Where the JSON is found then. */
  readonly json: string;
  readonly toRecords: string;
  readonly withDefaults: (defaults: string) => string;
  /** Rows without columns: as many as there are objects. */
  readonly emptyRows: (source: string) => string;
}

const elements = (jsonb: boolean) => (source: string) => `${jsonb ? "jsonb" : "json"}_array_elements(${source}) _`;
const defaultsOfArray = (json: string) => (defaults: string) =>
  `LATERAL (SELECT jsonb_agg(${defaults} || elem) AS val from jsonb_array_elements(${json}) elem) pgrst_json_defs,`;

/** 12.2: an object is known by its first character; what is neither object nor array is for Postgres to refuse. */
function sentShape(isObject: boolean, jsonb: boolean): BodyShape {
  const type = jsonb ? "jsonb" : "json";
  const json = "pgrst_payload.json_data";
  if (!isObject) {
    const toRecords = `${type}_to_recordset`;
    return { prelude: "", json, toRecords, withDefaults: defaultsOfArray(json), emptyRows: elements(jsonb) };
  }
  return {
    prelude: "",
    json,
    toRecords: `${type}_to_record`,
    withDefaults: (defaults) => `LATERAL (SELECT ${defaults} || ${json} AS val) pgrst_json_defs,`,
    emptyRows: () => "(values(1)) _",
  };
}

/** 12.0: Postgres makes an array of whatever is none. */
function uniformShape(jsonb: boolean): BodyShape {
  const type = jsonb ? "jsonb" : "json";
  const sent = "pgrst_payload.json_data";
  const json = "pgrst_uniform_json.val";
  return {
    prelude: `LATERAL (SELECT CASE WHEN ${type}_typeof(${sent}) = 'array' THEN ${sent} ELSE ${type}_build_array(${sent}) END AS val) pgrst_uniform_json,`,
    json,
    toRecords: `${type}_to_recordset`,
    withDefaults: defaultsOfArray(json),
    emptyRows: elements(jsonb),
  };
}

/** Defaults are SQL of the table's owner, read from the catalogue. */
function defaultObject(fields: readonly CoercibleField[]): string {
  const pairs = fields.flatMap(({ name, default: expression }) =>
    expression === null ? [] : [`${literal(name)}, ${expression}`],
  );
  return `jsonb_build_object(${pairs.join(",")})`;
}

const typed = (fields: readonly CoercibleField[]): string =>
  fields.map(({ name, irType }) => `${ident(name)} ${irType}`).join(", ");

const parsed = (fields: readonly CoercibleField[]): string =>
  fields
    .map(({ name, transform }) => (transform === null ? ident(name) : `${transform}(${ident(name)}) AS ${ident(name)}`))
    .join(", ");
