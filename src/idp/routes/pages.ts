/** Lists of the Backend API: ten at a time unless asked otherwise, newest first. */
import type { Call } from "../call.ts";

const DEFAULT_LIMIT = 10;
const MOST = 500;

/** The page that `limit`, `offset` and `order_by` (`created_at`, `-created_at`, …) ask for. */
export function page<T extends { readonly createdAt: number; readonly id: string }>(
  all: readonly T[],
  call: Call,
): T[] {
  const limit = Math.min(count(call, "limit") ?? DEFAULT_LIMIT, MOST);
  const offset = count(call, "offset") ?? 0;
  const ascending = /^\+?created_at$/.test(call.query.get("order_by") ?? "");
  const sorted = all.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  if (ascending) sorted.reverse();
  return sorted.slice(offset, offset + limit);
}

function count(call: Call, name: string): number | undefined {
  const value = Number(call.query.get(name) ?? Number.NaN);
  return Number.isInteger(value) && value >= 0 ? value : undefined;
}
