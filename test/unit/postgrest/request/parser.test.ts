import { describe, expect, it } from "vitest";
import {
  anyChar,
  char,
  digit,
  eof,
  letter,
  notFollowedBy,
  string,
} from "../../../../src/postgrest/request/parser/characters.ts";
import {
  attempt,
  check,
  either,
  label,
  left,
  lookAhead,
  option,
  parse,
  sequence,
} from "../../../../src/postgrest/request/parser/combinators.ts";
import { describe as inWords } from "../../../../src/postgrest/request/parser/error.ts";
import { nestedItem, nestedList } from "../../../../src/postgrest/request/parser/nesting.ts";
import { many, many1 } from "../../../../src/postgrest/request/parser/repetition.ts";
import type { Parser } from "../../../../src/postgrest/request/parser/state.ts";

function outcome(parser: Parser<unknown>, text: string): unknown {
  const result = parse(parser, text);
  if ("value" in result) return result.value;
  return `${result.error.position.column}: ${inWords(result.error)}`;
}

describe("alternatives", () => {
  it("are tried only while nothing is consumed", () => {
    const parser = either(string("abc"), string("abd"));
    expect(outcome(parser, "abd")).toBe('1: unexpected "d" expecting "abc"');
    expect(outcome(either(attempt(string("abc")), string("abd")), "abd")).toBe("abd");
  });

  it("add up what they expect at the same place", () => {
    expect(outcome(either(char("a"), char("b"), char("c")), "x")).toBe('1: unexpected "x" expecting "a", "b" or "c"');
  });

  it("leave the word to the one that came furthest", () => {
    const parser = either<unknown>(attempt(sequence(char("a"), char("b"))), char("c"));
    expect(outcome(parser, "ax")).toBe('2: unexpected "x" expecting "b"');
  });
});

describe("what could have come instead of a failure", () => {
  it("is remembered over parts that consumed nothing", () => {
    const parser = sequence(many(letter), option("", char("-")), digit);
    expect(outcome(parser, "ab!")).toBe('3: unexpected "!" expecting letter, "-" or digit');
  });

  it("is forgotten once a later part consumes", () => {
    expect(outcome(sequence(many(letter), char("-"), digit), "a-!")).toBe('3: unexpected "!" expecting digit');
  });

  it("is named only once", () => {
    expect(outcome(either(label(char("a"), "this"), label(char("b"), "this")), "x")).toBe(
      '1: unexpected "x" expecting this',
    );
  });

  it("survives the last round of the one repetition and not of the other", () => {
    const item = left(letter, option("", char("'")));
    expect(outcome(sequence(many(item), eof), "ab1")).toBe("3: unexpected '1' expecting \"'\", letter or end of input");
    expect(outcome(sequence(many1(item), eof), "ab1")).toBe("3: unexpected '1' expecting letter or end of input");
  });
});

describe("labels", () => {
  it("take the place of everything expected at the beginning", () => {
    expect(outcome(label(either(letter, digit), "a sign"), "-")).toBe('1: unexpected "-" expecting a sign');
  });

  it("say nothing after input was consumed", () => {
    expect(outcome(label(sequence(letter, digit), "a pair"), "a-")).toBe('2: unexpected "-" expecting digit');
  });
});

describe("looking ahead", () => {
  it("consumes nothing on success", () => {
    expect(outcome(sequence(lookAhead(string("ab")), anyChar), "ab")).toEqual(["ab", "a"]);
  });

  it("reports an unwanted character behind it, in single quotes", () => {
    expect(outcome(sequence(char("a"), notFollowedBy(char("b"))), "ab")).toBe("3: unexpected 'b'");
  });

  it("reports an unwanted rest where it begins", () => {
    expect(outcome(eof, "rest")).toBe("1: unexpected 'r' expecting end of input");
  });

  it("reports the end of the input", () => {
    expect(outcome(digit, "")).toBe("1: unexpected end of input expecting digit");
  });
});

it("a value that is refused leaves no words", () => {
  expect(
    outcome(
      check(many1(letter), (letters) => letters.length > 2),
      "ab",
    ),
  ).toBe("3: unexpected end of input expecting letter");
  expect(
    outcome(
      check(anyChar, () => false),
      "a",
    ),
  ).toBe("2: unknown parse error");
});

describe("nested lists", () => {
  type Tree = string | readonly Tree[];
  const nesting = (mayBeEmpty: boolean) => ({
    leaf: digit,
    open: char("("),
    separator: char(","),
    close: char(")"),
    prefers: "open" as const,
    mayBeEmpty,
    build: (_: string, items: readonly Tree[]): Tree => items,
  });
  const list = nestedList<Tree, string>(nesting(true));
  const item = nestedItem<Tree, string>(nesting(false));

  it("may be empty where they are allowed to, but not end in a separator", () => {
    expect(outcome(list, "")).toEqual([]);
    expect(outcome(list, "1,(2,()),3")).toEqual(["1", ["2", []], "3"]);
    expect(outcome(list, "1,")).toBe('3: unexpected end of input expecting "(" or digit');
    expect(outcome(item, "()")).toBe('2: unexpected ")" expecting "(" or digit');
  });

  it("say what could go on where they end", () => {
    expect(outcome(item, "(1,2")).toBe('5: unexpected end of input expecting "," or ")"');
    expect(outcome(left(item, eof), "(1)2")).toBe("4: unexpected '2' expecting end of input");
    expect(outcome(left(list, eof), "(1)2")).toBe("4: unexpected '2' expecting \",\" or end of input");
  });

  it("may be deeper than any call stack", () => {
    const depth = 50_000;
    let innermost = outcome(item, `${"(".repeat(depth)}7${")".repeat(depth)}`);
    for (let level = 0; level < depth; level += 1) innermost = (innermost as readonly unknown[])[0];
    expect(innermost).toBe("7");
    expect(outcome(item, "(".repeat(depth))).toBe(`${depth + 1}: unexpected end of input expecting "(" or digit`);
  });
});
