/**
 * Every symptom of the guides' tables of errors, brought about over HTTP, in both modes on one stack. Whole answers:
 * status, headers and body.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answersOf, forbidden, problem, violates } from "../support/answers.ts";
import { type Ask, type Service, startService, type Told } from "../support/service.ts";

/** What the guides warn of, on top of the demo. Passes both modes' push. */
const SYMPTOMS = `
create table plain (id int primary key, label text not null default '', ref uuid);
alter table plain enable row level security;
create policy plain_all on plain for all to authenticated using (true) with check (true);
revoke all on plain from anon;

create function add_note(body text) returns void language sql as 'insert into notes (body) values (body)';
create function add_profile(id text, display_name text) returns void language sql security definer
  as 'insert into profiles (id, display_name) values (id, display_name)';
create view all_notes as select id, body from notes;
create sequence tickets;
revoke all on sequence tickets from authenticated;
create function next_ticket() returns bigint language sql as $$ select nextval('tickets') $$;
`;

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const ask = (target: string, asked?: Ask) => service.ask(target, asked);
const rows = ({ body }: Told) => JSON.parse(body) as Record<string, unknown>[];

describe.each(["v2", "v1"] as const)("%s", (mode) => {
  const v1 = mode === "v1";
  const { common, error } = answersOf(mode);

  beforeAll(async () => {
    await service.stack.switchMode(mode);
    await service.push(SYMPTOMS);
  });

  describe("403 42501", () => {
    test.each<[string, string, Ask, () => Told]>([
      ["no GRANT", "/audit_log", {}, () => error(403, forbidden("table audit_log"))],
      [
        "an owner that is not the caller, on insert",
        "/notes",
        { method: "POST", body: { owner_id: "user_2bob00000000000000000000000", body: "x" } },
        () => error(403, violates("notes")),
      ],
      [
        "the same on update",
        "/notes?body=eq.Buy oat milk",
        { method: "PATCH", body: { owner_id: "user_2bob00000000000000000000000" } },
        () => error(403, violates("notes")),
      ],
      [
        "a sequence without USAGE",
        "/rpc/next_ticket",
        { method: "POST" },
        () => error(403, forbidden("sequence tickets")),
      ],
      [
        "v2 grants no more than SELECT by itself, v1 grants everything",
        "/plain",
        { method: "POST", body: { id: 1 } },
        () =>
          v1
            ? { status: 201, headers: { ...common, "content-range": "*/*" }, body: "" }
            : error(403, forbidden("table plain")),
      ],
      [
        "SECURITY DEFINER is no way round FORCE ROW LEVEL SECURITY on v2",
        "/rpc/add_profile",
        { method: "POST", body: { id: "someone-else", display_name: "Else" } },
        () =>
          v1
            ? { status: 204, headers: { ...common, "content-range": "0-0/*" }, body: "" }
            : error(403, violates("profiles")),
      ],
    ])("%s", async (_, target, asked, told) => {
      expect(await ask(target, { as: "alice", ...asked })).toEqual(told());
    });

    test.runIf(v1)("v1 takes any role for its word, and authenticator may not enter the schema", async () => {
      const token = service.token("alice", { claims: { role: "authenticator" } });
      expect(await ask("/notes", { token })).toEqual(error(403, forbidden("schema api")));
    });
  });

  test("a view runs as its owner: too much on v1, nothing at all on v2", async () => {
    expect(rows(await ask("/all_notes", { as: "carol" }))).toHaveLength(v1 ? 3 : 0);
  });

  describe("401", () => {
    const refusal = (message: string): Told => ({
      status: 401,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ error: message }),
    });
    const challenge = (description: string) => `Bearer error="invalid_token", error_description="${description}"`;
    const anonymous = () => error(401, forbidden("table notes"), { "www-authenticate": "Bearer" });
    const rejected = (message: string) =>
      error(401, problem("PGRST301", message), { "www-authenticate": challenge(message) });

    test.each<[string, Record<string, string>]>([
      ["no Authorization", {}],
      ["an empty one", { authorization: "Bearer " }],
      ["another scheme", { authorization: "Basic YTpi" }],
      ["only an apikey", { apikey: "whatever" }],
    ])("%s", async (_, headers) => {
      expect(await ask("/notes", { headers })).toEqual(v1 ? anonymous() : refusal("authorization required"));
    });

    test.each([
      ["expired", "JWT expired"],
      ["wrong-secret", "JWSError JWSInvalidSignature"],
      ["alg-none", undefined],
    ])("a token that is %s", async (preset, message) => {
      const told = await ask("/notes", { token: service.token("alice", { preset }) });
      if (!v1) expect(told).toEqual(refusal("invalid or expired token"));
      else if (message !== undefined) expect(told).toEqual(rejected(message));
      else expect(told.status).toBe(401);
    });

    test("garbage", async () => {
      const message = "JWSError (CompactDecodeError Invalid number of parts: Expected 3 parts; got 1)";
      expect(await ask("/notes", { token: "garbage" })).toEqual(
        v1 ? rejected(message) : refusal("invalid or expired token"),
      );
    });

    test("no leeway on v2, half a minute on v1; sub is v2's demand alone", async () => {
      const late = service.token("alice", { expiresIn: -5 });
      expect((await ask("/notes", { token: late })).status).toBe(v1 ? 200 : 401);
      const subjectless = service.token("alice", { subject: null });
      const told = await ask("/notes", { token: subjectless });
      expect([told.status, told.body]).toEqual(v1 ? [200, "[]"] : [401, '{"error":"invalid or expired token"}']);
    });

    test("the role is nobody's business on v2; a role that v1's database has not is 400 there", async () => {
      const told = await ask("/notes?select=body", { token: service.token("bob", { claims: { role: "nonsense" } }) });
      if (v1) expect(told).toEqual(error(400, problem("22023", 'role "nonsense" does not exist')));
      else expect(rows(told)).toEqual([{ body: "Rehearse the talk" }]);
    });
  });

  describe("404 and 406", () => {
    const nowhere = () => error(404, problem("42P01", `relation "${service.schema}.nope" does not exist`));
    const empty = () => error(404, "{}");

    test.each<[string, string, Ask, () => Told]>([
      ["a table that is not there", "/nope", {}, nowhere],
      [
        "a function that is not there",
        "/rpc/xyz",
        {},
        () =>
          error(
            404,
            problem(
              "PGRST202",
              `Could not find the function ${service.schema}.xyz without parameters in the schema cache`,
              `Searched for the function ${service.schema}.xyz without parameters, but no matches were found in the schema cache.`,
            ),
          ),
      ],
      ["a trailing slash", "/notes/", {}, empty],
      ["a path too deep", "/a/b", {}, empty],
      ["OPTIONS on no table", "/nope", { method: "OPTIONS" }, empty],
    ])("%s", async (_, target, asked, told) => {
      expect(await ask(target, { as: "alice", ...asked })).toEqual(told());
    });

    test("/rest/v1 is cut off on v1 only", async () => {
      const told = await ask("/rest/v1/notes?select=body", { as: "bob" });
      if (v1) expect(rows(told)).toEqual([{ body: "Rehearse the talk" }]);
      else expect(told).toEqual(empty());
    });

    test("paths that look like a scanner's or a browser's are absorbed on v2", async () => {
      for (const target of ["/admin", "/admin-notes", "/notes.css"]) {
        const told = await ask(target);
        if (v1) expect(JSON.parse(told.body).code, target).toBe("42P01");
        else {
          const headers = { "content-type": "application/json" };
          expect(told, target).toEqual({ status: 404, headers, body: '{"error":"not found"}' });
        }
      }
    });

    test("a host that is nobody's", async () => {
      const wrong = [
        service.url.replace("d3e0d3e", "d3e0d3f"),
        service.url.replace("d3e0d3e", "d3e0d3"),
        service.url.replace("flux.localhost", "localhost"),
        // Only v1's edge overlooks a trailing dot.
        ...(v1 ? [] : [service.url.replace(".localhost", ".localhost.")]),
      ];
      for (const url of wrong) {
        const told = await ask(`${url}/notes`, { as: "alice" });
        expect([told.status, told.body]).toEqual([404, v1 ? "404 page not found\n" : '{"error":"tenant not found"}']);
      }
    });

    test("a foreign profile: refused on v1, overwritten on v2", async () => {
      const told = await ask("/notes?select=body", { as: "bob", headers: { "accept-profile": "auth" } });
      const message = "The schema must be one of the following: api, public";
      if (v1) expect(told).toEqual(error(406, problem("PGRST106", message)));
      else expect(rows(told)).toEqual([{ body: "Rehearse the talk" }]);
    });

    test("one object asked for, none there", async () => {
      const headers = { accept: "application/vnd.pgrst.object+json" };
      const told = await ask("/notes?id=eq.0", { as: "alice", headers });
      const message = "JSON object requested, multiple (or no) rows returned";
      expect([told.status, told.body]).toEqual([406, problem("PGRST116", message, "The result contains 0 rows")]);
    });

    test.each(["application/xml", "application/vnd.pgrst.plan+json"])("nobody speaks %s", async (accept) => {
      const told = await ask("/notes", { as: "alice", headers: { accept } });
      expect(told.status).toBe(v1 ? 415 : 406);
      expect(JSON.parse(told.body)).toMatchObject({
        code: "PGRST107",
        message: expect.stringContaining("None of these media types are available: application/"),
      });
    });
  });

  describe("the request's own mistakes", () => {
    test.each<[number, string, string, string, Ask]>([
      [400, "42703", "column notes.nope does not exist", "/notes?nope=eq.1", {}],
      [400, "PGRST102", "Empty or invalid json", "/notes", { method: "POST", body: "{" }],
      [
        400,
        "23502",
        'null value in column "body" of relation "notes" violates not-null constraint',
        "/notes",
        { method: "POST", body: {} },
      ],
      [
        409,
        "23505",
        'duplicate key value violates unique constraint "profiles_pkey"',
        "/profiles",
        { method: "POST", body: { display_name: "Alice again" } },
      ],
      [400, "22P02", 'invalid input syntax for type uuid: "x"', "/plain?ref=eq.x", {}],
      [400, "PGRST100", '"failed to parse filter (foo.abc)" (line 1, column 1)', "/notes?body=foo.abc", {}],
      [405, "25006", "cannot execute INSERT in a read-only transaction", "/rpc/add_note?body=x", {}],
      [405, "PGRST117", "Unsupported HTTP method: PROPFIND", "/notes", { method: "PROPFIND" }],
    ])("%i %s %s", async (status, code, message, target, asked) => {
      const told = await ask(target, { as: "alice", ...asked });
      expect([told.status, JSON.parse(told.body)]).toEqual([status, expect.objectContaining({ code, message })]);
    });

    test("416: an offset beyond the rows that were counted", async () => {
      const told = await ask("/notes?offset=5", { as: "alice", headers: { prefer: "count=exact" } });
      expect([told.status, told.headers["content-range"]]).toEqual([416, "*/2"]);
      expect(JSON.parse(told.body)).toMatchObject({ code: "PGRST103", message: "Requested range not satisfiable" });
    });
  });
});
