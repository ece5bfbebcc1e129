/** What came back, in the shape of the recordings, and how it differs from what was recorded. */
import type { Expectation, Step } from "./corpus.ts";

/** Header values as bytes, one character each, the way HTTP carries them. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly body: Buffer;
  /** `host:port` the server calls itself by in the OpenAPI document. */
  readonly host: string;
}

interface Shape {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyType: Expectation["bodyType"];
  readonly body?: unknown;
}

/** Sentences on each difference; none when the answer is right. */
export function differences(step: Step, answer: RawAnswer): string[] {
  const { expect } = step;
  const got = narrow(step, shape(answer));
  const problems: string[] = [];
  if (got.status !== expect.status) problems.push(`status: expected ${expect.status}, got ${got.status}`);
  for (const [name, wanted] of Object.entries(expect.headers)) {
    const value = got.headers[name] ?? null;
    if (value !== wanted) problems.push(`${name}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(value)}`);
  }
  if (expect.bodyType !== "any" && !sameBody(expect, got)) {
    problems.push(`body: expected ${expect.bodyType} ${cut(expect.body)}, got ${got.bodyType} ${cut(got.body)}`);
  }
  return problems;
}

function shape({ status, headers, body, host }: RawAnswer): Shape {
  const joined: Record<string, string> = {};
  for (const [name, bytes] of headers) {
    const key = name.toLowerCase();
    const value = Buffer.from(bytes, "latin1").toString("utf8");
    joined[key] = joined[key] === undefined ? value : `${joined[key]}, ${value}`;
  }
  if (body.length === 0) return { status, headers: joined, bodyType: "none" };
  const text = body.toString("utf8");
  if (!Buffer.from(text).equals(body)) {
    return { status, headers: joined, bodyType: "base64", body: body.toString("base64") };
  }
  const plain = text.replaceAll(host, "{{host}}");
  if (/json/.test(joined["content-type"] ?? "")) {
    try {
      return { status, headers: joined, bodyType: "json", body: JSON.parse(plain) };
    } catch {
      // What calls itself JSON and is none is compared as text.
    }
  }
  return { status, headers: joined, bodyType: "text", body: plain };
}

function narrow({ pick = [], omit = [], keysOnly = false }: Step, got: Shape): Shape {
  if (got.bodyType !== "json" || (pick.length === 0 && omit.length === 0)) return got;
  let part: unknown = got.body;
  for (const key of pick) part = isObject(part) ? part[key] : undefined;
  if (part === undefined) return { ...got, bodyType: "none", body: undefined };
  if (omit.length > 0 && isObject(part)) {
    part = Object.fromEntries(Object.entries(part).filter(([key]) => !omit.includes(key)));
  }
  return { ...got, body: keysOnly && isObject(part) ? Object.keys(part).sort() : part };
}

function sameBody(expect: Expectation, got: Shape): boolean {
  if (expect.bodyType !== got.bodyType) return false;
  const loose = expect.looseHint ?? false;
  return equal(comparable(expect.body, loose), comparable(got.body, loose), expect.anyOrder ?? false);
}

/** Two errors list candidates in the order of a hash table: only the set of them counts. */
function comparable(body: unknown, looseHint: boolean): unknown {
  if (!isObject(body)) return body;
  const whole = looseHint ? { ...body, hint: "" } : body;
  if (whole["code"] === "PGRST201" && Array.isArray(whole["details"])) {
    const quoted = String(whole["hint"]).match(/'[^']*'/g) ?? [];
    return { ...whole, details: whole["details"].map(canonical).sort(), hint: quoted.sort() };
  }
  if (whole["code"] === "PGRST203") {
    const [head, list = ""] = String(whole["message"]).split(": ");
    return { ...whole, message: [head, ...list.split(/(?<=\)), /).sort()] };
  }
  return whole;
}

const canonical = (value: unknown): string => JSON.stringify(value, Object.keys(isObject(value) ? value : {}).sort());

function equal(a: unknown, b: unknown, anyOrder: boolean): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    if (!anyOrder || !a.every((one) => typeof one === "object" && one !== null)) {
      return a.every((one, index) => equal(one, b[index], anyOrder));
    }
    const left = [...b];
    return a.every((one) => {
      const index = left.findIndex((other) => equal(one, other, true));
      if (index >= 0) left.splice(index, 1);
      return index >= 0;
    });
  }
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key], anyOrder))
  );
}

const isObject = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === "object" && value !== null;

function cut(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
