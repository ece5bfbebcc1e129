/** The parameters of the query string, parsed: https://postgrest.org/en/v12/references/api/url_grammar.html */

import { remember } from "../../cache/remember.ts";
import { queryParamError } from "../errors/catalogue.ts";
import { sortedSet } from "../haskell.ts";
import { bytesOf, decodeUtf8 } from "./bytes.ts";
import { logicPath, logicTree } from "./grammar/logic.ts";
import { operationExpression } from "./grammar/operation.ts";
import { orderTerms } from "./grammar/order.ts";
import { selectForest } from "./grammar/select.ts";
import { columnNames, treePath } from "./grammar/tree-path.ts";
import { anyChar } from "./parser/characters.ts";
import { either, parse, pure } from "./parser/combinators.ts";
import { describe, locate } from "./parser/error.ts";
import { text } from "./parser/repetition.ts";
import type { Parser } from "./parser/state.ts";
import { canonicalQuery, parseQueryString } from "./query-string.ts";
import { limitRange, offsetRange, type Range } from "./range.ts";
import type { EmbedPath, Filter, LogicTree, OpExpr, OrderTerm, QueryParams } from "./types.ts";

/** Decoded when needed: bytes that are no UTF-8 only hurt where something looks at them. */
type Parameter = readonly [name: string, value: () => string];

const reserved = ["select", "columns", "on_conflict"];
const reservedLast = ["order", "limit", "offset", "and", "or"];

/**
 * @param query what follows the `?`, still encoded
 * @param isRpcRead whether a function is called by GET or HEAD: a filter without an operator is then an argument
 * @throws PgrstError PGRST100 with the parser's words
 */
export function parseQueryParams(query: string, isRpcRead: boolean): QueryParams {
  const pairs = parseQueryString(bytesOf(query));
  // A parameter without `=` counts as not given, but hides a later one of the same name.
  const lookUp = (name: string): string | undefined => {
    const value = pairs.find((pair) => decodeUtf8(pair.name) === name)?.value;
    return value == null ? undefined : decodeUtf8(value);
  };
  /** What comes of the parameters of a kind, one after the other: the first that cannot be read hides what follows. */
  const each = <T>(isOfKind: (name: string) => boolean, read: (parameter: Parameter) => T): T[] => {
    const found: T[] = [];
    for (const { name: bytes, value } of pairs) {
      if (value === null) continue;
      const name = decodeUtf8(bytes);
      if (isOfKind(name)) found.push(read([name, () => decodeUtf8(value)]));
    }
    return found;
  };
  const ending =
    (...words: string[]) =>
    (name: string) =>
      words.includes(lastWord(name));

  const order = each(ending("order"), parseOrder);
  const logic = each(ending("and", "or"), parseLogic);
  const columns = lookUp("columns");
  const writes = columns === undefined ? null : readColumns(columns);
  const select = readSelect(lookUp("select") ?? "*");
  const isFilter = (name: string) => !reserved.includes(name) && !reservedLast.includes(lastWord(name));
  const parsed = each(isFilter, (parameter) => parseFilter(parameter, isRpcRead));
  const onConflict = lookUp("on_conflict");
  const target = onConflict === undefined ? null : parseNamed(columnNames, "on_conflict parameter", onConflict);

  const filters = parsed.filter(([, { expr }]) => expr.kind === "op");
  return {
    canonical: canonicalQuery(pairs),
    params: parsed.flatMap(([, { field, expr }]) => (expr.kind === "none" ? [[field.name, expr.value] as const] : [])),
    ranges: parseRanges(each(ending("limit"), asItIs), each(ending("offset"), asItIs)),
    order,
    logic,
    columns: writes === null ? null : sortedSet(writes),
    select,
    filters,
    filtersRoot: filters.filter(([path]) => path.length === 0).map(([, filter]) => filter),
    filtersNotRoot: filters.filter(([path]) => path.length > 0),
    filterFields: new Set(each(isFilter, ([name]) => name)),
    onConflict: target,
  };
}

const asItIs = (parameter: Parameter): Parameter => parameter;
const lastWord = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

/** Runs a parser on a value that messages call by its kind. */
function parseNamed<T>(parser: Parser<T>, kind: string, value: string, input = value): T {
  const result = parse(parser, input);
  if ("value" in result) return result.value;
  const message = locate(`failed to parse ${kind} (${value})`, result.error.position);
  throw queryParamError(message, describe(result.error));
}

/** The requests of an app are alike in what they select and how they order it. */
const readSelect = remember((value) => parseNamed(selectForest, "select parameter", value));
const readColumns = remember((value) => parseNamed(columnNames, "columns parameter", value));
const readOrder = remember((value) => parseNamed(orderTerms, "order", value));
const readTreePath = remember((name) => parseNamed(treePath, "tree path", name));

const parseOrder = ([name, value]: Parameter): readonly [EmbedPath, readonly OrderTerm[]] => [
  readTreePath(name).path,
  readOrder(value()),
];

/** The name's operator and the value's list are read as one: `or` and `(a,b)`. Columns in messages count from the operator. */
function parseLogic([name, value]: Parameter): readonly [EmbedPath, LogicTree] {
  const { path, operator } = parseNamed(logicPath, "logic path", name);
  const list = value();
  return [path, parseNamed(logicTree, "logic tree", list, operator + list)];
}

const anyValue = operationExpression(text(anyChar));

function parseFilter([name, value]: Parameter, isRpcRead: boolean): readonly [EmbedPath, Filter] {
  const { path, field } = readTreePath(name);
  const right = value();
  const argument = pure<OpExpr>({ kind: "none", value: right });
  const expr = parseNamed(isRpcRead ? either(anyValue, argument) : anyValue, "filter", right);
  return [path, { field, expr }];
}

/** By the name of the limit: an `offset` belongs to the `limit` of its level. Of a name given twice the last counts. */
function parseRanges(limits: readonly Parameter[], offsets: readonly Parameter[]): ReadonlyMap<string, Range> {
  const limited = new Map(limits.map(([name, value]) => [name, limitRange(value())]));
  const ranges = new Map(limited);
  for (const [name, value] of offsets) {
    const limit = name.replace(/offset$/, "limit");
    ranges.set(limit, offsetRange(value(), limited.get(limit)));
  }
  return ranges;
}

/** The embed path of a `limit`. @throws PgrstError PGRST100 */
export const rangePath = (name: string): EmbedPath => readTreePath(name).path;
