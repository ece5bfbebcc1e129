import { afterAll, beforeAll, expect, it } from "vitest";
import { readConfig } from "../../../src/postgrest/config/read.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import { createEngine, type Engine } from "../../../src/postgrest/engine.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";

let database: TestDatabase;
let engine: Engine;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(`
    create schema api;
    create table api.node (id int primary key, parent int references api.node, data json);
    insert into api.node values (1, null, '{}'), (2, 1, '{}')`);
  const env = { PGRST_DB_URI: database.url, PGRST_DB_SCHEMAS: "api", PGRST_DB_ANON_ROLE: "postgres" };
  engine = await createEngine({ config: readConfig({ env }, dialects["12.2"]), version: "12.2" });
});

afterAll(async () => {
  await engine.close();
  await database.drop();
});

const nested = (open: string, middle: string, depth: number): string => open.repeat(depth) + middle + ")".repeat(depth);

async function ask(query: string, body?: string): Promise<{ status: number; body: string }> {
  const answer = await engine.handle({
    method: body === undefined ? "GET" : "POST",
    path: "/node",
    query,
    headers: [],
    body: Buffer.from(body ?? ""),
  });
  return { status: answer.status, body: String(answer.body) };
}

it("embeds as deep as wanted", async () => {
  const { status, body } = await ask(`select=${nested("id,parent(", "id", 12)}&id=eq.2`);
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual([{ id: 2, parent: { id: 1, parent: null } }]);
});

it("leaves the limits of depth to Postgres, whose parser takes 10,000 open constructs", async () => {
  for (const query of [
    `select=${nested("id,parent(", "id", 1000)}`,
    `select=${nested("parent(", "", 5000)}`,
    `or=${nested("(or", "(id.eq.1)", 12_000)}`,
  ]) {
    const { status, body } = await ask(query);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: "42601", message: expect.stringMatching(/^memory exhausted/) });
  }
  const { status, body } = await ask(`or=${nested("(or", "(id.eq.1)", 9000)}&select=id`);
  expect({ status, body }).toEqual({ status: 200, body: '[{"id":1}]' });
});

it("reads what is wrong at any depth", async () => {
  const unknown = await ask(`select=${nested("parent(", "nobody(id)", 5000)}`);
  expect(JSON.parse(unknown.body)).toMatchObject({ code: "PGRST200" });
  const unclosed = await ask(`select=${"parent(".repeat(5000)}id`);
  expect(JSON.parse(unclosed.body)).toMatchObject({
    code: "PGRST100",
    message: expect.stringMatching(/column 35003\)$/),
  });
});

it("takes bodies as deep as a megabyte allows", async () => {
  const half = 500_000;
  const list = await ask("", "[".repeat(half) + "]".repeat(half));
  expect(JSON.parse(list.body)).toMatchObject({ code: "PGRST102", message: "All object keys must match" });
  const unclosed = await ask("", "[".repeat(half));
  expect(JSON.parse(unclosed.body)).toMatchObject({ code: "PGRST102", message: "Empty or invalid json" });
  const column = await ask("", `{"id":3,"data":${"[".repeat(half)}${"]".repeat(half)}}`);
  expect(column.status).toBe(500);
  expect(JSON.parse(column.body)).toMatchObject({ code: "54001", message: "stack depth limit exceeded" });
});
