/** Rows are counted only so far, and no sentence may pass the end of the count for their number. */
import { expect, test } from "vitest";
import { countText, othersText, rowsText } from "../../../src/diagnosis/rows/sql.ts";

const END = 10_001;

test("numbers of rows", () => {
  expect([countText(3), countText(10_000), countText(END)]).toEqual(["3", "10000", "more than 10000"]);
  expect([rowsText(0), rowsText(1), rowsText(2), rowsText(END)]).toEqual([
    "0 rows",
    "1 row",
    "2 rows",
    "more than 10000 rows",
  ]);
});

test("numbers of the rows that are left", () => {
  expect([othersText(4, 1), othersText(2, 1), othersText(END, 9_000)]).toEqual([
    "3 other rows",
    "1 other row",
    "more than 1000 other rows",
  ]);
});
