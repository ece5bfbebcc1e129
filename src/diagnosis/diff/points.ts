/** What is not the same, aspect by aspect. Pure. */

import type { HttpResponse } from "../../http/message.ts";
import { parseJson } from "../../json/json.ts";
import type { ProjectIdentity } from "../../project/identity.ts";
import { listed, plural, showValue } from "../words.ts";
import { neutralHeaders, neutralText } from "./neutral.ts";
import type { DifferencePoint, Sides } from "./types.ts";

export function differencePoints({ v1, v2 }: Sides, project: ProjectIdentity): DifferencePoint[] {
  const status: DifferencePoint = {
    aspect: "status",
    v1: String(v1.trace.response.status),
    v2: String(v2.trace.response.status),
  };
  return [
    ...(status.v1 === status.v2 ? [] : [status]),
    ...bodyPoints(v1.trace.response, v2.trace.response, project),
    ...headerPoints(v1.trace.response, v2.trace.response, project),
    ...decisionPoints({ v1, v2 }),
    ...claimPoints({ v1, v2 }),
  ];
}

/** Rows that only one side has, shown; beyond so many only counted. */
const SHOWN = 3;

function bodyPoints(first: HttpResponse, second: HttpResponse, project: ProjectIdentity): DifferencePoint[] {
  const v1 = neutralText(first.body.toString(), "v1", project);
  const v2 = neutralText(second.body.toString(), "v2", project);
  if (v1 === v2) return [];
  const [rows1, rows2] = [rowsOf(v1), rowsOf(v2)];
  if (rows1 === undefined || rows2 === undefined) return [{ aspect: "body", v1: brief(v1), v2: brief(v2) }];
  const [texts1, texts2] = [rows1.map((row) => JSON.stringify(row)), rows2.map((row) => JSON.stringify(row))];
  // The values are the same, and written in two ways.
  if (texts1.join() === texts2.join()) return [{ aspect: "body", v1: brief(v1), v2: brief(v2) }];
  const made = madeValues(rows1, rows2);
  if (made !== undefined)
    return [
      {
        aspect: "values made",
        v1: listed(made.map(([name, one]) => `${name} is ${showValue(one)}`)),
        v2: listed(made.map(([name, , two]) => `${name} is ${showValue(two)}`)),
      },
    ];
  const say = isReordered(texts1, texts2) ? orderText : onlyText;
  return [{ aspect: "body", v1: say(texts1, texts2), v2: say(texts2, texts1) }];
}

const isReordered = (one: readonly string[], two: readonly string[]): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...two].sort());

function onlyText(own: readonly string[], other: readonly string[]): string {
  const rest = own.filter((row) => !other.includes(row));
  const shown = rest.slice(0, SHOWN).map(brief);
  const more = rest.length > SHOWN ? [`${rest.length - SHOWN} more`] : [];
  return `${plural(own.length, "row")}${rest.length === 0 ? "" : `, only here: ${listed([...shown, ...more])}`}`;
}

function orderText(own: readonly string[], other: readonly string[]): string {
  const at = own.findIndex((row, index) => row !== other[index]);
  return `the same ${plural(own.length, "row")} in another order: row ${at + 1} is ${brief(own[at] ?? "")}`;
}

/** What databases make by themselves, each at its own time: `now()`, `gen_random_uuid()`. */
const MADE = /^(?:\d{4}-\d\d-\d\dT[\d:.]+(?:[+-][\d:]+)?|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

type Value = readonly [name: string, v1: unknown, v2: unknown];

/** Undefined when the rows differ in more than such values; else the first of each member that has some. */
function madeValues(rows1: readonly unknown[], rows2: readonly unknown[]): Value[] | undefined {
  if (rows1.length !== rows2.length) return undefined;
  const pairs = rows1.flatMap((row, index): Value[] => differing("row", row, rows2[index]));
  if (!pairs.every((pair) => pair.slice(1).every((value) => typeof value === "string" && MADE.test(value))))
    return undefined;
  return pairs.filter(([name], index) => pairs.findIndex((other) => other[0] === name) === index);
}

function differing(name: string, one: unknown, two: unknown): Value[] {
  if (JSON.stringify(one) === JSON.stringify(two)) return [];
  if (!isContainer(one) || !isContainer(two) || Object.keys(one).join() !== Object.keys(two).join())
    return [[name, one, two]];
  return Object.keys(one).flatMap((key) => differing(key, one[key], two[key]));
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

function rowsOf(text: string): unknown[] | undefined {
  const body = parseJson(text);
  return Array.isArray(body) ? body : undefined;
}

const brief = (body: string): string => {
  // PostgREST begins a line for each row.
  const text = body.replaceAll(/\s*\n\s*/g, " ");
  return text === "" ? "empty" : text.length > 160 ? `${text.slice(0, 160)}…` : text;
};

function headerPoints(first: HttpResponse, second: HttpResponse, project: ProjectIdentity): DifferencePoint[] {
  const v1 = neutralHeaders(first, "v1", project);
  const v2 = neutralHeaders(second, "v2", project);
  return [...new Set([...v1.keys(), ...v2.keys()])]
    .filter((name) => v1.get(name)?.toLowerCase() !== v2.get(name)?.toLowerCase())
    .map((name) => ({
      aspect: "headers",
      v1: v1.has(name) ? `${name}: ${v1.get(name)}` : `no ${name}`,
      v2: v2.has(name) ? `${name}: ${v2.get(name)}` : `no ${name}`,
    }));
}

function decisionPoints({ v1, v2 }: Sides): DifferencePoint[] {
  const decided = ({ diagnosis }: Sides["v1"]) => `${diagnosis.layer}, ${diagnosis.code}`;
  const role = ({ diagnosis }: Sides["v1"]) => diagnosis.request.role ?? "none: SQL never ran";
  return [
    ...(v1.diagnosis.code === v2.diagnosis.code
      ? []
      : [{ aspect: "decided by", v1: decided(v1), v2: decided(v2) } as const]),
    // Each mode has a user's role of its own, and v2 has no other; that alone is no difference.
    ...((v1.diagnosis.request.role === "authenticated") === (v2.diagnosis.request.role !== null)
      ? []
      : [{ aspect: "role", v1: role(v1), v2: role(v2) } as const]),
  ];
}

/** Claims that the bridge token always has, and those that differ at every sign-in. */
const OWN = new Set(["role", "tenant_id", "iat", "nbf", "exp", "jti", "iss", "azp", "aud"]);

function claimPoints({ v1, v2 }: Sides): DifferencePoint[] {
  const [seen1, seen2] = [v1.diagnosis.claims?.seen, v2.diagnosis.claims?.seen];
  if (!seen1 || !seen2) return [];
  return [...new Set([...Object.keys(seen1), ...Object.keys(seen2)])]
    .filter((name) => !OWN.has(name) && JSON.stringify(seen1[name] ?? null) !== JSON.stringify(seen2[name] ?? null))
    .map((name) => ({
      aspect: "claims",
      v1: `${name} is ${showValue(seen1[name])}`,
      v2: `${name} is ${showValue(seen2[name])}`,
    }));
}
