import { A, B, merging, own, type Scenarios } from "./scenario.ts";

const as = "alice";
const post = { method: "POST", as } as const;
const refused = (path: string, says: string, mended?: string) => ({
  path,
  as,
  codes: ["request.query"],
  says,
  ...(mended === undefined ? {} : { mended: { path: mended } }),
});
const typed = (type: string) => ({ headers: { "Content-Type": type } });

/** Query strings and bodies as people write them, and what they should have written. */
export const queries: Scenarios = {
  "query strings": {
    modes: ["v2"],
    sql: `create table n (id int primary key, owner text default auth.uid(), t text, j jsonb); ${own("n")} create table kids (id int primary key, n int references n, owner text default auth.uid()); ${own("kids")}
      grant select, insert, update, delete on n, kids to authenticated;`,
    seed: `insert into n values (1, '${A}', 't1', '{"x": 3}'), (9, '${B}', 'b', null); insert into kids values (1, 1, '${A}')`,
    asks: [
      refused("/n?id=in.1,2", "Write the list in parentheses: id=in.(1,2)", "/n?id=in.(1,2)"),
      refused("/n?t=in.(a", "A parenthesis is not closed"),
      refused("/n?id=equals.1", "There is no operator equals", "/n?id=eq.1"),
      refused("/n?t=not.eq", "t=not.eq.value"),
      refused("/n?page=2", "limit and offset", "/n?limit=1&offset=0"),
      refused("/n?order=id.down", "order=column.desc", "/n?order=id.desc"),
      refused("/n?select=id,t(", "every parenthesis closed", "/n?select=id,t"),
      refused("/n?or=(id.eq.1,t.like.a", "A parenthesis is not closed"),
      refused("/n?or=id.eq.1", "Write or=(id.eq.1)", "/n?or=(id.eq.1)"),
      { path: "/n?id=eq.null", as, codes: ["sql.invalid-value"], says: "id=is.null" },
      { path: "/n?id=like.1*", as, codes: ["sql.error"], says: "integer has no such operator" },
      { path: "/n?j->>x=gt.5", as, codes: ["rows.filtered"], says: "j->>x=gt.5 matches nothing" },
      { path: "/public.n", as, codes: ["schema.unknown-table"], says: "Ask for /n", mended: { path: "/n" } },
      {
        path: "/n?select=id,kids!wrong(id)",
        as,
        codes: ["schema.no-relationship"],
        says: "kids!kids_n_fkey(…)",
        mended: { path: "/n?select=id,kids!kids_n_fkey(id)" },
      },
      {
        path: "/kids?select=id,n(id)&order=n(t)",
        as,
        codes: ["schema.unknown-column"],
        says: "which the embed does not select",
        mended: { path: "/kids?select=id,n(id,t)&order=n(t)" },
      },
      { path: "/n", as, headers: { Accept: "application/geo+json" }, codes: ["sql.error"], says: "PostGIS" },
      {
        ...post,
        path: "/n",
        body: { id: 9, t: "x" },
        ...merging,
        codes: ["policies.upsert"],
        says: "(bob)",
        mended: { body: { id: 1, t: "x" } },
      },
      { method: "PUT", as, path: "/n?id=eq.9", body: { id: 9, t: "x" }, codes: ["policies.upsert"], says: "(bob)" },
    ],
  },
  bodies: {
    sql: `create table n (id int primary key, owner text default auth.uid(), t text); ${own("n")} grant select, insert on n to authenticated;`,
    asks: [
      { ...post, path: "/n", body: "x", ...typed("application/xml"), codes: ["request.body"], says: "text/csv" },
      { ...post, path: "/n", body: "id,t\n20,x", ...typed("text/csv"), codes: ["ok.written"] },
      { ...post, path: "/n", body: "id=22&t=x", ...typed("application/x-www-form-urlencoded"), codes: ["ok.written"] },
      { ...post, path: "/n", body: '{"id":23', codes: ["request.body"], says: "It is no JSON" },
      { ...post, path: "/n", codes: ["request.body"], says: "The body is empty" },
      { ...post, path: "/n", body: [1, 2], codes: ["request.body"], says: "something else than objects" },
      { path: "/n", as, headers: { Accept: "text/html" }, codes: ["request.media-type"] },
      {
        path: "/n",
        as,
        modes: ["v1"],
        headers: { "Accept-Profile": "public" },
        codes: ["schema.other-schema"],
        says: "Leave the profile header out",
        mended: { headers: {} },
      },
      { ...post, path: "/", body: {}, modes: ["v1"], codes: ["request.method"], says: "takes GET and HEAD only" },
    ],
  },
};
