/** The query string, by PostgREST's grammar and a little beyond it. */
import type { Random } from "./random.ts";
import { hostileText, listed, marker, value } from "./values.ts";
import { columnOf, nameOf, type Relation, relation, type Vocabulary } from "./vocabulary.ts";

const casts = [
  "text",
  "int",
  "json",
  "jsonb",
  "date",
  "numeric",
  "bytea",
  "uuid",
  "text[]",
  "no_such_type",
  "double precision",
  "$$",
  "$1",
  "int4 $",
  "char varying",
  "",
];
const aggregates = ["sum()", "avg()", "max()", "min()", "count()", "median()", "sum("];

/** A column, mostly with nothing more. */
export function field(random: Random, from: Relation): string {
  const path = random.chance(0.15) ? random.list(1, 4, () => arrow(random)).join("") : "";
  return `${columnOf(random, from)}${path}`;
}

const arrow = (random: Random): string =>
  random.pick(["->", "->>"]) +
  random.pick([
    "0",
    "-1",
    "a",
    "lang",
    "99999999999",
    marker(random),
    `"${hostileText(random).replaceAll(/["\\\\]/g, "\\\\$&")}"`,
  ]);

/** `select=`, three levels deep at most: deeper trees cost Postgres minutes, and have requests of their own. */
export function select(random: Random, words: Vocabulary, from: Relation, depth = 0): string {
  return random
    .list(0, depth === 0 ? 4 : 3, () => selectItem(random, words, from, depth))
    .join(random.chance(0.99) ? "," : ",,");
}

function selectItem(random: Random, words: Vocabulary, from: Relation, depth: number): string {
  const alias = random.chance(0.1) ? `${nameOf(random, marker(random))}:` : "";
  if (depth < 3 && from.neighbours.length > 0 && random.chance(0.35))
    return `${alias}${embed(random, words, from, depth)}`;
  if (random.chance(0.1)) return "*";
  if (random.chance(0.04)) return `${alias}count()`;
  const cast = random.chance(0.1) ? `::${random.chance(0.2) ? marker(random) : random.pick(casts)}` : "";
  const aggregate = random.chance(0.06) ? `.${random.pick(aggregates)}` : "";
  const aggregateCast = aggregate !== "" && random.chance(0.3) ? `::${random.pick(casts)}` : "";
  return `${alias}${field(random, from)}${cast}${aggregate}${aggregateCast}`;
}

function embed(random: Random, words: Vocabulary, from: Relation, depth: number): string {
  const { name, hint } = random.pick(from.neighbours);
  const spread = random.chance(0.15) ? "..." : "";
  const hinted = hint !== null && random.chance(0.6) ? `!${nameOf(random, hint)}` : "";
  const joined = random.chance(0.25) ? random.pick(["!inner", "!left", "!zq1x"]) : "";
  const below = select(random, words, relation(random, words, name), depth + 1);
  return `${spread}${nameOf(random, name)}${hinted}${joined}(${below})`;
}

const plain = ["neq", "cs", "cd", "ov", "sl", "sr", "nxr", "nxl", "adj", "isdistinct"];
const quantified = ["eq", "eq", "gt", "gte", "lt", "lte", "like", "ilike", "match", "imatch"];
const textSearch = ["fts", "plfts", "phfts", "wfts"];

export function operation(random: Random): string {
  const negated = random.chance(0.15) ? "not." : "";
  if (random.chance(0.15)) {
    const end = random.chance(0.98) ? ")" : "";
    return `${negated}in.(${random.list(0, 4, () => listed(random, value(random))).join(",")}${end}`;
  }
  if (random.chance(0.12)) return `${negated}is.${random.pick(["null", "null", "true", "FALSE", "unknown", "nulls"])}`;
  if (random.chance(0.02)) return `${negated}${marker(random)}.${value(random)}`;
  const operators = random.pick([plain, quantified, quantified, textSearch]);
  const qualifiers =
    operators === quantified
      ? ["(any)", "(all)"]
      : operators === textSearch
        ? ["(english)", `(${marker(random)})`]
        : [""];
  const qualifier = random.chance(0.2) ? random.pick(random.chance(0.97) ? qualifiers : ["(some)", "(", "(x'y)"]) : "";
  // An array is what a quantifier wants.
  const operand =
    operators === quantified && qualifier !== ""
      ? `{${random.list(0, 3, () => value(random)).join(",")}}`
      : value(random);
  return `${negated}${random.pick(operators)}${qualifier}.${operand}`;
}

/** `and`/`or` and what stands in their parentheses. */
export function logic(random: Random, from: Relation, depth = 0): string {
  const terms = random.list(1, 3, () =>
    depth < 3 && random.chance(0.3)
      ? `${random.pick(["and", "or", "not.and", "not.or"])}${logic(random, from, depth + 1)}`
      : `${field(random, from)}.${operation(random)}`,
  );
  return `(${terms.join(",")}${random.chance(0.98) ? ")" : ""}`;
}

export const order = (random: Random, from: Relation): string =>
  random
    .list(1, 3, () => {
      const term =
        from.neighbours.length > 0 && random.chance(0.1)
          ? `${nameOf(random, random.pick(from.neighbours).name)}(${field(random, from)})`
          : field(random, from);
      return term + random.pick(["", "", ".asc", ".desc", ".desc.nullslast", ".nullsfirst", `.${marker(random)}`]);
    })
    .join(",");

export const count = (random: Random): string =>
  random.pick(["0", "1", "5", "-1", "1000", "99999999999999999999", "1.5", "", marker(random)]);
