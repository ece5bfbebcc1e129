/** `definitions`: one object per relation, its columns with their notes on keys. */
import type { Dialect } from "../../dialect.ts";
import {
  type Column,
  type ForeignKeyRelationship,
  relationshipKey,
  type SchemaCache,
  type Table,
} from "../../schema-cache/types.ts";
import { arrayItems, defaultValue, swaggerType } from "./column-type.ts";
import { type JsonObject, withoutEmpty } from "./json.ts";

export function definition(table: Table, cache: SchemaCache, dialect: Dialect): JsonObject {
  const columns = [...table.columns.values()];
  const references = singleColumnReferences(table, cache, dialect);
  return withoutEmpty({
    description: table.description,
    required: columns.filter(({ nullable }) => !nullable).map(({ name }) => name),
    properties: Object.fromEntries(
      columns.map((column) => [column.name, property(column, table, references.get(column.name))]),
    ),
    type: "object",
  });
}

/** Keys stand in alphabetical order: the library holds them in a sorted map. */
function property(column: Column, table: Table, reference: string | undefined): JsonObject {
  const { name, type, maxLength } = column;
  const items = arrayItems(type);
  const before = withoutEmpty({
    default: defaultValue(type, column.default),
    description: describe(column, table.primaryKey.includes(name), reference),
    enum: column.enum,
    format: type,
  });
  // `items` of an array of JSON is an empty object, and stays.
  return { ...before, ...(items && { items }), ...withoutEmpty({ maxLength, type: swaggerType(type) }) };
}

/** Clients read the tags `<pk/>` and `<fk …/>` out of the description. */
function describe({ description }: Column, isPrimary: boolean, reference: string | undefined): string | null {
  const notes = [
    ...(isPrimary ? ["This is a Primary Key.<pk/>"] : []),
    ...(reference === undefined ? [] : [reference]),
  ];
  if (notes.length === 0) return description;
  return [...(description === null ? [] : [`${description}\n`]), "Note:", ...notes].join("\n");
}

/** The note for each column that is a foreign key by itself. Several keys on one column: the first to a table, then to a view. */
function singleColumnReferences(table: Table, cache: SchemaCache, dialect: Dialect): Map<string, string> {
  const all = cache.relationships.get(relationshipKey(table, table.schema)) ?? [];
  const keys = all.filter((rel): rel is ForeignKeyRelationship => rel.kind === "relationship");
  const tablesFirst = [...keys].sort((a, b) => Number(a.foreignTableIsView) - Number(b.foreignTableIsView));
  const notes = new Map<string, string>();
  for (const { cardinality, foreignTable } of tablesFirst) {
    const references =
      cardinality.kind === "M2O" ||
      (cardinality.kind === "O2O" && !cardinality.isParent && dialect.openApiNotesOneToOneKeys);
    if (!references || cardinality.columns.length !== 1) continue;
    const [[source, target]] = cardinality.columns as [readonly [string, string]];
    if (notes.has(source)) continue;
    const { name } = foreignTable;
    notes.set(source, `This is a Foreign Key to \`${name}.${target}\`.<fk table='${name}' column='${target}'/>`);
  }
  return notes;
}
