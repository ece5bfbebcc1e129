import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HeaderList, header } from "../../../src/http/message.ts";
import { readConfig } from "../../../src/postgrest/config/read.ts";
import { configReader } from "../../../src/postgrest/config/reader.ts";
import { dialects, type PostgrestVersion } from "../../../src/postgrest/dialect.ts";
import { createEngine, type Engine } from "../../../src/postgrest/engine.ts";
import type { Observation } from "../../../src/postgrest/observation.ts";
import type { Step } from "../../../src/trace/step.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";

const SECRET = "a-secret-of-more-than-thirty-two-bytes";
let database: TestDatabase;
let engine: Engine;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(`
    create schema api;
    create table api.note (id int primary key generated always as identity, owner text, body text);
    insert into api.note (owner, body) values ('ann', 'one'), ('ann', 'two'), ('bob', 'three');
    create function api.teapot() returns void language plpgsql as
      $$ begin
        perform set_config('response.status', '418', true);
        perform set_config('response.headers', '[{"X-Greeting": "Grüße"}]', true);
      end $$;
    create function api.claims() returns json language sql stable as
      $$ select current_setting('request.jwt.claims', true)::json $$;
    create domain api."image/x-raw" as bytea;
    create function api.image() returns api."image/x-raw" language sql stable as $$ select '\\x00ff8001'::bytea $$`);
  engine = await start();
});

afterAll(async () => {
  await engine.close();
  await database.drop();
});

function start(env: Record<string, string> = {}, version: PostgrestVersion = "12.2", log?: (o: Observation) => void) {
  const whole = {
    PGRST_DB_URI: database.url,
    PGRST_DB_SCHEMAS: "api",
    PGRST_DB_ANON_ROLE: "postgres",
    PGRST_JWT_SECRET: SECRET,
    ...env,
  };
  const dialect = dialects[version];
  return createEngine({
    config: readConfig({ env: whole }, dialect),
    version,
    readConfig: configReader({ env: whole }, dialect),
    ...(log === undefined ? {} : { log }),
  });
}

interface Asked {
  readonly method?: string;
  readonly headers?: HeaderList;
  readonly body?: string;
  readonly on?: Engine;
  readonly observe?: (step: Step) => void;
}

function ask(target: string, { method = "GET", headers = [], body = "", on = engine, observe }: Asked = {}) {
  const [path = "", query = ""] = target.split("?");
  return on.handle({ method, path, query, headers, body: Buffer.from(body) }, observe);
}

const json = ({ body }: { body: Buffer | string }): unknown => JSON.parse(body.toString());

function token(claims: object): HeaderList {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256" })}.${encode(claims)}`;
  return [["Authorization", `Bearer ${signed}.${createHmac("sha256", SECRET).update(signed).digest("base64url")}`]];
}

describe("the engine", () => {
  it("reads, and names itself", async () => {
    const response = await ask("/note?select=body&owner=eq.ann&order=id");
    expect(response.status).toBe(200);
    expect(json(response)).toEqual([{ body: "one" }, { body: "two" }]);
    expect(header(response.headers, "server")).toBe("postgrest/12.2.12");
    expect(header(response.headers, "content-range")).toBe("0-1/*");
    expect(response.role).toBe("postgres");
  });

  it("sends bytes as they are", async () => {
    const response = await ask("/rpc/image", { headers: [["Accept", "image/x-raw"]] });
    expect(response.body).toEqual(Buffer.from([0x00, 0xff, 0x80, 0x01]));
  });

  it("lets SQL see claims with all their digits", async () => {
    const response = await ask("/rpc/claims", { headers: token({ role: "postgres", id: 1, aud: ["a"] }) });
    expect(response.body.toString()).toBe('{"aud":"a","id":1,"role":"postgres"}');
  });

  it("lets SQL choose status and headers, their values as UTF-8 bytes", async () => {
    const response = await ask("/rpc/teapot", { method: "POST" });
    expect(response.status).toBe(418);
    expect(response.headers.at(-1)).toEqual(["X-Greeting", Buffer.from("Grüße").toString("latin1")]);
  });

  it("keeps nothing of a write whose rows are not as asked", async () => {
    const response = await ask("/note?owner=eq.ann", {
      method: "PATCH",
      headers: [
        ["Accept", "application/vnd.pgrst.object+json"],
        ["Prefer", "return=representation"],
        ["Content-Type", "application/json"],
      ],
      body: '{"body":"changed"}',
    });
    expect(response.status).toBe(406);
    expect(json(response)).toMatchObject({ code: "PGRST116", details: "The result contains 2 rows" });
    expect(json(await ask("/note?body=eq.changed"))).toEqual([]);
  });

  it("guesses a total when asked to plan", async () => {
    const response = await ask("/note?owner=eq.ann", { headers: [["Prefer", "count=planned"]] });
    expect(header(response.headers, "content-range")).toMatch(/^0-1\/\d+$/);
    const estimated = await ask("/note", { headers: [["Prefer", "count=estimated"]] });
    expect(header(estimated.headers, "content-range")).toMatch(/^0-2\/\d+$/);
  });

  it("times its phases when asked to, and echoes the trace header", async () => {
    const own = await start({ PGRST_SERVER_TIMING_ENABLED: "true", PGRST_SERVER_TRACE_HEADER: "X-Request-Id" });
    const { headers } = await ask("/note", { on: own, headers: [["x-request-id", "abc"]] });
    expect(header(headers, "server-timing")).toMatch(
      /^jwt;dur=[\d.]+, parse;dur=[\d.]+, plan;dur=[\d.]+, transaction;dur=[\d.]+, response;dur=[\d.]+$/,
    );
    expect(header(headers, "X-Request-Id")).toBe("abc");
    await own.close();
  });

  it("leaves the web server's own 500 without the headers of PostgREST", async () => {
    const own = await start({ PGRST_SERVER_TRACE_HEADER: "X-Request-Id" });
    const { status, headers, body } = await ask("/note?id=eq.%FF", {
      on: own,
      headers: [["Origin", "https://a.test"]],
    });
    expect([status, body.toString()]).toEqual([500, "Something went wrong"]);
    expect(headers.map(([name]) => name)).toEqual(["Server", "Content-Type"]);
    await own.close();
  });

  it("describes the schema", async () => {
    const document = json(await ask("/")) as { paths: object; definitions: object };
    expect(Object.keys(document.paths).sort()).toEqual(["/", "/note", "/rpc/claims", "/rpc/image", "/rpc/teapot"]);
    expect(Object.keys(document.definitions)).toEqual(["note"]);
  });

  it("describes nothing when that is switched off", async () => {
    const own = await start({ PGRST_OPENAPI_MODE: "disabled" });
    const response = await ask("/", { on: own });
    expect(response.status).toBe(404);
    await own.close();
  });
});

