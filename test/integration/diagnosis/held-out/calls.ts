import type { Scenarios } from "./scenario.ts";

const as = "alice";
const post = (path: string, body: unknown) => ({ method: "POST", path, body, as });

/** Values that a call hands over, and their names. */
export const calls: Scenarios = {
  "what a function is called with": {
    modes: ["v2"],
    sql: `create type mood as enum ('happy', 'sad'); create domain pos as int check (value > 0); create function book(nights int, since date default now()) returns int language sql stable as $$ select nights $$;
      create function feel(how mood, tags int[] default '{}') returns text language sql stable as $$ select how::text $$; create function take(p pos) returns int language sql stable as $$ select p::int $$;
      create function parse(t text) returns int language plpgsql stable as $$ begin return t::int; end $$; create function raw(json) returns json language sql stable as $$ select $1 $$; create function two(a int, b int) returns int language sql stable as $$ select a $$; create function two(a int, label text) returns int language sql stable as $$ select a $$;`,
    asks: [
      {
        path: "/rpc/book?nights=few",
        as,
        codes: ["sql.invalid-value"],
        says: "Argument nights of book is integer and cannot be 'few'",
        mended: { path: "/rpc/book?nights=2" },
      },
      {
        ...post("/rpc/book", { nights: 2, since: "May" }),
        codes: ["sql.invalid-value"],
        says: "since as date, in ISO",
      },
      {
        ...post("/rpc/book", { nights: 9e9 }),
        codes: ["sql.invalid-value"],
        says: "Argument nights of book is integer",
      },
      { ...post("/rpc/feel", { how: "glad" }), codes: ["sql.invalid-value"], says: "one of 'happy' or 'sad'" },
      {
        ...post("/rpc/feel", { how: "sad", tags: "1,2" }),
        codes: ["sql.invalid-value"],
        says: "a JSON list of integer",
      },
      { ...post("/rpc/take", { p: -1 }), codes: ["sql.check"], says: "Argument p of take is pos and cannot be -1" },
      {
        ...post("/rpc/parse", { t: "x" }),
        codes: ["sql.invalid-value"],
        says: "Look at the casts in the body of parse",
      },
      {
        ...post("/rpc/book", { night: 2 }),
        codes: ["schema.function-arguments"],
        says: "Missing: nights (integer)",
        mended: { body: { nights: 2 } },
      },
      {
        ...post("/rpc/book", { night: 2 }),
        codes: ["schema.function-arguments"],
        says: "Send nights in place of night.",
      },
      { path: "/rpc/book", as, codes: ["schema.function-arguments"], says: "and since (date) if you like" },
      {
        ...post("/rpc/two", { a: 1, labl: "x" }),
        codes: ["schema.function-arguments"],
        says: "Send label in place of",
      },
    ],
  },
};
