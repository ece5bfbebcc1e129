import { describe, expect, test } from "vitest";
import { primaryKeys, viewKeys } from "../../../../src/postgrest/schema-cache/view-keys.ts";
import { Catalog } from "./catalog.ts";

const films = () =>
  new Catalog()
    .table("api.directors", ["id", "name"])
    .table("api.films", ["id", "title", "director_id"])
    .key("p", "api.directors", "directors_pkey", ["id"])
    .key("p", "api.films", "films_pkey", ["id"])
    .foreignKey("api.films", "films_director", ["director_id"], "api.directors", ["id"]);

const found = (catalog: Catalog, schemas = ["api"]) =>
  viewKeys(catalog.views, catalog.constraints, schemas).map((key) => [
    key.view.name,
    key.role,
    key.constraint,
    key.columns.map(({ table, view }) => `${table}=${view.join("|")}`).join(),
  ]);

describe("viewKeys", () => {
  test("finds primary, foreign and referenced keys under the view's names", () => {
    const catalog = films()
      .view("api.short_films", { film: ["api.films", "id"], director: ["api.films", "director_id"] })
      .view("api.people", { who: ["api.directors", "id"] });
    expect(found(catalog)).toEqual([
      ["people", "primary", "directors_pkey", "id=who"],
      ["people", "referenced", "films_director", "id=who"],
      ["short_films", "foreign", "films_director", "director_id=director"],
      ["short_films", "primary", "films_pkey", "id=film"],
    ]);
  });

  test("needs all columns of a key", () => {
    const catalog = new Catalog()
      .table("api.t", ["a", "b"])
      .key("p", "api.t", "t_pkey", ["b", "a"])
      .view("api.half", { a: ["api.t", "a"] })
      .view("api.full", { a: ["api.t", "a"], c: ["api.t", "b"] });
    expect(found(catalog)).toEqual([["full", "primary", "t_pkey", "b=c,a=a"]]);
  });

  test("sees through nested views, but only those it was given", () => {
    const catalog = films()
      .view("other.base", { base_id: ["api.films", "id"] })
      .view("api.top", { id: ["other.base", "base_id"] });
    expect(found(catalog)).toEqual([["top", "primary", "films_pkey", "id=id"]]);
    expect(found(catalog, ["api", "other"]).map(([view]) => view)).toEqual(["top", "base"]);
    catalog.views.shift();
    expect(found(catalog)).toEqual([]);
  });

  test("keeps every name a column is shown under, and takes the first for the primary key", () => {
    const catalog = films().view("api.twice", { a: ["api.films", "id"], b: ["api.films", "id"] });
    expect(found(catalog)).toEqual([["twice", "primary", "films_pkey", "id=a|b"]]);
    const keys = primaryKeys(catalog.constraints, viewKeys(catalog.views, catalog.constraints, ["api"]));
    expect(keys.get("api\0twice")).toEqual(["a"]);
    expect(keys.get("api\0films")).toEqual(["id"]);
  });

  test("gives a view over two tables the keys of both", () => {
    const catalog = films().view("api.both", { f: ["api.films", "id"], d: ["api.directors", "id"] });
    const keys = primaryKeys(catalog.constraints, viewKeys(catalog.views, catalog.constraints, ["api"]));
    expect(keys.get("api\0both")).toEqual(["d", "f"]);
  });

  test("survives views that show each other", () => {
    const catalog = films()
      .view("api.a", { x: null })
      .view("api.b", { x: ["api.a", "x"] });
    catalog.views[0] = catalog.view("api.a", { x: ["api.b", "x"] }).views.pop()!;
    expect(found(catalog)).toEqual([]);
  });

  test("mixes up foreign keys of one name, as PostgREST does", () => {
    const catalog = films()
      .table("api.songs", ["id", "by"])
      .foreignKey("api.songs", "films_director", ["by"], "api.directors", ["name"])
      .view("api.people", { id: ["api.directors", "id"], name: ["api.directors", "name"] });
    expect(found(catalog).filter(([, role]) => role === "referenced")).toEqual([]);
  });
});
