import { describe, expect, test } from "vitest";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import { foreignKeys } from "../../../../src/postgrest/schema-cache/foreign-keys.ts";
import { relationshipMap } from "../../../../src/postgrest/schema-cache/relationships.ts";
import type { ComputedRelationship, Relationship } from "../../../../src/postgrest/schema-cache/types.ts";
import { primaryKeys, viewKeys } from "../../../../src/postgrest/schema-cache/view-keys.ts";
import { Catalog } from "./catalog.ts";

function load(catalog: Catalog, schemas: readonly string[], computed: readonly ComputedRelationship[] = []) {
  const keys = viewKeys(catalog.views, catalog.constraints, schemas);
  return relationshipMap({
    foreignKeys: foreignKeys(catalog.constraints, dialects["12.2"]),
    computed,
    viewKeys: keys,
    primaryKeys: primaryKeys(catalog.constraints, keys),
    schemas,
  });
}

/** `M2O films→directors director_id=id` */
const show = (rel: Relationship): string => {
  const ends = `${rel.table.name}→${rel.foreignTable.name}`;
  if (rel.kind === "computed") return `computed ${ends} ${rel.function.name}`;
  const { cardinality } = rel;
  if (cardinality.kind === "M2M") {
    const { junction } = cardinality;
    const columns = [junction.sourceColumns, junction.targetColumns].map((side) => side.map((p) => p.join("=")).join());
    return `M2M ${ends} by ${junction.table.name} ${columns.join(" ")}`;
  }
  return `${cardinality.kind} ${ends} ${cardinality.columns.map((pair) => pair.join("=")).join()}`;
};
const shown = (map: ReadonlyMap<string, readonly Relationship[]>, key: string) => map.get(key)?.map(show);

const films = () =>
  new Catalog()
    .table("api.directors", ["id"])
    .table("api.films", ["id", "director_id"])
    .key("p", "api.directors", "directors_pkey", ["id"])
    .key("p", "api.films", "films_pkey", ["id"])
    .foreignKey("api.films", "films_director", ["director_id"], "api.directors", ["id"]);

const cast = (schema = "api") =>
  films()
    .table("api.actors", ["id"])
    .table(`${schema}.roles`, ["film", "actor", "name"])
    .key("p", `${schema}.roles`, "roles_pkey", ["film", "actor"])
    .foreignKey(`${schema}.roles`, "roles_film", ["film"], "api.films", ["id"])
    .foreignKey(`${schema}.roles`, "roles_actor", ["actor"], "api.actors", ["id"]);

const computedTo = (name: string, target: string): ComputedRelationship => ({
  kind: "computed",
  function: { schema: "api", name },
  table: { schema: "api", name: "films" },
  foreignTable: { schema: "api", name: target },
  tableAlias: { schema: "", name: "" },
  toOne: false,
  isSelf: false,
});

describe("relationshipMap", () => {
  test("knows a foreign key from both sides", () => {
    const map = load(films(), ["api"]);
    expect(shown(map, "api\0films\0api")).toEqual(["M2O films→directors director_id=id"]);
    expect(shown(map, "api\0directors\0api")).toEqual(["O2M directors→films id=director_id"]);
  });

  test("tells the parent of a one-to-one", () => {
    const catalog = films().key("u", "api.films", "one_each", ["director_id"]);
    const parents = [...load(catalog, ["api"]).values()].flat().map((rel) => {
      if (rel.kind !== "relationship" || rel.cardinality.kind !== "O2O") throw new Error(show(rel));
      return [rel.table.name, rel.cardinality.isParent];
    });
    expect(parents.sort()).toEqual([
      ["directors", true],
      ["films", false],
    ]);
  });

  test("joins through a junction whose primary key holds both foreign keys", () => {
    const map = load(cast(), ["api"]);
    expect(shown(map, "api\0actors\0api")).toEqual([
      "M2M actors→films by roles id=actor id=film",
      "O2M actors→roles id=actor",
    ]);
    const partition = cast();
    partition.constraints.push(
      ...partition.constraints
        .splice(0)
        .map((constraint) => ({ ...constraint, partition: constraint.table === "roles" })),
    );
    expect(shown(load(partition, ["api"]), "api\0actors\0api")).toEqual(["O2M actors→roles id=actor"]);
    const loose = cast();
    loose.constraints.splice(
      loose.constraints.findIndex(({ name }) => name === "roles_pkey"),
      1,
    );
    expect(shown(load(loose, ["api"]), "api\0actors\0api")).toEqual(["O2M actors→roles id=actor"]);
  });

  test("puts views in the place of either table and of both", () => {
    const catalog = films()
      .view("api.vfilms", { id: ["api.films", "id"], by: ["api.films", "director_id"] })
      .view("api.vdirectors", { who: ["api.directors", "id"] });
    const map = load(catalog, ["api"]);
    expect(shown(map, "api\0vfilms\0api")).toEqual(["M2O vfilms→directors by=id", "M2O vfilms→vdirectors by=who"]);
    expect(shown(map, "api\0films\0api")).toEqual([
      "M2O films→directors director_id=id",
      "M2O films→vdirectors director_id=who",
    ]);
    expect(shown(map, "api\0vdirectors\0api")).toEqual([
      "O2M vdirectors→films who=director_id",
      "O2M vdirectors→vfilms who=by",
    ]);
    const rel = map.get("api\0vfilms\0api")?.[1];
    expect(rel).toMatchObject({ tableIsView: true, foreignTableIsView: true, isSelf: false });
  });

  test("takes every name under which a view shows a key's column", () => {
    const catalog = films().view("api.vdirectors", { a: ["api.directors", "id"], b: ["api.directors", "id"] });
    expect(shown(load(catalog, ["api"]), "api\0films\0api")).toEqual([
      "M2O films→directors director_id=id",
      "M2O films→vdirectors director_id=a",
      "M2O films→vdirectors director_id=b",
    ]);
  });

  test("hides what is not exposed, and keeps the empty places", () => {
    const map = load(cast("hidden"), ["api"]);
    expect(shown(map, "api\0films\0hidden")).toEqual([]);
    expect(shown(map, "api\0actors\0api")).toEqual([]);
    expect(map.has("hidden\0roles\0api")).toBe(false);
  });

  test("lets a function replace the relationships to the relation of its name", () => {
    const map = load(films(), ["api"], [computedTo("directors", "directors")]);
    expect(shown(map, "api\0films\0api")).toEqual(["computed films→directors directors"]);
    expect(shown(map, "api\0directors\0api")).toEqual(["O2M directors→films id=director_id"]);
  });

  test("lists computed relationships after detected ones", () => {
    const map = load(films(), ["api"], [computedTo("a_first_name", "directors")]);
    expect(shown(map, "api\0films\0api")).toEqual([
      "M2O films→directors director_id=id",
      "computed films→directors a_first_name",
    ]);
  });
});
