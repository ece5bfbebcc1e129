import { describe, expect, it } from "vitest";
import type { ReadPlan } from "../../../../src/postgrest/plan/types.ts";
import { nowhere } from "../../../../src/postgrest/request/range.ts";
import { type Asked, api, foreignKey, plan, planned, refusal, relationship, schemaCache, table } from "./support.ts";

const cache = schemaCache({
  tables: [
    table("projects", { id: "integer", name: "text", client_id: "integer", lead_id: "integer" }),
    table("clients", { id: "integer", name: "text" }),
    table("staff", { id: "integer", boss_id: "integer" }),
    table("tags", { id: "integer" }),
  ],
  relationships: [
    ...foreignKey("projects", "client_id", "clients"),
    ...foreignKey("projects", "lead_id", "staff"),
    ...foreignKey("projects", "deputy_id", "staff"),
    ...foreignKey("staff", "boss_id", "staff"),
    relationship("projects", "tags", {
      kind: "M2M",
      junction: {
        table: api("project_tags"),
        constraint1: "pt_project_fkey",
        constraint2: "pt_tag_fkey",
        sourceColumns: [["id", "project_id"]],
        targetColumns: [["id", "tag_id"]],
      },
    }),
    {
      kind: "computed",
      function: api("favourite"),
      table: api("clients"),
      foreignTable: api("projects"),
      tableAlias: { schema: "", name: "" },
      toOne: true,
      isSelf: false,
    },
  ],
});

const read = (target: string, asked?: Asked): ReadPlan => planned("read", plan(cache, `GET ${target}`, asked)).read;
const child = (target: string, asked?: Asked) => read(target, asked).children[0]!;
const refused = (target: string) => refusal(() => read(target));

describe("finding the relationship", () => {
  it.each([
    ["the table", "clients(*)"],
    ["the constraint", "projects_client_id_fkey(*)"],
    ["the column", "client_id(*)"],
    ["the table with the constraint as hint", "clients!projects_client_id_fkey(*)"],
    ["the table with a column here as hint", "clients!client_id(*)"],
    ["the table with a column there as hint", "clients!id(*)"],
  ])("goes by %s", (_, embed) => {
    expect(child(`/projects?select=${embed}`)).toMatchObject({
      from: api("clients"),
      fromAlias: "clients_1",
      joinConditions: [
        {
          left: { table: { schema: "", name: "clients_1" }, column: "id" },
          right: { table: api("projects"), column: "client_id" },
        },
      ],
    });
  });

  it("refuses what is not related, and what is related twice", () => {
    expect(refused("/clients?select=tags(*)").code).toBe("PGRST200");
    expect(refused("/projects?select=clients!lead_id(*)").code).toBe("PGRST200");
    expect(refused("/projects?select=staff(*)")).toMatchObject({ status: 300, code: "PGRST201" });
    expect(child("/projects?select=staff!deputy_id(*)").joinConditions[0]?.right.column).toBe("deputy_id");
  });

  it("does not look for constraints and columns of views", () => {
    const view = schemaCache({
      relationships: [
        relationship(
          "projects",
          "client_view",
          { kind: "M2O", constraint: "fk", columns: [["client_id", "id"]] },
          { foreignTableIsView: true },
        ),
      ],
    });
    expect(refusal(() => plan(view, "GET /projects?select=client_id(*)")).code).toBe("PGRST200");
    expect(refusal(() => plan(view, "GET /projects?select=fk(*)")).code).toBe("PGRST200");
    expect(planned("read", plan(view, "GET /projects?select=client_view(*)")).read.children).toHaveLength(1);
  });

  it("tells the two ends of a self reference by table and column", () => {
    expect(child("/staff?select=staff(*)").relToParent).toMatchObject({ cardinality: { kind: "O2M" } });
    expect(child("/staff?select=boss_id(*)").relToParent).toMatchObject({ cardinality: { kind: "M2O" } });
    expect(child("/staff?select=team:staff!boss_id(*)").relToParent).toMatchObject({ cardinality: { kind: "O2M" } });
    expect(refused("/staff?select=staff!id(*)").code).toBe("PGRST200");
  });

  it("joins a junction under real names, also by its name as hint", () => {
    const tags = child("/projects?select=tags!project_tags(*)");
    expect(tags.fromAlias).toBeNull();
    expect(tags.joinConditions).toEqual([
      { left: { table: api("project_tags"), column: "tag_id" }, right: { table: api("tags"), column: "id" } },
      { left: { table: api("project_tags"), column: "project_id" }, right: { table: api("projects"), column: "id" } },
    ]);
  });

  it("finds a computed relationship by its function, below an alias too", () => {
    const favourite = child("/projects?select=clients(favourite(*))").children[0]!;
    expect(favourite).toMatchObject({
      from: api("projects"),
      fromAlias: "projects_2",
      joinConditions: [],
      relToParent: { tableAlias: { schema: "", name: "clients_1" } },
    });
  });
});

