/**
 * What Flux's guides teach, asked of the demo over HTTP, in both modes on one stack: private notes, public profiles,
 * posts, the organisation's documents, a view, and what a push refuses. Whole answers: status, headers and body.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answersOf, problem, violates } from "../support/answers.ts";
import { type Ask, type Service, startService, type Told } from "../support/service.ts";

const ALICE = "user_2alice000000000000000000000";
const BOB = "user_2bob00000000000000000000000";

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const ask = (target: string, asked?: Ask) => service.ask(target, asked);
const rows = ({ body }: Told) => JSON.parse(body) as Record<string, unknown>[];

describe.each(["v2", "v1"] as const)("%s", (mode) => {
  const v1 = mode === "v1";
  const { common, untyped, error } = answersOf(mode);
  const json = () => ({
    ...common,
    "content-type": "application/json; charset=utf-8",
    "content-profile": service.schema,
  });

  beforeAll(() => service.stack.switchMode(mode));

  test("the four lines that up prints answer as they say", async () => {
    const examples = await service.stack.examples();
    expect(examples.map(({ kind }) => kind)).toEqual(["rows", "empty", "forbidden", "unauthenticated"]);
    for (const { method, path, token, status, code } of examples) {
      const { status: given, body } = await ask(path, { method, ...(token === undefined ? {} : { token }) });
      expect([path, given, body.startsWith("{") ? JSON.parse(body).code : undefined]).toEqual([path, status, code]);
    }
  });

  test("the first request of the guides: a user's own notes", async () => {
    expect(await ask("/notes?select=owner_id,body", { as: "bob" })).toEqual({
      status: 200,
      headers: { ...json(), "content-range": "0-0/*", "content-location": "/notes?select=owner_id%2Cbody" },
      body: JSON.stringify([{ owner_id: BOB, body: "Rehearse the talk" }]),
    });
    const all = rows(await ask("/notes?select=*&limit=10", { as: "alice" }));
    expect(all.map(({ owner_id, body }) => [owner_id, body])).toEqual([
      [ALICE, "Buy oat milk"],
      [ALICE, "Call the bank"],
    ]);
    expect(await ask("/notes?select=body", { as: "carol" })).toEqual({
      status: 200,
      headers: { ...json(), "content-range": "*/*", "content-location": "/notes?select=body" },
      body: "[]",
    });
  });

  test("a note is written, read, replaced, changed and deleted by its owner alone", async () => {
    const written = { ...common, "content-range": "*/*" };
    expect(await ask("/notes", { method: "POST", as: "carol", body: { body: "one" } })).toEqual({
      status: 201,
      headers: { ...written, ...untyped },
      body: "",
    });
    const added = await ask("/notes?select=id,owner_id,body", {
      method: "POST",
      as: "carol",
      body: { body: "two" },
      headers: { prefer: "return=representation" },
    });
    expect(added).toMatchObject({
      status: 201,
      headers: { ...json(), "content-range": "*/*", "preference-applied": "return=representation" },
    });
    const [note] = rows(added);
    expect(note).toEqual({ id: expect.any(Number), owner_id: expect.stringContaining("carol"), body: "two" });
    const path = `/notes?id=eq.${note!["id"]}`;

    expect(await ask(path, { method: "PATCH", as: "carol", body: { body: "three" } })).toEqual({
      status: 204,
      headers: { ...common, "content-range": "0-0/*" },
      body: "",
    });
    const missed = { status: 204, headers: { ...common, "content-range": "*/*" }, body: "" };
    expect(await ask(path, { method: "PATCH", as: "bob", body: { body: "mine" } })).toEqual(missed);
    const representation = await ask(path, {
      method: "PATCH",
      as: "bob",
      body: { body: "mine" },
      headers: { prefer: "return=representation" },
    });
    expect([representation.status, representation.body]).toEqual([200, "[]"]);
    expect((await ask(path, { method: "DELETE", as: "bob" })).status).toBe(204);
    expect(rows(await ask(`${path}&select=body`, { as: "carol" }))).toEqual([{ body: "three" }]);
    expect(await ask("/notes?id=gt.0", { method: "DELETE", as: "carol" })).toEqual(missed);
    expect((await ask("/notes", { as: "carol" })).body).toBe("[]");

    const profile = { id: BOB, display_name: "Bob", bio: "Brews.", updated_at: "2026-01-01T00:00:00Z" };
    const put = { method: "PUT", as: "bob", body: profile };
    expect((await ask(`/profiles?id=eq.${BOB}`, put)).status).toBe(204);
    expect(rows(await ask(`/profiles?id=eq.${BOB}&select=bio`, { as: "alice" }))).toEqual([{ bio: "Brews." }]);
  });

  test("posts with their authors and comments, a draft for its author only", async () => {
    const list = "/posts?select=title,author:profiles(display_name),comments(body)&order=id";
    const published = [
      {
        title: "Row security in practice",
        author: { display_name: "Alice" },
        comments: [{ body: "Well put." }],
      },
      { title: "Brewing at home", author: { display_name: "Bob" }, comments: [] },
    ];
    expect(rows(await ask(list, { as: "carol" }))).toEqual(published);
    expect(rows(await ask(list, { as: "alice" }))).toEqual([
      published[0],
      { title: "Unfinished thoughts", author: { display_name: "Alice" }, comments: [] },
      published[1],
    ]);
    expect(rows(await ask("/rpc/search_posts?query=clean&select=title", { as: "carol" }))).toEqual([
      { title: "Brewing at home" },
    ]);
    expect(rows(await ask("/my_notes?select=body,pinned", { as: "alice" }))).toEqual([
      { body: "Buy oat milk", pinned: true },
      { body: "Call the bank", pinned: false },
    ]);
  });

  test("the organisation's documents: v1 lets org_id through, v2 drops it and shows nothing", async () => {
    const token = service.token("alice", { organization: "acme" });
    const whoami = await ask("/rpc/whoami", { method: "POST", token, body: {} });
    const { uid, role, claims } = JSON.parse(whoami.body);
    expect(uid).toBe(ALICE);
    const documents = await ask("/documents?select=title&order=id", { token });
    const insert = await ask("/documents", { method: "POST", token, body: { title: "Hiring" } });
    if (v1) {
      expect([role, claims.org_id]).toEqual(["authenticated", "org_2acme0000000000000000000000"]);
      expect(documents.body).toBe('[{"title":"Roadmap"}, \n {"title":"Budget"}]');
      expect(insert.status).toBe(201);
    } else {
      const kept = ["email", "exp", "iat", "nbf", "role", "sub", "tenant_id"];
      expect([role, Object.keys(claims).sort()]).toEqual([service.schema.replace("_api", "_role"), kept]);
      expect([documents.status, documents.body]).toEqual([200, "[]"]);
      expect(insert).toEqual(error(403, violates("documents")));
    }
  });

  test("5 MB go through", async () => {
    const body = { body: "x".repeat(5 * 1024 * 1024) };
    expect((await ask("/notes", { method: "POST", as: "carol", body })).status).toBe(201);
    expect((await ask("/notes", { method: "DELETE", as: "carol" })).status).toBe(204);
  });

  test("OpenAPI at the root, with a token on v2", async () => {
    const told = await ask("/", { as: "alice" });
    expect(told).toMatchObject({
      status: 200,
      headers: {
        ...common,
        "content-type": "application/openapi+json; charset=utf-8",
        "content-profile": service.schema,
      },
    });
    const { info, paths } = JSON.parse(told.body);
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(["/", "/notes", "/rpc/whoami"]));
    if (!v1) expect(info.title).toBe(`tenant:${service.stack.info().projectId}`);
    expect((await ask("/")).status).toBe(v1 ? 200 : 401);
  });

  test("browsers: no preflight on v2, a short list of origins on v1", async () => {
    const preflight = (origin: string) =>
      ask("/notes", { method: "OPTIONS", headers: { origin, "access-control-request-method": "GET" } });
    const listed = await preflight("http://localhost:3001");
    const unlisted = await preflight("http://localhost:3000");
    if (v1) {
      const allow = "access-control-allow-origin";
      expect([listed.status, listed.headers[allow]]).toEqual([200, "http://localhost:3001"]);
      expect([unlisted.status, unlisted.headers[allow]]).toEqual([200, undefined]);
    } else {
      const headers = { "content-type": "application/json" };
      const told = { status: 401, headers, body: '{"error":"authorization required"}' };
      expect([listed, unlisted]).toEqual([told, told]);
    }
    const options = await ask("/notes", { method: "OPTIONS", as: "alice" });
    expect(options).toEqual({
      status: 200,
      headers: {
        ...common,
        ...untyped,
        allow: "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE",
        "access-control-allow-origin": "*",
      },
      body: "",
    });
  });

  test("PostgREST called past the edge", async () => {
    const { postgrestUrl } = service.stack.info();
    const direct = (headers: Record<string, string>) => fetch(`${postgrestUrl}/notes?select=body`, { headers });
    const token = service.token("bob");
    const profile = { "accept-profile": service.schema };
    const signedIn = await direct({ ...profile, authorization: `Bearer ${token}` });
    if (v1) return expect(await signedIn.json()).toEqual([{ body: "Rehearse the talk" }]);
    // The pool has a secret of its own, and a stranger there is authenticator, heir to every tenant's role.
    expect([signedIn.status, await signedIn.text()]).toEqual([
      401,
      problem("PGRST301", "JWSError JWSInvalidSignature"),
    ]);
    expect((await direct(profile)).status).toBe(200);
  });

  describe("push", () => {
    const uuidOwner = `
      create table owned (owner_id uuid);
      alter table owned enable row level security;
      create policy own on owned to authenticated using (owner_id = auth.uid());`;
    const seed = "insert into notes (owner_id, body) values ('nobody', 'x');";

    test.each<[string, string, { v1?: string; v2?: string }]>([
      [
        "a uuid owner",
        uuidOwner,
        { v1: "operator does not exist: uuid = text", v2: "operator does not exist: uuid = text" },
      ],
      ["a table in public", "create table public.hidden ();", { v2: "permission denied for schema public" }],
      ["text like SET ROLE", "/* set role */ select 1;", { v2: "disallowed privilege escalation statements" }],
      ["v1's roles", "grant select on notes to service_role;", { v2: 'role "service_role" does not exist' }],
      ["a table without row security", "create table open_t (id int);", { v1: "Refusing push: unrestricted write" }],
      ["a row where policies are forced", seed, { v2: 'row-level security policy for table "notes"' }],
    ])("%s", async (_, sql, { [mode]: refusal }) => {
      if (refusal === undefined) await service.push(sql);
      else await expect(service.push(sql)).rejects.toThrow(refusal);
    });

    test.runIf(v1)("a table in public is not in the API", async () => {
      const relation = problem("42P01", 'relation "api.hidden" does not exist');
      expect(await ask("/hidden", { as: "alice" })).toEqual(error(404, relation));
    });
  });
});