describe("the trace of a request", () => {
  const steps = async (target: string, asked: Asked = {}): Promise<Step[]> => {
    const seen: Step[] = [];
    await ask(target, { ...asked, observe: (step) => seen.push(step) });
    return seen;
  };

  it("has a step per phase, the SQL among them", async () => {
    const seen = await steps("/note?owner=eq.ann");
    expect(seen.map(({ code }) => code)).toEqual([
      "auth.anonymous",
      "request.relation-read",
      "plan.read",
      "statement.sent",
      "transaction.committed",
      "response.200",
    ]);
    expect(seen[3]?.evidence).toMatchObject({
      role: "postgres",
      readOnly: true,
      statements: [{ role: "context" }, { role: "main", parameters: ["ann"] }],
    });
    expect(seen[4]?.evidence).toMatchObject({ rows: 2n, end: "commit" });
  });

  it("ends where the request was refused", async () => {
    const denied = await steps("/note?nope=eq.1");
    expect(denied.at(-1)).toMatchObject({
      layer: "transaction",
      outcome: "refused",
      code: "transaction.42703",
      evidence: { sqlState: "42703", role: "postgres" },
    });
    expect((await steps("/note?id=foo.1")).at(-1)).toMatchObject({ layer: "request", code: "request.pgrst100" });
    expect((await steps("/note?select=*,nope(*)")).at(-1)).toMatchObject({ layer: "plan", code: "plan.pgrst200" });
    expect((await steps("/note", { headers: [["Authorization", "Bearer x"]] })).at(-1)).toMatchObject({
      layer: "auth",
      outcome: "refused",
      code: "auth.pgrst301",
    });
  });
});

describe("without a database", () => {
  const nowhere = { PGRST_DB_URI: "postgres://nobody@127.0.0.1:1/nothing" };

  it("12.2 answers 503 at once and says what it is trying", async () => {
    const log: Observation[] = [];
    const own = await start(nowhere, "12.2", (observation) => log.push(observation));
    const response = await ask("/note", { on: own });
    expect(response.status).toBe(503);
    expect(json(response)).toMatchObject({ code: "PGRST002" });
    expect(header(response.headers, "retry-after")).toBe("0");
    expect(log.map(({ kind }) => kind)).toEqual([
      "connecting",
      "version-query-failed",
      "settings-failed",
      "role-settings-failed",
      "config-reloaded",
      "schema-cache-failed",
      "reconnecting",
    ]);
    await own.close();
  });

  it("still answers a preflight and refuses a bad token", async () => {
    const own = await start(nowhere);
    const preflight: HeaderList = [
      ["Origin", "https://a.test"],
      ["Access-Control-Request-Method", "GET"],
    ];
    expect((await ask("/note", { method: "OPTIONS", headers: preflight, on: own })).status).toBe(200);
    expect((await ask("/note", { headers: [["Authorization", "Bearer x"]], on: own })).status).toBe(401);
    await own.close();
  });
});

describe("a reload", () => {
  it("makes new tables known", async () => {
    await database.query("create table api.fresh (id int references api.note)");
    expect(json(await ask("/fresh?select=*,note(*)"))).toMatchObject({ code: "PGRST200" });
    await engine.reloadSchemaCache();
    expect((await ask("/fresh?select=*,note(*)")).status).toBe(200);
  });

  it("takes settings from the database, and keeps the old ones when they are invalid", async () => {
    const role = `authenticator_${database.name}`;
    await database.query(`create role ${role} login superuser`);
    const log: Observation[] = [];
    const own = await start({ PGRST_DB_URI: database.urlFor(role) }, "12.2", (observation) => log.push(observation));
    await database.query(`alter role ${role} in database ${database.name} set pgrst.db_max_rows = '1'`);
    await own.reloadConfig();
    expect(json(await ask("/note", { on: own }))).toHaveLength(1);
    await database.query(`alter role ${role} in database ${database.name} set pgrst.openapi_mode = 'nonsense'`);
    await own.reloadConfig();
    expect(own.config.dbMaxRows).toBe(1n);
    expect(log.at(-1)).toMatchObject({ kind: "config-invalid" });
    await own.close();
    await database.query(`drop owned by ${role}`);
    await database.query(`drop role ${role}`);
  });
});
