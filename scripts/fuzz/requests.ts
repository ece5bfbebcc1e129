/** Whole requests by the grammar: target, headers, body. */
import type { HttpRequest } from "../../src/http/message.ts";
import { body } from "./bodies.ts";
import { count, field, logic, operation, order, select } from "./grammar.ts";
import { headers } from "./headers.ts";
import type { Random } from "./random.ts";
import type { Surroundings } from "./surroundings.ts";
import { encode, hostileText, listed, value } from "./values.ts";
import { columnOf, nameOf, type Relation, relation } from "./vocabulary.ts";

type Parameter = readonly [name: string, value: string];

export function grammarRequest(random: Random, around: Surroundings): HttpRequest {
  const { words } = around;
  const calls = random.chance(0.25);
  const method = random.pick(calls ? ["GET", "GET", "POST", "POST", "POST", "POST", "HEAD", "PUT"] : methods);
  const reads = method === "GET" || method === "HEAD";
  const from = relation(random, words);
  const routine = random.pick(words.routines);
  const parameters = calls
    ? [...(reads ? arguments_(random, routine.parameters) : []), ...readParameters(random, around, from, 0.2)]
    : readParameters(random, around, from, 0.5);
  if (!calls && !reads) parameters.push(...writeParameters(random, from));
  const path = random.chance(0.03)
    ? random.pick(["/", "", "/rpc", "/rpc/", "//", "/rpc/a/b", "/%00", `/${encode(random, hostileText(random))}`])
    : `/${calls ? "rpc/" : ""}${encodeURIComponent(calls ? routine.name : from.name)}`;
  const content = reads || method === "DELETE" ? null : body(random, calls ? routine.parameters : from.columns);
  return {
    method,
    path: path.startsWith("/") ? path : `/${path}`,
    query: parameters.map(([name, text]) => `${encode(random, name)}=${encode(random, text)}`).join("&"),
    headers: headers(random, around, method, content?.type ?? null),
    body: content?.bytes ?? Buffer.alloc(0),
  };
}

const methods = [
  "GET",
  "GET",
  "GET",
  "GET",
  "HEAD",
  "POST",
  "POST",
  "PATCH",
  "PATCH",
  "PUT",
  "DELETE",
  "DELETE",
  "OPTIONS",
];

function readParameters(random: Random, { words }: Surroundings, from: Relation, eagerness: number): Parameter[] {
  const parameters: Parameter[] = [];
  if (random.chance(eagerness + 0.2)) parameters.push(["select", select(random, words, from)]);
  // A parameter may speak of an embed, there or not.
  const level = () =>
    random.chance(0.15) && from.neighbours.length > 0 ? `${nameOf(random, random.pick(from.neighbours).name)}.` : "";
  for (let left = random.chance(eagerness) ? random.below(4) : 0; left > 0; left -= 1) {
    parameters.push([`${level()}${field(random, from)}`, operation(random)]);
  }
  if (random.chance(0.2 * eagerness)) {
    parameters.push([`${level()}${random.pick(["and", "or", "not.and", "not.or"])}`, logic(random, from)]);
  }
  if (random.chance(0.4 * eagerness)) parameters.push([`${level()}order`, order(random, from)]);
  if (random.chance(0.3 * eagerness)) parameters.push([`${level()}limit`, count(random)]);
  if (random.chance(0.2 * eagerness)) parameters.push([`${level()}offset`, count(random)]);
  return parameters;
}

function writeParameters(random: Random, from: Relation): Parameter[] {
  const parameters: Parameter[] = [];
  const columns = () => random.list(1, 3, () => columnOf(random, from)).join(",");
  if (random.chance(0.2)) parameters.push(["columns", columns()]);
  if (random.chance(0.2)) parameters.push(["on_conflict", columns()]);
  return parameters;
}

const arguments_ = (random: Random, names: readonly string[]): Parameter[] =>
  names
    .filter(() => random.chance(0.9))
    .map((name) => [
      name,
      random.chance(0.1) ? `{${random.list(0, 3, () => listed(random, value(random))).join(",")}}` : value(random),
    ]);
