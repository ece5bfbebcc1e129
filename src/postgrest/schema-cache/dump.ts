/**
 * The cache as JSON: what `--dump-schema` prints and the admin server answers on `/schema_cache`. Names and shapes are those
 * of PostgREST's records; a map whose keys are no plain texts is a list of pairs.
 */
import type { Dialect } from "../dialect.ts";
import { decodeMediaType } from "../request/media-type.ts";
import { dumpMediaHandler, dumpMediaType, dumpTarget } from "./dump-media.ts";
import { dumpRelationship } from "./dump-relationships.ts";
import { type Json, qualified, record, tagged } from "./json.ts";
import type { DataRepresentation, PgType, Routine, SchemaCache, Table } from "./types.ts";

/** One line of JSON, the keys of objects sorted. PostgREST's lists are in the order of its hash tables, these are by name. */
export function schemaCacheToJson(cache: SchemaCache, dialect: Dialect): string {
  const whole = dialect.dumpsWholeCache;
  return JSON.stringify(
    record({
      dbMediaHandlers: whole ? mediaHandlers(cache, dialect) : [],
      dbRelationships: [...cache.relationships].map(([key, list]) => {
        const [schema = "", name = "", foreignSchema = ""] = key.split("\0");
        return [[qualified({ schema, name }), foreignSchema], list.map((rel) => dumpRelationship(rel, dialect))];
      }),
      dbRepresentations: [...cache.representations.values()].map((cast) => [
        [cast.sourceType, cast.targetType],
        representation(cast),
      ]),
      dbRoutines: [...cache.routines.values()].flatMap((overloads) =>
        overloads.slice(0, 1).map((first) => [qualified(first), overloads.map((r) => routine(r, dialect))]),
      ),
      dbTables: [...cache.tables.values()].map((found) => [qualified(found), table(found)]),
      dbTimezones: whole ? [...cache.timezones] : [],
    }),
  );
}

const mediaHandlers = (cache: SchemaCache, dialect: Dialect): Json =>
  [...cache.mediaHandlers].map(([key, { handler, mediaType }]) => {
    const [schema = "", name = "", mime = ""] = key.split("\0");
    const target = name === "" ? "anyelement" : { schema, name };
    return [
      [dumpTarget(target), dumpMediaType(decodeMediaType(mime, dialect))],
      [dumpMediaHandler(handler), dumpMediaType(mediaType)],
    ];
  });

const table = (found: Table): Json =>
  record({
    tableColumns: record(
      Object.fromEntries(
        [...found.columns].map(([name, column]) => [
          name,
          record({
            colDefault: column.default,
            colDescription: column.description,
            colEnum: column.enum,
            colMaxLen: column.maxLength,
            colName: column.name,
            colNominalType: column.nominalType,
            colNullable: column.nullable,
            colType: column.type,
          }),
        ]),
      ),
    ),
    tableDeletable: found.deletable,
    tableDescription: found.description,
    tableInsertable: found.insertable,
    tableIsView: found.isView,
    tableName: found.name,
    tablePKCols: found.primaryKey,
    tableSchema: found.schema,
    tableUpdatable: found.updatable,
  });

const representation = (cast: DataRepresentation): Json =>
  record({ drFunction: cast.function, drSourceType: cast.sourceType, drTargetType: cast.targetType });

const volatilities = { volatile: "Volatile", stable: "Stable", immutable: "Immutable" } as const;

const returned = (type: PgType): Json =>
  type.kind === "scalar"
    ? tagged("Scalar", qualified(type.type))
    : tagged("Composite", [qualified(type.type), type.isAlias]);

/** The isolation level is not told. 12.0 tells the timeout in a field of its own. */
const routine = (found: Routine, dialect: Dialect): Json =>
  record({
    pdDescription: found.description,
    pdHasVariadic: found.hasVariadic,
    pdName: found.name,
    pdParams: found.parameters.map((parameter) =>
      record({
        ppName: parameter.name,
        ppReq: parameter.required,
        ppType: parameter.type,
        ppTypeMaxLength: parameter.typeMaxLength,
        ppVar: parameter.variadic,
      }),
    ),
    pdReturnType: tagged(found.returnType.setOf ? "SetOf" : "Single", returned(found.returnType.type)),
    pdSchema: found.schema,
    pdVolatility: volatilities[found.volatility],
    ...(dialect.dumpsWholeCache ? { pdFuncSettings: found.settings } : { pdTimeout: found.settings[0]?.[1] ?? null }),
  });