describe("what a level shows of its embeds", () => {
  it("is an object or a list, under its alias", () => {
    expect(read("/projects?select=c:clients(name),tags(*)").relSelect).toEqual([
      { kind: "embed", name: "c", aggAlias: "projects_c_1", mode: "object", isEmpty: false },
      { kind: "embed", name: "tags", aggAlias: "projects_tags_1", mode: "array", isEmpty: false },
    ]);
  });

  it("leaves out empty embeds; of nested ones only 12.2 does", () => {
    const isEmpty = (target: string, asked?: Asked) =>
      read(target, asked).relSelect.map((item) => "isEmpty" in item && item.isEmpty);
    expect(isEmpty("/projects?select=clients()")).toEqual([true]);
    expect(isEmpty("/projects?select=clients(favourite())")).toEqual([true]);
    expect(isEmpty("/projects?select=clients(favourite())", { version: "12.0" })).toEqual([false]);
    expect(isEmpty("/projects?select=clients(favourite(id))")).toEqual([false]);
  });

  it("spreads columns and embeds of a single row", () => {
    const plain = { aggregate: null, aggregateCast: null, alias: null };
    expect(read("/projects?select=...clients(label:name,favourite(id))").relSelect).toEqual([
      {
        kind: "spread",
        aggAlias: "projects_clients_1",
        fields: [
          { ...plain, name: "label" },
          { ...plain, name: "favourite" },
        ],
      },
    ]);
    expect(refused("/clients?select=...projects(*)")).toMatchObject({ code: "PGRST119" });
  });

  it("computes aggregates of a spread on the level that shows them", () => {
    const asked = { config: { dbAggregates: true } };
    const plan = read("/projects?select=name,...clients(total:id.sum()::text)", asked);
    expect(plan.relSelect).toMatchObject([
      { fields: [{ name: "total", aggregate: "sum", aggregateCast: "text", alias: "total" }] },
    ]);
    expect(plan.children[0]?.select).toMatchObject([{ aggregate: null, aggregateCast: null, alias: "total" }]);
  });
});

describe("aggregates", () => {
  it("are refused unless enabled, except those of a spread", () => {
    expect(refused("/projects?select=id.sum()").code).toBe("PGRST123");
    expect(refused("/projects?select=clients(count())").code).toBe("PGRST123");
    expect(read("/projects?select=...clients(id.sum())").relSelect).toHaveLength(1);
  });

  it("make stars the columns they stand for, on the level and below", () => {
    const plan = read("/projects?select=id.sum(),clients(*)", { config: { dbAggregates: true } });
    expect(plan.children[0]?.select.map((item) => item.field.name)).toEqual(["id", "name"]);
    const counted = read("/projects?select=count(),clients(*)", { config: { dbAggregates: true } });
    expect(counted.select.map((item) => item.field.name)).toEqual(["*"]);
  });
});

