/** Refused before SQL had a say: tokens, paths, names. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Claims } from "../../../src/tokens/jws.ts";
import { signJws } from "../../../src/tokens/jws.ts";
import { type Bench, startBench } from "../../support/explain.ts";

const sql = `
  create table rooms (id int primary key, name text);
  create table bookings (id int primary key, room int references rooms, guest text, note text);
  create table guests (id text primary key);
  alter table rooms enable row level security; alter table bookings enable row level security;
  alter table guests enable row level security;
  create policy a on rooms using (true); create policy b on bookings using (true); create policy c on guests using (true);
  grant select, insert, update, delete on rooms, bookings, guests to authenticated;
  create function free_rooms(since date, until date default null) returns setof rooms language sql stable as 'select * from rooms';
  create function book(n int) returns int language sql as 'insert into rooms values (n, null) returning id';`;

describe.each(["v2", "v1"] as const)("%s", (mode) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(mode);
    await bench.become({
      sql,
      seed: "insert into rooms values (1, 'A'); create schema if not exists office; create table office.desks (id int)",
    });
  });
  afterAll(() => bench.close());

  const now = () => Math.floor(Date.now() / 1000);
  const secret = () => bench.emulator.secrets.project[mode];
  const bearer = async (token: string) => bench.why({ path: "/rooms", headers: { Authorization: `Bearer ${token}` } });
  const signed = (claims: Claims, key: string | Uint8Array = secret()) =>
    bearer(signJws({ alg: "HS256" }, { sub: "u", role: "authenticated", ...claims }, key));

  describe("tokens", () => {
    it("expired, by how much", async () => {
      const { status, diagnosis } = await signed({ exp: now() - 200 });
      expect([status, diagnosis.code, diagnosis.layer]).toEqual([401, "token.expired", "token"]);
      expect(diagnosis.title).toMatch(/^The token expired 3 min (19|2\d) s ago\.$/);
    });

    it("not yet valid, and within the leeway of the mode", async () => {
      expect((await signed({ nbf: now() + 300 })).diagnosis.code).toBe("token.not-yet-valid");
      const within = await signed({ exp: now() - 10 });
      expect(within.diagnosis.code).toBe(mode === "v2" ? "token.expired" : "ok.rows");
    });

    it("another secret: recognised, bent, or unknown", async () => {
      const { pool, project } = bench.emulator.secrets;
      expect((await signed({}, pool)).diagnosis).toMatchObject({ code: "token.other-secret" });
      expect((await signed({}, pool)).diagnosis.title).toContain("the pool's secret");
      const other = await signed({}, project[mode === "v1" ? "v2" : "v1"]);
      expect(other.diagnosis.code).toBe("token.other-secret");
      expect((await signed({}, Buffer.from(secret(), "base64"))).diagnosis.code).toBe("token.base64-secret");
      const newline = await signed({}, `${secret()}\n`);
      expect(newline.diagnosis.title).toContain("with a line break at its end");
      expect((await signed({}, "something else")).diagnosis.code).toBe("token.signature");
    });

    it("another algorithm, no algorithm, no token at all", async () => {
      const none = await bearer(signJws({ alg: "none" }, { sub: "u", role: "authenticated" }));
      expect(none.diagnosis.code).toBe("token.algorithm");
      const session = await bench.why({ path: "/rooms", as: "alice", session: true });
      expect(session.diagnosis.code).toBe("token.session-token");
      expect((await bearer("undefined")).diagnosis).toMatchObject({ code: "token.malformed" });
      expect((await bearer("undefined")).said).toContain('It is the word \\"undefined\\"');
      expect((await bearer("a.b.c")).diagnosis.code).toBe("token.malformed");
    });

    it("claims of the wrong type", async () => {
      expect((await signed({ exp: "tomorrow" })).diagnosis.code).toBe("token.claim-type");
    });

    it("keeps tokens and secrets to itself", async () => {
      const token = signJws({ alg: "HS256" }, { sub: "u" }, "other");
      const { said } = await bearer(token);
      expect(said).not.toContain(token);
      expect(said).not.toContain(secret());
    });
  });

  describe("names", () => {
    it("unknown tables, with what was meant", async () => {
      const { status, diagnosis } = await bench.why({ path: "/room", as: "alice" });
      expect([status, diagnosis.code]).toEqual([404, "schema.unknown-table"]);
      expect(diagnosis.fix?.text).toBe("Did you mean rooms?");
      const write = await bench.why({ method: "POST", path: "/nothing", as: "alice", body: {} });
      expect(write.diagnosis.code).toBe("schema.unknown-table");
    });

    it("a table in another schema", async () => {
      const { diagnosis } = await bench.why({ path: "/desks", as: "alice" });
      expect(diagnosis.code).toBe("schema.other-schema");
      expect(diagnosis.title).toContain("is in schema office");
      expect(diagnosis.fix?.sql).toContain("ALTER TABLE office.desks SET SCHEMA");
    });

    it("unknown columns", async () => {
      const read = await bench.why({ path: "/bookings?guests=eq.x", as: "alice" });
      expect(read.diagnosis.code).toBe("schema.unknown-column");
      expect(read.diagnosis.fix?.text).toContain("guest");
      const write = await bench.why({ method: "POST", path: "/rooms", as: "alice", body: { id: 5, nam: "x" } });
      expect(write.diagnosis).toMatchObject({ code: "schema.unknown-column", fix: { text: "Did you mean name?" } });
    });

    it("functions", async () => {
      const unknown = await bench.why({ path: "/rpc/free_room", as: "alice" });
      expect(unknown.diagnosis).toMatchObject({
        code: "schema.unknown-function",
        fix: { text: "Did you mean free_rooms?" },
      });
      const wrong = await bench.why({ path: "/rpc/free_rooms?from=2026-01-01", as: "alice" });
      expect(wrong.diagnosis.code).toBe("schema.function-arguments");
      expect(wrong.diagnosis.because.join()).toMatch(/Missing: since.*Not among its arguments: from/);
      const right = await bench.why({ path: "/rpc/free_rooms?since=2026-01-01", as: "alice" });
      expect(right.diagnosis.code).toBe("ok.called");
      const get = await bench.why({ path: "/rpc/book?n=4", as: "alice" });
      expect([get.status, get.diagnosis.code]).toEqual([405, "sql.read-only"]);
    });

    it("relationships", async () => {
      const none = await bench.why({ path: "/bookings?select=id,guests(id)", as: "alice" });
      expect(none.diagnosis.code).toBe("schema.no-relationship");
      const there = await bench.why({ path: "/bookings?select=id,rooms(name)", as: "alice" });
      expect(there.diagnosis.code).toBe("rows.none");
    });

    it("what PostgREST has not noticed yet", async () => {
      await bench.run(
        "alter table rooms add column floor int; create function later() returns int language sql as 'select 1'; alter table bookings add foreign key (guest) references guests",
      );
      const column = await bench.why({ method: "POST", path: "/rooms", as: "alice", body: { id: 8, floor: 1 } });
      expect(column.diagnosis.code).toBe("schema.stale-cache");
      const fn = await bench.why({ method: "POST", path: "/rpc/later", as: "alice", body: {} });
      expect(fn.diagnosis.code).toBe("schema.stale-cache");
      const relationship = await bench.why({ path: "/bookings?select=id,guests(id)", as: "alice" });
      expect(relationship.diagnosis.code).toBe("schema.stale-cache");
      await bench.emulator.reload();
      const noticed = await bench.why({ path: "/bookings?select=id,guests(id)", as: "alice" });
      expect(noticed.diagnosis.code).toBe("rows.none");
    });
  });

  it.each([
    ["/rooms?id=5", "request.query"],
    ["/rooms?select=id,bookings(id)&guests.id=eq.1", "request.embed"],
    ["/a/b", "request.path"],
    ["/rooms/", "request.path"],
  ])("%s", async (path, code) => {
    const { diagnosis } = await bench.why({ path, as: "alice" });
    expect(diagnosis.code).toBe(code);
  });

  it("bodies, methods, media types", async () => {
    const body = await bench.why({
      method: "POST",
      path: "/rooms",
      as: "alice",
      body: "{",
      headers: { "Content-Type": "application/json" },
    });
    expect(body.diagnosis.code).toBe("request.body");
    const method = await bench.why({ method: "DELETE", path: "/rpc/book", as: "alice" });
    expect(method.diagnosis.code).toBe("request.method");
    const media = await bench.why({ path: "/rooms", as: "alice", headers: { Accept: "application/xml" } });
    expect(media.diagnosis.code).toBe("request.media-type");
    const put = await bench.why({ method: "PUT", path: "/rooms?name=eq.A", as: "alice", body: { id: 1, name: "A" } });
    expect(put.diagnosis.code).toBe("request.put");
  });

  it("a full answer is ok, and says so", async () => {
    const { diagnosis } = await bench.why({ path: "/rooms", as: "alice" });
    expect(diagnosis).toMatchObject({ code: "ok.rows", also: [], notes: [] });
    expect(diagnosis.ladder.every(({ outcome }) => outcome === "passed")).toBe(true);
    const root = await bench.why({ path: "/", as: "alice" });
    expect(root.diagnosis.code).toBe("ok.answered");
  });
});

describe("only v2", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench("v2");
    await bench.become({ sql, seed: "insert into rooms values (1, 'A')" });
  });
  afterAll(() => bench.close());

  it.each([
    [{ path: "/rooms" }, "token.missing"],
    [{ path: "/rooms", headers: { Authorization: "Basic abc" } }, "token.scheme"],
    [{ path: "/rooms", headers: { Authorization: "Bearer " } }, "token.empty"],
    [{ path: "/admin" }, "edge.absorbed"],
    [{ path: "/style.css" }, "edge.absorbed"],
    [{ path: "/health" }, "ok.answered"],
    [{ path: "/rest/v1/rooms", as: "alice" }, "request.rest-prefix"],
    [{ path: "/rooms", as: "alice", headers: { Host: "rooms.example.com" } }, "host.unknown"],
    [{ path: "/rooms", as: "alice", headers: { Expect: "100-continue" } }, "upstream.expect"],
    [{ method: "TRACE", path: "/rooms", as: "alice" }, "upstream.method"],
    [{ path: "/rooms", as: "alice", headers: { "Accept-Profile": "public" } }, "ok.profile-ignored"],
    [
      {
        method: "OPTIONS",
        path: "/rooms",
        headers: { Origin: "https://app.example.com", "Access-Control-Request-Method": "GET" },
      },
      "token.preflight",
    ],
  ])("%o", async (request, code) => {
    const { diagnosis } = await bench.why(request);
    expect(diagnosis.code).toBe(code);
    expect(diagnosis.title).not.toBe("");
  });
});

describe("only v1", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench("v1");
    await bench.become({ sql });
  });
  afterAll(() => bench.close());

  it.each([
    [{ path: "/rooms", as: "alice", headers: { "Accept-Profile": "private" } }, "schema.profile"],
    [{ path: "/rest/v1/rooms", as: "alice" }, "rows.none"],
    [
      {
        method: "OPTIONS",
        path: "/rooms",
        headers: { Origin: "https://evil.example.com", "Access-Control-Request-Method": "GET" },
      },
      "edge.origin",
    ],
    [
      {
        method: "OPTIONS",
        path: "/rooms",
        headers: { Origin: "http://localhost:3001", "Access-Control-Request-Method": "GET" },
      },
      "ok.answered",
    ],
  ])("%o", async (request, code) => {
    const { diagnosis } = await bench.why(request);
    expect(diagnosis.code).toBe(code);
  });
});
