import { expect, it } from "vitest";
import { keep } from "../../../src/cache/kept.ts";
import type { HeaderList } from "../../../src/http/message.ts";
import type { AuthResult } from "../../../src/postgrest/auth/types.ts";
import { readConfig } from "../../../src/postgrest/config/read.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import { Planner } from "../../../src/postgrest/planner.ts";
import { PlannedQuery } from "../../../src/postgrest/transaction/planned-query.ts";
import { routine, schemaCache, table } from "./plan/support.ts";

const cache = schemaCache({
  tables: [table("items", { id: "integer", name: "text" })],
  routines: [routine("add", [{ name: "a" }, { name: "b" }])],
});
const dialect = dialects["12.2"];
const config = readConfig({ env: { PGRST_DB_SCHEMAS: "api" } }, dialect);
const ann: AuthResult = { role: "ann", claims: { role: "ann" }, claimsJson: '{"role":"ann"}', authenticated: true };
const json: HeaderList = [["Content-Type", "application/json"]];

function plannerOf() {
  const planner = new Planner(config, dialect, cache);
  type Asked = readonly [line: string, body?: string, headers?: HeaderList];
  /** @param line `POST /items?select=id` */
  const read = (...[line, body = "", headers = []]: Asked) => {
    const [method = "", target = ""] = line.split(" ", 2);
    const [path = "", query = ""] = target.split("?", 2);
    return planner.read({ method, path, query, headers, body: Buffer.from(body) });
  };
  const compose = (auth: AuthResult, ...asked: Asked) => {
    const request = read(...asked);
    const planned = planner.plan(request);
    if (!(planned instanceof PlannedQuery)) throw new Error("no SQL");
    return planned.compose({ config, dialect, auth, request: request.request });
  };
  const parameters = (role: "context" | "main", ...asked: Parameters<typeof compose>) =>
    compose(...asked)
      .transaction()
      .statements.find((statement) => statement.role === role)?.parameters;
  return { read, plan: (...asked: Asked) => planner.plan(read(...asked)), compose, parameters };
}

/** What comes once is not remembered. */
const twice = <T>(act: () => T): T => {
  act();
  return act();
};

it("plans the same request once, when it has come before", () => {
  const { plan } = plannerOf();
  const first = twice(() => plan("GET /items?id=eq.1"));
  expect(plan("GET /items?id=eq.1")).toBe(first);
  expect(plan("GET /items?id=eq.1")).not.toBe(plan("GET /items?id=eq.2"));
});

it("reads the same head once, when it has come before", () => {
  const { read } = plannerOf();
  const { head } = twice(() => read("GET /items?id=eq.1"));
  expect(read("GET /items?id=eq.1").head).toBe(head);
});

it.each([
  ["Accept", "text/csv"],
  ["Prefer", "count=exact"],
  ["Range", "0-1"],
] as const)("plans anew for another %s", (...field) => {
  const { plan } = plannerOf();
  const plain = twice(() => plan("GET /items"));
  expect(twice(() => plan("GET /items", "", [field]))).not.toBe(plain);
  expect(plan("GET /items")).toBe(plain);
});

it("plans once whatever a body holds, and anew for other columns or another shape", () => {
  const { plan } = plannerOf();
  const first = twice(() => plan("POST /items", '{"id":1,"name":"a"}', json));
  expect(plan("POST /items", '{"name":"b","id":2}', json)).toBe(first);
  expect(plan("POST /items", '{"id":1}', json)).not.toBe(first);
  expect(plan("POST /items", '[{"id":1,"name":"a"}]', json)).not.toBe(first);
});

it("puts each body into the SQL it shares", () => {
  const { parameters } = plannerOf();
  const values = ["1", "2", "3", "4"].map((a) => parameters("main", ann, "POST /rpc/add", `{"a":${a},"b":1}`, json));
  expect(values).toEqual(["1", "2", "3", "4"].map((a) => [Buffer.from(`{"a":${a},"b":1}`)]));
});

it("shares no plan that holds values of a form", () => {
  const { parameters } = plannerOf();
  const form: HeaderList = [["Content-Type", "application/x-www-form-urlencoded"]];
  const values = ["1", "2"].map((a) => parameters("main", ann, "POST /rpc/add", `a=${a}&b=1`, form));
  expect(values).toEqual([[Buffer.from('{"a":"1","b":"1"}')], [Buffer.from('{"a":"2","b":"1"}')]]);
});

it("keeps fields and cookies of each request apart", () => {
  const { read } = plannerOf();
  for (let time = 0; time < 3; time += 1)
    read("GET /items", "", [
      ["Cookie", "a=1"],
      ["X-Own", "1"],
    ]);
  const { request } = read("GET /items", "", [["X-Own", "2"]]);
  expect(request).toMatchObject({ headers: [["x-own", "2"]], cookies: [] });
});

it("refuses the same request every time", () => {
  const { plan } = plannerOf();
  for (let time = 0; time < 2; time += 1) {
    expect(() => plan("POST /items", '{"nope":1}', json)).toThrow();
    expect(() => plan("GET /items?select=id,ghosts(id)")).toThrow();
  }
});

it("composes once what a client sends again without a body, and anew for another caller or other fields", () => {
  const { compose, parameters } = plannerOf();
  const [own, other]: HeaderList[] = [[["X-Own", "1"]], [["X-Own", "2"]]];
  const [first, ...again] = [1, 2, 3, 4].map(() => compose(ann, "GET /items", "", own)).slice(2);
  expect(again).toEqual([first]);
  expect(again[0]).toBe(first);
  const bob = { ...ann, role: "bob", claimsJson: '{"role":"bob"}' };
  expect(parameters("context", bob, "GET /items", "", own)).toContain('{"role":"bob"}');
  expect(parameters("context", ann, "GET /items", "", other)).toContain('{"x-own":"2"}');
  expect(parameters("context", ann, "GET /items", "", own)).toEqual(first!.transaction().statements[0]!.parameters);
});

it("takes a request object that comes again for the same request", () => {
  const planner = new Planner(config, dialect, cache);
  const request = keep({ method: "GET", path: "/items", query: "", headers: [], body: Buffer.alloc(0) });
  const [, , third, fourth] = [1, 2, 3, 4].map(() => planner.read(request));
  expect(fourth).toBe(third);
});
