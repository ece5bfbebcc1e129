import { createHmac } from "node:crypto";
import { A, own, type Scenarios } from "./scenario.ts";

const as = "alice";
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
/** Signed with a secret that nobody knows here. */
function token(header: object, claims: object = { sub: "x" }): string {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${createHmac("sha256", "elsewhere").update(input).digest("base64url")}`;
}
const bearing = (Authorization: string) => ({ path: "/n", headers: { Authorization } });
const HS256 = token({ alg: "HS256" });
const both = (code: string) => [code];
/** What v1 runs as anon instead. */
const anonymous = (code: string) => ({ v2: [code], v1: ["role.anonymous"] });

export const requests: Scenarios = {
  tokens: {
    sql: `create table n (id int primary key, owner text); ${own("n")} grant select, insert on n to authenticated;`,
    seed: `insert into n values (1, '${A}')`,
    asks: [
      { path: "/n", as, codes: ["ok.rows"] },
      { path: "/n", codes: anonymous("token.missing"), mended: { as } },
      { path: "/n", headers: { apikey: "x" }, codes: anonymous("token.missing"), says: "apikey" },
      { ...bearing("Basic YTpi"), codes: anonymous("token.scheme") },
      { ...bearing("Bearer "), codes: anonymous("token.empty") },
      { ...bearing(HS256), codes: anonymous("token.scheme"), says: "without the word Bearer" },
      { ...bearing("Bearer undefined"), codes: both("token.malformed"), says: "undefined" },
      { ...bearing("Bearer a.b.c.d"), codes: both("token.malformed"), says: "4 parts" },
      { ...bearing(`Bearer "${HS256}"`), codes: both("token.malformed"), says: "in quotes" },
      { ...bearing(`Bearer Bearer ${HS256}`), codes: both("token.malformed"), says: "twice" },
      { ...bearing(`bearer ${HS256}`), codes: both("token.signature") },
      { ...bearing(`Bearer ${token({ alg: "none" })}`), codes: both("token.algorithm") },
      { ...bearing(`Bearer ${token({ alg: "HS512" })}`), codes: both("token.algorithm") },
      {
        ...bearing(`Bearer ${token({ alg: "RS256", kid: "k" }, { sub: "x", sid: "s", iss: "https://x" })}`),
        codes: both("token.session-token"),
        says: "template",
      },
      { path: "/n", as, expiresIn: -10, codes: { v2: ["token.expired"], v1: ["ok.rows"] }, says: "10 s" },
      { path: "/n", as, expiresIn: -3600, codes: both("token.expired"), mended: { expiresIn: 60 } },
      { path: "/n", as, claims: { nbf: 99_999_999_999 }, codes: both("token.not-yet-valid") },
      { path: "/n", as, claims: { iat: 99_999_999_999 }, codes: { v2: ["ok.rows"], v1: ["token.issued-in-future"] } },
      { path: "/n", as, claims: { exp: "1999999999" }, codes: both("token.claim-type"), says: "exp" },
      { path: "/n", as, claims: { aud: "other" }, codes: ["ok.rows"] },
      { path: "/n", as, claims: { sub: 42 }, codes: { v2: ["token.subject-missing"], v1: ["token.claim-type"] } },
      { path: "/n", as, claims: { sub: "  " }, modes: ["v2"], codes: ["token.subject-blank"] },
      { path: "/n", as, claims: { role: "hero" }, codes: { v2: ["ok.rows"], v1: ["role.unknown"] } },
      { path: "/n", as, drop: ["role"], codes: { v2: ["ok.rows"], v1: ["role.anonymous"] } },
      {
        path: "/n",
        as,
        claims: { role: "authenticator" },
        modes: ["v1"],
        codes: ["grants.schema", "grants.table", "policies.other-role"],
        says: "Issue tokens with role: authenticated",
      },
      { path: "/n", as, claims: { sub: "" }, modes: ["v1"], codes: ["policies.claim-missing"], says: "sub is empty" },
      { ...bearing("Bearer sk_test_abc"), codes: both("token.malformed"), says: "a key of the identity provider" },
      { path: "/n", as, claims: { role: "postgres" }, codes: { v2: ["ok.rows"], v1: ["ok.row-security-bypassed"] } },
      { path: "/n", key: "anon", codes: anonymous("token.subject-missing"), says: "key" },
    ],
  },
  "paths, names and queries": {
    sql: `create table "Todo" (id int primary key, "ownerId" text); alter table "Todo" enable row level security; create policy p on "Todo" using ("ownerId" = auth.uid()); grant select on "Todo" to authenticated;`,
    seed: `insert into "Todo" values (1, '${A}'); create table late (id int); create schema if not exists extra; create table if not exists extra.far (id int)`,
    asks: [
      { path: "/Todo", as, codes: ["ok.rows"] },
      {
        path: "/todo",
        as,
        codes: ["schema.unknown-table"],
        says: `Did you mean \\"Todo\\"?`,
        mended: { path: "/Todo" },
      },
      { path: "/Todo?ownerid=eq.x", as, codes: ["schema.unknown-column"], says: `Did you mean \\"ownerId\\"?` },
      { path: "/far", as, codes: ["schema.other-schema"], says: "extra" },
      { method: "POST", path: "/late", as, body: { id: 1 }, codes: ["schema.stale-cache"] },
      { path: "/v1.far", as, codes: ["schema.unknown-table"], says: `\\"v1.far\\"` },
      {
        path: "/Todo",
        as,
        headers: { "Accept-Profile": "extra" },
        codes: { v2: ["ok.profile-ignored"], v1: ["schema.profile"] },
      },
      { path: "/Todo?id=5", as, codes: ["request.query"], says: "Write id=eq.5", mended: { path: "/Todo?id=eq.1" } },
      { path: "/Todo?apikey=abc", as, codes: ["request.query"], says: "Leave apikey out" },
      { path: "/Todo?limit=-1", as, codes: ["request.range"], says: "limit=0 or more" },
      {
        path: "/Todo",
        as,
        headers: { Range: "5-2", "Range-Unit": "items" },
        codes: ["request.range"],
        says: "the lower row first",
      },
      { path: "/Todo/1", as, codes: ["request.path"] },
      { path: "/Todo", as, headers: { Accept: "application/xml" }, codes: ["request.media-type"] },
      { path: "/rest/v1/Todo", as, codes: { v2: ["request.rest-prefix"], v1: ["ok.rows"] } },
      { path: "/admin", as, codes: { v2: ["edge.absorbed"], v1: ["schema.unknown-table"] } },
      { path: "/styles.css", as, codes: { v2: ["edge.absorbed"], v1: ["schema.unknown-table"] } },
      { path: "//Todo", as, codes: { v2: ["upstream.double-slash"], v1: ["ok.rows"] } },
      { method: "TRACE", path: "/Todo", as, codes: { v2: ["upstream.method"], v1: ["request.method"] } },
      { method: "FOO", path: "/Todo", as, codes: { v2: ["edge.method"], v1: ["request.method"] } },
      {
        method: "OPTIONS",
        path: "/Todo",
        headers: { Origin: "http://localhost:3000", "Access-Control-Request-Method": "GET" },
        codes: { v2: ["token.preflight"], v1: ["edge.origin"] },
      },
    ],
  },
};