describe("conditions on embeds", () => {
  it("reach their level, which moves to the front", () => {
    const plan = read("/projects?select=tags(*),clients(name)&clients.name=eq.x&clients.order=name&clients.limit=3");
    expect(plan.children.map((embed) => embed.relName)).toEqual(["clients", "tags"]);
    expect(plan.children[0]).toMatchObject({
      where: [{ kind: "filter", field: { name: "name" } }],
      order: [{ field: { name: "name" } }],
      range: { lower: 0n, upper: 2n },
    });
  });

  it("need the embed, and name the last missing one", () => {
    expect(refused("/projects?clients.name=eq.x").code).toBe("PGRST108");
    expect(refused("/projects?a.x=eq.1&b.x=eq.1").message).toContain("'b'");
  });

  it("ask whether an embed is empty by its alias or name", () => {
    const where = (target: string) => read(target).where;
    expect(where("/projects?select=clients(*)&clients=not.is.null")).toEqual([
      { kind: "null-embed", negated: true, embed: "projects_clients_1" },
    ]);
    expect(where("/projects?select=c:clients(*)&or=(c.is.null,id.eq.1)")).toMatchObject([
      { children: [{ kind: "null-embed", embed: "projects_c_1" }, { kind: "filter" }] },
    ]);
    expect(where("/projects?select=c:clients(*)&clients=is.null")).toMatchObject([{ kind: "filter" }]);
    expect(where("/projects?select=clients(*)&clients=eq.1")).toMatchObject([{ kind: "filter" }]);
  });

  it("order by a column of a single row", () => {
    expect(read("/projects?select=c:clients(*)&order=c(name).desc").order).toMatchObject([
      { kind: "relation", relation: "projects_c_1", name: "name", direction: "desc" },
    ]);
    expect(refused("/projects?select=tags(*)&order=tags(id)").code).toBe("PGRST118");
    expect(refused("/projects?order=clients(name)").code).toBe("PGRST108");
  });

  it("are looked for before the names of ranges are read", () => {
    expect(refused("/projects?.limit=1").message).toContain("failed to parse tree path (.limit)");
    expect(refused("/projects?clients.id=eq.1&.limit=1").code).toBe("PGRST108");
    expect(refused("/projects?clients.limit=1&.limit=1").code).toBe("PGRST100");
    expect(refused("/rpc/none?.limit=1").code).toBe("PGRST202");
    expect(plan(cache, "POST /projects?.limit=1", { body: "{}" }).kind).toBe("mutate");
  });

  it("are capped by db-max-rows on every level", () => {
    const asked = { config: { dbMaxRows: 10n } };
    const ranges = (target: string) => {
      const plan = read(target, asked);
      return [plan.range, plan.children[0]?.range];
    };
    expect(ranges("/projects?select=tags(*)&offset=5")).toEqual([
      { lower: 5n, upper: 14n },
      { lower: 0n, upper: 9n },
    ]);
    expect(ranges("/projects?select=tags(*)&limit=0&tags.limit=2")).toEqual([
      { lower: 0n, upper: -1n },
      { lower: 0n, upper: 1n },
    ]);
  });

  it("take a limit that ends before the first row for limit=0, and have no place for other empty ones under db-max-rows", () => {
    const range = (query: string, config = {}) => child(`/projects?select=tags(*)&${query}`, { config }).range;
    const limitZero = { lower: 0n, upper: -1n };
    expect(range("tags.limit=-1&tags.offset=1")).toEqual(limitZero);
    expect(range("tags.limit=-1&tags.offset=1", { dbMaxRows: 10n })).toEqual(limitZero);
    expect(range("tags.limit=0&tags.offset=5")).toEqual({ lower: 5n, upper: 4n });
    expect(range("tags.limit=0&tags.offset=5", { dbMaxRows: 10n })).toBe(nowhere);
  });
});
