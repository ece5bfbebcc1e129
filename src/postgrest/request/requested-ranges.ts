/** The range of the root, once `Range`, `limit` and `offset` are put together. */
import { type HeaderList, header } from "../../http/message.ts";
import { limitWithoutOrder, lowerGreaterThanUpper, negativeLimit, putLimitNotAllowed } from "../errors/catalogue.ts";
import {
  allRows,
  hasLimitZero,
  intersect,
  isEmptyRange,
  orLimitZero,
  parseRangeHeader,
  type Range,
  sameRange,
} from "./range.ts";
import type { QueryParams } from "./types.ts";

/** @throws PgrstError PGRST103, PGRST109 or PGRST114 */
export function topLevelRange(method: string, params: QueryParams, headers: HeaderList): Range {
  // RFC 9110: the header means nothing but for GET.
  const fromHeader = method === "GET" ? parseRangeHeader(header(headers, "range")) : allRows;
  const limit = params.ranges.get("limit") ?? allRows;
  const range = orLimitZero(limit, intersect(fromHeader, limit));
  if (isEmptyRange(range) && !hasLimitZero(limit))
    throw isEmptyRange(fromHeader) ? lowerGreaterThanUpper() : negativeLimit();
  const limitsChange = (method === "PATCH" || method === "DELETE") && params.ranges.size > 0;
  if (limitsChange && params.order.length === 0) throw limitWithoutOrder();
  if (method === "PUT" && !sameRange(range, allRows)) throw putLimitNotAllowed();
  return range;
}
