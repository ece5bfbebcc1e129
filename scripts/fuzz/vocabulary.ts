/** The names a database offers, so that most requests get past the schema cache and reach Postgres. */
import type { SchemaCache } from "../../src/postgrest/schema-cache/types.ts";
import type { Random } from "./random.ts";
import { hostileText } from "./values.ts";

export interface Relation {
  readonly name: string;
  readonly columns: readonly string[];
  /** Relations it is joined to, with the names of the constraints that can tell them apart. */
  readonly neighbours: ReadonlyArray<{ readonly name: string; readonly hint: string | null }>;
}

export interface Vocabulary {
  readonly relations: readonly Relation[];
  readonly routines: ReadonlyArray<{ readonly name: string; readonly parameters: readonly string[] }>;
  readonly schemas: readonly string[];
}

/** @param schema the one requests are sent to */
export function vocabulary(cache: SchemaCache, schema: string, schemas: readonly string[]): Vocabulary {
  const relations = [...cache.tables.values()]
    .filter((table) => table.schema === schema)
    .map((table) => ({
      name: table.name,
      columns: [...table.columns.keys()],
      neighbours: [...cache.relationships.values()]
        .flat()
        .filter((rel) => rel.table.schema === schema && rel.table.name === table.name)
        .map((rel) => {
          if (rel.kind === "computed") return { name: rel.function.name, hint: null };
          const hint =
            rel.cardinality.kind === "M2M" ? rel.cardinality.junction.table.name : rel.cardinality.constraint;
          return { name: rel.foreignTable.name, hint };
        }),
    }));
  const routines = [...cache.routines.values()]
    .flat()
    .filter((routine) => routine.schema === schema)
    .map(({ name, parameters }) => ({ name, parameters: parameters.map((parameter) => parameter.name) }));
  return { relations, routines, schemas };
}

const bare = /^[\p{L}\d_$ -]+$/u;

/** The name as the grammar wants it, quoted where it must be; now and then one of the client's own. */
export function nameOf(random: Random, name: string): string {
  const used = random.chance(0.015) ? hostileText(random) : name;
  return bare.test(used) && random.chance(0.99) ? used : `"${used.replaceAll(/["\\]/g, "\\$&")}"`;
}

const stranger: Relation = { name: "no_such_table", columns: ["id"], neighbours: [] };

export const relation = (random: Random, words: Vocabulary, name?: string): Relation =>
  words.relations.find((one) => one.name === name) ?? (name === undefined ? random.pick(words.relations) : stranger);

export const columnOf = (random: Random, { columns }: Relation): string =>
  nameOf(random, random.chance(0.03) || columns.length === 0 ? "no_such_column" : random.pick(columns));
