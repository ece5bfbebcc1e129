import { describe, expect, test } from "vitest";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import { foreignKeys } from "../../../../src/postgrest/schema-cache/foreign-keys.ts";
import { Catalog } from "./catalog.ts";

const pairs = () =>
  new Catalog().table("api.base", ["x", "y"]).table("api.more", ["r", "s", "note"]).table("api.self", ["id", "up"]);

describe("foreignKeys", () => {
  test("are many-to-one, with their columns in pairs", () => {
    const { constraints } = pairs().foreignKey("api.more", "fk", ["s", "r"], "api.base", ["x", "y"]);
    expect(foreignKeys(constraints, dialects["12.2"])).toEqual([
      {
        kind: "relationship",
        table: { schema: "api", name: "more" },
        foreignTable: { schema: "api", name: "base" },
        isSelf: false,
        cardinality: {
          kind: "M2O",
          constraint: "fk",
          columns: [
            ["s", "x"],
            ["r", "y"],
          ],
        },
        tableIsView: false,
        foreignTableIsView: false,
      },
    ]);
  });

  test.each(["p", "u"] as const)("are one-to-one over the columns of a key (%s)", (kind) => {
    const { constraints } = pairs()
      .key(kind, "api.more", "k", ["r", "s"])
      .foreignKey("api.more", "fk", ["r", "s"], "api.base", ["x", "y"]);
    expect(foreignKeys(constraints, dialects["12.2"])[0]?.cardinality.kind).toBe("O2O");
  });

  test("are many-to-one over a part of a key", () => {
    const { constraints } = pairs()
      .key("p", "api.more", "k", ["r", "s"])
      .foreignKey("api.more", "fk", ["r"], "api.base", ["x"]);
    expect(foreignKeys(constraints, dialects["12.2"])[0]?.cardinality.kind).toBe("M2O");
  });

  test("listed in another order than the table's columns are one-to-one in 12.2 only", () => {
    const { constraints } = pairs()
      .key("u", "api.more", "k", ["s", "r"])
      .foreignKey("api.more", "fk", ["s", "r"], "api.base", ["x", "y"]);
    expect(foreignKeys(constraints, dialects["12.2"])[0]?.cardinality.kind).toBe("O2O");
    expect(foreignKeys(constraints, dialects["12.0"])[0]?.cardinality.kind).toBe("M2O");
  });

  test("to the own table are self relationships", () => {
    const { constraints } = pairs().foreignKey("api.self", "fk", ["up"], "api.self", ["id"]);
    expect(foreignKeys(constraints, dialects["12.2"])[0]?.isSelf).toBe(true);
  });

  test("of partitions are copies and left out", () => {
    const { constraints } = pairs().foreignKey("api.more", "fk", ["r"], "api.base", ["x"]);
    expect(foreignKeys([{ ...constraints[0]!, inherited: true }], dialects["12.2"])).toEqual([]);
  });
});
