/** The two ways of reading must agree: what is scanned is never explained, and what fails is explained only then. */
import { describe, expect, it } from "vitest";
import { logicPath, logicTree } from "../../../../src/postgrest/request/grammar/logic.ts";
import { operationExpression } from "../../../../src/postgrest/request/grammar/operation.ts";
import { orderTerms } from "../../../../src/postgrest/request/grammar/order.ts";
import { selectForest } from "../../../../src/postgrest/request/grammar/select.ts";
import { columnNames, treePath } from "../../../../src/postgrest/request/grammar/tree-path.ts";
import { anyChar } from "../../../../src/postgrest/request/parser/characters.ts";
import { explain } from "../../../../src/postgrest/request/parser/combinators.ts";
import { text } from "../../../../src/postgrest/request/parser/repetition.ts";
import { FAILED, type Parser } from "../../../../src/postgrest/request/parser/state.ts";

const grammars: Readonly<Record<string, readonly [parser: Parser<unknown>, pieces: readonly string[]]>> = {
  select: [
    selectForest,
    ["id", "a b", "*", ",", "(", ")", ":", "::", "text", "!", "inner", "left", "...", "->", "->>", "count()", ".sum()"],
  ],
  filter: [
    operationExpression(text(anyChar)),
    [
      "not.",
      "eq",
      ".",
      "(any)",
      "(all)",
      "in.",
      "(",
      ")",
      ",",
      "is.",
      "null",
      "TRUE",
      "fts",
      "wfts(english)",
      "like",
      "x",
    ],
  ],
  "logic tree": [
    logicTree,
    ["and", "or", "not.", "(", ")", ",", "a", ".eq.", "1", ".in.", ".is.null", "{1,2}", "{", " ", "->b", ".not", "."],
  ],
  "logic path": [logicPath, ["a", ".", "not", "and", "or", "b"]],
  order: [orderTerms, ["a", ".asc", ".desc", ".nullsfirst", ".nullslast", ",", "(", ")", "->b", "->>1", " ", "."]],
  "tree path": [treePath, ["a", ".", "->", "->>", "1", "-", "b c", "$", "_"]],
  columns: [columnNames, ["a", ",", " ", "b-c", "-"]],
};
const anywhere = ['"', '\\"', "\\", "é", "𝒳", "\t", "\n", '"quoted"', "0", "-", "->", ">"];

/** A small generator of its own, so that a failure can be had again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each(Object.entries(grammars))("%s", (_, [parser, pieces]) => {
  it("is scanned to the value that is explained, or neither gives one", () => {
    const below = random(20);
    let read = 0;
    for (let round = 0; round < 3000; round += 1) {
      const choice = [...pieces, ...(below(3) === 0 ? anywhere : [])];
      const input = Array.from({ length: 1 + below(9) }, () => choice[below(choice.length)]).join("");
      const scanned = parser.scan({ text: input, at: 0 });
      const explained = explain(parser, input);
      if (scanned !== FAILED) read += 1;
      expect(scanned === FAILED ? "nothing" : { value: scanned }, JSON.stringify(input)).toEqual(
        "value" in explained ? explained : "nothing",
      );
    }
    expect(read).toBeGreaterThan(30);
  });
});
