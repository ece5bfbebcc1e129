/** How things are named in sentences: as SQL would name them, quoted only where SQL would need it. */
import type { KnownUser } from "./context.ts";

export const quoteName = (name: string): string =>
  /^[a-z_][a-z0-9_$]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;

const RESERVED = new Set(
  "all analyse analyze and any array as asc authorization between binary both case cast check collate column constraint create cross current_date current_role current_time current_user default desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit natural not notnull null offset on only or order outer overlaps placing primary references returning right select session_user similar some symmetric table then to trailing true union unique user using verbose when where window with".split(
    " ",
  ),
);

/** Without its schema when that is the project's own: migrations run with it as their path. */
export const showName = (schema: string, name: string, own: string): string =>
  schema === own || schema === "" ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`;

export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], last = "and"): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}`;
}

/** An expression as people write it: without the name of a scalar sub-select's column and the casts of literals. */
export const tidy = (expression: string): string =>
  expression
    .replace(/(?<!\b(?:IN|ANY) |ARRAY)\( SELECT (\(?[\w.]+\((?:[^()]|\([^()]*\))*\)\)?) AS \w+\)/g, "$1")
    .replace(/('(?:[^']|'')*')::(?:text|character varying)\b/g, "$1");

const LONGEST = 60;

/** Numbers and truth values as SQL shows them need no quotes to be read. */
const PLAIN = /^(?:-?\d+(?:\.\d+)?|true|false)$/;

/** A value as SQL shows it; long ones are cut. Ids of known users are named. */
export function showValue(value: unknown, users: readonly KnownUser[] = []): string {
  if (value === null || value === undefined) return "NULL";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  const user = users.find(({ id }) => id === text);
  const literal = typeof value === "string" && !PLAIN.test(value) ? quoteText(shown) : shown;
  return user === undefined ? literal : `${literal} (${user.name})`;
}

/** One side of a comparison with its value; sub-selects have rows instead. */
export function showOperand(text: string, value: string | null, users: readonly KnownUser[] = []): string {
  if (text === SUBSELECT_ROWS) return `the sub-select has ${plural(Number(value ?? 0), "row")}`;
  if (text === BODY_QUERY) return `its query gives ${value ?? "NULL"}`;
  if (text === SUBSELECT) return `the sub-select gives ${value ?? "NULL"}`;
  if (text.startsWith(`${SUBSELECT} on `)) return `${text} gives ${showValue(value, users)}`;
  return `${tidy(text)} is ${showValue(value, users)}`;
}

export const SUBSELECT = "the sub-select";
export const BODY_QUERY = "its query";
export const SUBSELECT_ROWS = "rows of the sub-select";

/** Postgres' account of where it was, from the inside out, on one line. */
export function placeText(where: string): string {
  const lines = where.split("\n").map((line) => (line.length > 120 ? `${line.slice(0, 120)}…` : line));
  const more = lines.length - MOST_PLACES;
  return [...lines.slice(0, MOST_PLACES), ...(more > 0 ? [`${more} further places`] : [])].join(", in ");
}

/** Calls that pile up have thousands. */
const MOST_PLACES = 10;

/** `3 s`, `2 min 5 s`, `4 h 10 min`, `12 days`. */
export function duration(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return compound(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 172_800) return compound(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
  return `${Math.floor(whole / 86_400)} days`;
}

const compound = (large: number, unit: string, small: number, rest: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${rest}`;
