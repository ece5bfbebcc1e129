import { describe, expect, test } from "vitest";
import { columnOrigins } from "../../../../src/postgrest/schema-cache/view-tree.ts";

const entry = (position: number, name: string, table: number, column: number, expr = "{VAR :varno 1}") =>
  `{TARGETENTRY :expr ${expr} :resno ${position} :resname ${name} :ressortgroupref 0 ` +
  `:resorigtbl ${table} :resorigcol ${column} :resjunk false}`;
const query = (targets: string, before = "<>", after = "<>") =>
  `{QUERY :commandType 1 :cteList ${before} :targetList (${targets}) :havingQual ${after} :stmt_len 0}`;

describe("columnOrigins", () => {
  test("takes the columns that come from a table unchanged", () => {
    const tree = `(${query(`${entry(1, "id", 16400, 1)} ${entry(2, "sum", 0, 0)} ${entry(3, "name", 16401, 7)}`)})`;
    expect(columnOrigins(tree)).toEqual([
      { position: 1, table: "16400", column: 1 },
      { position: 3, table: "16401", column: 7 },
    ]);
  });

  test("overlooks the target lists of subqueries before, inside and after its own", () => {
    const inner = query(entry(1, "id", 99999, 9));
    const sublink = `{SUBLINK :subselect ${inner}}`;
    const tree = `(${query(`${entry(1, "max", 0, 0, sublink)} ${entry(2, "id", 16400, 1)}`, `(${inner})`, sublink)})`;
    expect(columnOrigins(tree)).toEqual([{ position: 2, table: "16400", column: 1 }]);
  });

  test("reads a tree that is cut off before its first target list", () => {
    const whole = `(${query(entry(1, "id", 16400, 1), `({CTE :query ${query(entry(1, "x", 5, 5))}})`)})`;
    const cut = whole.slice(whole.indexOf(" :targetList "));
    expect(cut.length).toBeLessThan(whole.length);
    expect(columnOrigins(cut)).toEqual(columnOrigins(whole));
    expect(columnOrigins(cut)).toHaveLength(1);
  });

  test("is not fooled by names that look like structure", () => {
    const names = ["\\{TARGETENTRY", "\\}\\ :resno\\ 5\\ \\{", "\\(", "a\\\\", "\\ :targetList\\ \\("];
    const tree = `(${query(names.map((name, index) => entry(index + 1, name, 16400, index + 1)).join(" "))})`;
    expect(columnOrigins(tree).map(({ position, column }) => [position, column])).toEqual(
      names.map((_, index) => [index + 1, index + 1]),
    );
  });

  test("has nothing to say about a view without columns", () => {
    expect(columnOrigins("({QUERY :targetList <> :returningList <> :groupClause <>})")).toEqual([]);
  });
});
