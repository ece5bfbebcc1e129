import { expect, it } from "vitest";
import type { HeaderList } from "../../../src/http/message.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import { type Planned, Planner } from "../../../src/postgrest/planner.ts";
import { fill } from "../../../src/postgrest/sql/snippet.ts";
import { config, routine, schemaCache, table } from "./plan/support.ts";

const cache = schemaCache({
  tables: [table("items", { id: "integer", name: "text" })],
  routines: [routine("add", [{ name: "a" }, { name: "b" }])],
});
const json: HeaderList = [["Content-Type", "application/json"]];

function plannerOf() {
  const planner = new Planner(config({}), dialects["12.2"], cache);
  /** @param line `POST /items?select=id` */
  const read = (line: string, body = "", headers: HeaderList = []) => {
    const [method = "", target = ""] = line.split(" ", 2);
    const [path = "", query = ""] = target.split("?", 2);
    return planner.read({ method, path, query, headers, body: Buffer.from(body) });
  };
  return { read, plan: (...asked: Parameters<typeof read>): Planned => planner.plan(read(...asked)) };
}

function sqlOf(planned: Planned, body = "") {
  if (!("prepared" in planned)) throw new Error("no SQL");
  return fill(planned.prepared().main, Buffer.from(body));
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
  const { plan } = plannerOf();
  const values = ["1", "2", "3", "4"].map((a) => {
    const body = `{"a":${a},"b":1}`;
    return sqlOf(plan("POST /rpc/add", body, json), body).values;
  });
  expect(values).toEqual(["1", "2", "3", "4"].map((a) => [Buffer.from(`{"a":${a},"b":1}`)]));
});

it("shares no plan that holds values of a form", () => {
  const { plan } = plannerOf();
  const form: HeaderList = [["Content-Type", "application/x-www-form-urlencoded"]];
  const values = ["1", "2"].map((a) => sqlOf(plan("POST /rpc/add", `a=${a}&b=1`, form)).values);
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
