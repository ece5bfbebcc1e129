import { describe, expect, test } from "vitest";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import { schemaCacheToJson } from "../../../../src/postgrest/schema-cache/dump.ts";
import { handlerMap } from "../../../../src/postgrest/schema-cache/media-handlers.ts";
import { summarizeSchemaCache } from "../../../../src/postgrest/schema-cache/summary.ts";
import {
  identifierKey,
  relationshipKey,
  representationKey,
  type SchemaCache,
} from "../../../../src/postgrest/schema-cache/types.ts";

const films = { schema: "api", name: "films" };
const cache: SchemaCache = {
  tables: new Map([
    [
      identifierKey("api", "films"),
      {
        ...films,
        description: "All of them",
        isView: false,
        insertable: true,
        updatable: true,
        deletable: false,
        primaryKey: ["id"],
        columns: new Map([
          [
            "id",
            {
              name: "id",
              description: null,
              nullable: false,
              type: "integer",
              nominalType: "integer",
              maxLength: null,
              default: null,
              enum: [],
            },
          ],
        ]),
      },
    ],
  ]),
  relationships: new Map([
    [
      relationshipKey(films, "api"),
      [
        {
          kind: "relationship",
          table: films,
          foreignTable: films,
          isSelf: true,
          cardinality: { kind: "O2O", constraint: "fk", columns: [["a", "b"]], isParent: true },
          tableIsView: false,
          foreignTableIsView: false,
        },
      ],
    ],
  ]),
  routines: new Map([
    [
      identifierKey("api", "best"),
      [
        {
          schema: "api",
          name: "best",
          description: null,
          parameters: [{ name: "n", type: "integer", typeMaxLength: "integer", required: true, variadic: false }],
          returnType: { setOf: true, type: { kind: "composite", type: films, isAlias: false } },
          volatility: "stable",
          hasVariadic: false,
          isolationLevel: "serializable",
          settings: [["statement_timeout", "7s"]],
        },
      ],
    ],
  ]),
  representations: new Map([
    [representationKey("api.c", "json"), { sourceType: "api.c", targetType: "json", function: "api.f" }],
  ]),
  mediaHandlers: handlerMap([], dialects["12.2"]),
  timezones: new Set(["UTC"]),
};

const qi = { qiName: "films", qiSchema: "api" };

describe("schemaCacheToJson", () => {
  test("has the shapes of PostgREST's records", () => {
    expect(JSON.parse(schemaCacheToJson(cache, dialects["12.2"]))).toEqual({
      dbTables: [
        [
          qi,
          {
            tableSchema: "api",
            tableName: "films",
            tableDescription: "All of them",
            tableIsView: false,
            tableInsertable: true,
            tableUpdatable: true,
            tableDeletable: false,
            tablePKCols: ["id"],
            tableColumns: {
              id: {
                colName: "id",
                colDescription: null,
                colNullable: false,
                colType: "integer",
                colNominalType: "integer",
                colMaxLen: null,
                colDefault: null,
                colEnum: [],
              },
            },
          },
        ],
      ],
      dbRelationships: [
        [
          [qi, "api"],
          [
            {
              tag: "Relationship",
              relTable: qi,
              relForeignTable: qi,
              relIsSelf: true,
              relCardinality: { tag: "O2O", relCons: "fk", relColumns: [["a", "b"]], isParent: true },
              relTableIsView: false,
              relFTableIsView: false,
            },
          ],
        ],
      ],
      dbRoutines: [
        [
          { qiName: "best", qiSchema: "api" },
          [
            {
              pdSchema: "api",
              pdName: "best",
              pdDescription: null,
              pdParams: [{ ppName: "n", ppType: "integer", ppTypeMaxLength: "integer", ppReq: true, ppVar: false }],
              pdReturnType: { tag: "SetOf", contents: { tag: "Composite", contents: [qi, false] } },
              pdVolatility: "Stable",
              pdHasVariadic: false,
              pdFuncSettings: [["statement_timeout", "7s"]],
            },
          ],
        ],
      ],
      dbRepresentations: [[["api.c", "json"], { drSourceType: "api.c", drTargetType: "json", drFunction: "api.f" }]],
      dbMediaHandlers: [
        [
          [{ tag: "RelAnyElement" }, { tag: "MTAny" }],
          [{ tag: "BuiltinOvAggJson" }, { tag: "MTApplicationJSON" }],
        ],
        [
          [{ tag: "RelAnyElement" }, { tag: "MTApplicationJSON" }],
          [{ tag: "BuiltinOvAggJson" }, { tag: "MTApplicationJSON" }],
        ],
        [
          [{ tag: "RelAnyElement" }, { tag: "MTTextCSV" }],
          [{ tag: "BuiltinOvAggCsv" }, { tag: "MTTextCSV" }],
        ],
        [
          [{ tag: "RelAnyElement" }, { tag: "MTGeoJSON" }],
          [{ tag: "BuiltinOvAggGeoJson" }, { tag: "MTGeoJSON" }],
        ],
      ],
      dbTimezones: ["UTC"],
    });
  });

  test("tells less in 12.0", () => {
    const dump = JSON.parse(schemaCacheToJson(cache, dialects["12.0"]));
    expect(dump.dbTimezones).toEqual([]);
    expect(dump.dbMediaHandlers).toEqual([]);
    expect(dump.dbRoutines[0][1][0]).toMatchObject({ pdTimeout: "7s" });
    expect(dump.dbRelationships[0][1][0].relCardinality).toEqual({
      tag: "O2O",
      relCons: "fk",
      relColumns: [["a", "b"]],
    });
  });

  test("sorts the keys of objects", () => {
    expect(schemaCacheToJson(cache, dialects["12.2"])).toMatch(/^\{"dbMediaHandlers":.*"dbTables":.*"dbTimezones":/);
  });
});

test("summarizeSchemaCache", () => {
  expect(summarizeSchemaCache(cache)).toBe(
    "1 Relations, 1 Relationships, 1 Functions, 1 Domain Representations, 4 Media Type Handlers, 1 Timezones",
  );
});
