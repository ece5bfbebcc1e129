import { expect, it } from "vitest";
import { withoutStatement } from "../../../src/database/sql/without.ts";

const sql = "select 'ü;', 1;\nselect 2\n  from x;\nselect 3;";

it.each([
  [{ line: 1, column: 13 }, "              ;\nselect 2\n  from x;\nselect 3;"],
  [{ line: 3, column: 8 }, "select 'ü;', 1;\n        \n        ;\nselect 3;"],
  [{ line: 4, column: 1 }, "select 'ü;', 1;\nselect 2\n  from x;\n        ;"],
  [{ line: 9, column: 1 }, undefined],
])("the statement at %o becomes blanks, and nothing else moves", (place, rest) => {
  expect(withoutStatement(sql, place)).toBe(rest);
});
