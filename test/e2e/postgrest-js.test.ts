/** The real @supabase/postgrest-js at the Service URL, in both modes on one stack. */
import { PostgrestClient } from "@supabase/postgrest-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { libraryProject } from "../support/library.ts";
import { type Service, startService } from "../support/service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService(libraryProject);
});
afterAll(() => service.close());

describe.each(["v2", "v1"] as const)("%s", (mode) => {
  const v1 = mode === "v1";
  let db: PostgrestClient;

  beforeAll(() => service.stack.switchMode(mode));
  beforeEach(() => {
    db = clientOf("alice");
  });

  const clientOf = (user: string) =>
    new PostgrestClient(service.url, { headers: { Authorization: `Bearer ${service.token(user)}` } });
  const books = (columns = "id") => db.from("books").select(columns).order("id");
  const ids = async (query: PromiseLike<{ data: unknown; error: unknown }>) => {
    const { data, error } = await query;
    expect(error).toBeNull();
    return (data as { id: number }[]).map(({ id }) => id);
  };

  test("filters", async () => {
    expect(await ids(books().eq("title", "Mountains"))).toEqual([3]);
    expect(await ids(books().neq("title", "Mountains"))).toEqual([1, 2, 4]);
    expect(await ids(books().gt("price", 8).lte("price", 12.5))).toEqual([1]);
    expect(await ids(books().gte("id", 2).lt("id", 4))).toEqual([2, 3]);
    expect(await ids(books().like("title", "%ferries"))).toEqual([1, 2]);
    expect(await ids(books().ilike("title", "%FERRIES"))).toEqual([1, 2]);
    expect(await ids(books().likeAllOf("title", ["%er%", "W%"]))).toEqual([1]);
    expect(await ids(books().likeAnyOf("title", ["M%", "W%"]))).toEqual([1, 3]);
    expect(await ids(books().ilikeAllOf("title", ["%ER%", "w%"]))).toEqual([1]);
    expect(await ids(books().ilikeAnyOf("title", ["m%", "w%"]))).toEqual([1, 3]);
    expect(await ids(books().regexMatch("title", "^S.*s$"))).toEqual([2]);
    expect(await ids(books().regexIMatch("title", "^s.*S$"))).toEqual([2]);
    expect(await ids(books().is("isbn", null))).toEqual([4]);
    expect(await ids(books().not("isbn", "is", null))).toEqual([1, 2, 3]);
    expect(await ids(books().isDistinct("isbn", "A-1"))).toEqual([2, 3, 4]);
    expect(await ids(books().in("id", [1, 3, 99]))).toEqual([1, 3]);
    expect(await ids(books().notIn("id", [1, 3, 99]))).toEqual([2, 4]);
    expect(await ids(books().match({ author_id: 1, price: 8 }))).toEqual([2]);
    expect(await ids(books().filter("title", "in", '("Mountains","Nope")'))).toEqual([3]);
    expect(await ids(books().or("id.eq.1,and(price.gt.15,title.like.M*)"))).toEqual([1, 3]);
    expect(await ids(books().not("id", "in", "(1,2)").or("isbn.is.null,price.eq.20"))).toEqual([3, 4]);
  });

  test("values with commas, quotes, brackets, percent signs and accents", async () => {
    const title = '100% "quoted", (really)';
    expect(await ids(books().eq("title", title))).toEqual([4]);
    expect(await ids(books().in("title", ["Mountains", '100% "quoted", (really)'.replaceAll('"', '\\"')]))).toEqual([
      3, 4,
    ]);
    const author = 'Chloé, "C." (jr.)';
    expect(await ids(db.from("authors").select("id").eq("name", author))).toEqual([3]);
    expect(await ids(db.from("authors").select("id").in("name", ["Björn", "Ada"]).order("id"))).toEqual([1, 2]);
    expect((await db.rpc("books_of", { author })).data).toMatchObject([{ title }]);
  });

  test("arrays, ranges and JSON", async () => {
    expect(await ids(books().contains("tags", ["sea", "north"]))).toEqual([1]);
    expect(await ids(books().containedBy("tags", ["sea", "north"]))).toEqual([1, 2, 4]);
    expect(await ids(books().overlaps("tags", ["stone", "north"]))).toEqual([1, 3]);
    expect(await ids(books().contains("in_print", "[1935,1940)"))).toEqual([1]);
    expect(await ids(books().overlaps("in_print", "[1940,1955)"))).toEqual([1, 2]);
    expect(await ids(books().rangeGt("in_print", "[1940,1955)"))).toEqual([3]);
    expect(await ids(books().rangeGte("in_print", "[1950,1955)"))).toEqual([2, 3]);
    expect(await ids(books().rangeLt("in_print", "[1950,1955)"))).toEqual([1]);
    expect(await ids(books().rangeLte("in_print", "[1935,1960)"))).toEqual([1, 2]);
    expect(await ids(books().rangeAdjacent("in_print", "[1990,2000)"))).toEqual([3]);
    const authors = db.from("authors").select("id, city:address->>city, zip:address->zip").order("id");
    expect((await authors.contains("address", { city: "Oslo" })).data).toEqual([{ id: 1, city: "Oslo", zip: 150 }]);
    expect(await ids(db.from("authors").select("id").eq("address->zip", 5003))).toEqual([2]);
  });

  test("text search", async () => {
    expect(await ids(books().textSearch("blurb", "'fat' & 'rat'", { config: "english" }))).toEqual([2, 4]);
    expect(await ids(books().textSearch("blurb", "fat rats", { type: "plain", config: "english" }))).toEqual([2, 4]);
    expect(await ids(books().textSearch("blurb", "fat rats", { type: "phrase", config: "english" }))).toEqual([2]);
    expect(await ids(books().textSearch("blurb", "cat -rat", { type: "websearch", config: "english" }))).toEqual([1]);
  });

  test("order, limit, range", async () => {
    const authors = () => db.from("authors").select("id");
    expect(await ids(authors().order("born", { ascending: false }))).toEqual([3, 2, 1]);
    expect(await ids(authors().order("born", { nullsFirst: true }).limit(2))).toEqual([3, 1]);
    expect(await ids(books().range(1, 2))).toEqual([2, 3]);
    expect(await ids(db.from("books").select("id").order("author_id").order("price").limit(2))).toEqual([2, 1]);
  });

  test("counts", async () => {
    const exact = await db.from("books").select("*", { count: "exact", head: true });
    expect(exact).toMatchObject({ count: 4, data: null, error: null, status: 200 });
    const page = await db.from("books").select("id", { count: "exact" }).order("id").range(0, 1);
    expect(page).toMatchObject({ count: 4, data: [{ id: 1 }, { id: 2 }], status: 206, statusText: "Partial Content" });
    expect((await db.from("books").select("id", { count: "planned" })).count).toEqual(expect.any(Number));
    expect((await db.from("books").select("id", { count: "estimated" })).count).toEqual(expect.any(Number));
    const beyond = await db.from("books").select("id", { count: "exact" }).range(10, 20);
    expect(beyond).toMatchObject({ status: 416, error: { code: "PGRST103" } });
  });

  test("one row, at most one row", async () => {
    const one = (id: number) => db.from("books").select("title").eq("id", id);
    expect((await one(3).single()).data).toEqual({ title: "Mountains" });
    expect((await one(3).maybeSingle()).data).toEqual({ title: "Mountains" });
    expect(await one(9).maybeSingle()).toMatchObject({ data: null, error: null });
    expect(await one(9).single()).toMatchObject({
      status: 406,
      error: { code: "PGRST116", details: "The result contains 0 rows" },
    });
    expect((await books().single()).error).toMatchObject({ details: "The result contains 4 rows" });
    expect((await books().maybeSingle()).error).toMatchObject({ code: "PGRST116" });
    await expect(one(9).single().throwOnError()).rejects.toMatchObject({ code: "PGRST116" });
  });

  test("embedding", async () => {
    const query = db
      .from("authors")
      .select("name, books(title, shelves(label)), mentor:mentor_id(name), pupils:authors(name)")
      .order("id")
      .order("price", { referencedTable: "books" })
      .limit(1, { referencedTable: "books" });
    expect((await query).data).toEqual([
      {
        name: "Ada",
        books: [{ title: "Summer ferries", shelves: [{ label: "Travel" }] }],
        mentor: null,
        pupils: [{ name: "Björn" }, { name: 'Chloé, "C." (jr.)' }],
      },
      {
        name: "Björn",
        books: [{ title: "Mountains", shelves: [{ label: "Travel" }, { label: "Window" }] }],
        mentor: { name: "Ada" },
        pupils: [],
      },
      {
        name: 'Chloé, "C." (jr.)',
        books: [{ title: '100% "quoted", (really)', shelves: [] }],
        mentor: { name: "Ada" },
        pupils: [],
      },
    ]);
    expect(await ids(books("id, authors!inner(name)").eq("authors.name", "Ada"))).toEqual([1, 2]);
    expect(await ids(books("id, authors(name)").not("authors", "is", null))).toEqual([1, 2, 3, 4]);
    const spread = books("id, shout, ...authors(author:name)").eq("id", 3).single();
    expect((await spread).data).toEqual({ id: 3, shout: "MOUNTAINS", author: "Björn" });
    const busy = db
      .from("shelves")
      .select("label, books(id)")
      .or("price.gt.15,price.lt.10", { referencedTable: "books" });
    expect((await busy.order("id").order("id", { referencedTable: "books" })).data).toEqual([
      { label: "Travel", books: [{ id: 2 }, { id: 3 }] },
      { label: "Window", books: [{ id: 3 }] },
      { label: "Empty", books: [] },
    ]);
    // The old form of the aggregate is no aggregate to PostgREST, which allows none here.
    const counted = db.from("shelves").select("books(count)").order("id");
    expect((await counted).data).toEqual([3, 1, 0].map((count) => ({ books: [{ count }] })));
    expect((await db.from("books").select("price.sum()")).error).toMatchObject({ code: "PGRST123" });
    expect((await db.from("shelves").select("authors(*)")).error).toMatchObject({ code: "PGRST200" });
  });

  test("other formats", async () => {
    expect((await books("id, title").lt("id", 3).csv()).data).toBe('id,title\n1,"Winter ferries"\n2,"Summer ferries"');
    const stripped = await books("id, isbn").gt("id", 2).stripNulls();
    expect(stripped.data).toEqual([{ id: 3, isbn: "B-1" }, { id: 4 }]);
    const plan = await books().explain();
    expect(plan).toMatchObject({ status: v1 ? 415 : 406, error: { code: "PGRST107" } });
  });

  test("insert, update, upsert, delete", async () => {
    const one = { author_id: 2, isbn: "N-1", title: "New" };
    expect(await db.from("books").insert(one)).toMatchObject({ status: 201, data: null, error: null });
    const rows = [
      { author_id: 2, isbn: "N-2", title: "Newer", price: 3 },
      { author_id: 2, isbn: "N-3", title: "Newest" },
    ];
    const many = await db.from("books").insert(rows, { count: "exact", defaultToNull: false }).select("isbn, price");
    expect(many).toMatchObject({ status: 201, count: 2 });
    expect(many.data).toEqual([
      { isbn: "N-2", price: 3 },
      { isbn: "N-3", price: 10 },
    ]);
    const gaps = [
      { author_id: 2, title: "x", price: 3 },
      { author_id: 2, title: "y" },
    ];
    expect((await db.from("books").insert(gaps)).error).toMatchObject({ code: "23502" });
    // On a table with row security Postgres keeps the key that is taken to itself.
    expect(await db.from("books").insert(one).select().single()).toMatchObject({
      status: 409,
      error: { code: "23505", details: null },
    });

    const upserted = await db
      .from("books")
      .upsert({ ...one, title: "Renewed" }, { onConflict: "isbn" })
      .select("isbn, title, authors(name)")
      .single();
    expect(upserted).toMatchObject({ status: 200, data: { title: "Renewed", authors: { name: "Björn" } } });
    const ignored = await db
      .from("books")
      .upsert({ ...one, title: "Ignored" }, { onConflict: "isbn", ignoreDuplicates: true })
      .select();
    expect(ignored).toMatchObject({ status: 201, data: [] });

    const update = () => db.from("books").update({ price: 1 }, { count: "exact" }).like("isbn", "N-%");
    expect(await update()).toMatchObject({ status: 204, count: 3, data: null });
    expect((await update().select("price").limit(1).order("id")).data).toEqual([{ price: 1 }]);
    const few = await update().maxAffected(2);
    expect(few).toMatchObject({ status: 400, error: { code: v1 ? "PGRST122" : "PGRST124" } });

    const removed = await db.from("books").delete({ count: "exact" }).like("isbn", "N-%").select("title");
    expect(removed).toMatchObject({ status: 200, count: 3 });
    expect(removed.data?.map(({ title }) => title).sort()).toEqual(["Newer", "Newest", "Renewed"]);
    expect(await db.from("books").delete().eq("id", 999)).toMatchObject({ status: 204, error: null });
  });

  test("rollback() asks for what the platform does not allow: the row stays", async () => {
    const kept = await db.from("shelves").insert({ id: 9, label: "Kept" }).select().rollback();
    expect(kept).toMatchObject({ status: 201, data: [{ id: 9 }] });
    expect(await ids(db.from("shelves").delete().eq("id", 9).select("id"))).toEqual([9]);
  });

  test("functions", async () => {
    expect((await db.rpc("add", { a: 1, b: 2 })).data).toBe(3);
    expect((await db.rpc("add", { a: 1, b: 2 }, { get: true })).data).toBe(3);
    const ada = db.rpc("books_of", { author: "Ada" }, { get: true, count: "exact" });
    expect(await ada.select("price, authors(name)").gt("price", 10)).toMatchObject({
      count: 1,
      data: [{ price: 12.5, authors: { name: "Ada" } }],
    });
    // PostgREST 12 takes of a function's rows only the columns that are selected.
    const unselected = db.rpc("books_of", { author: "Ada" }, { get: true }).select("title").gt("price", 10);
    expect((await unselected).error).toMatchObject({ code: "42703", message: "column books.price does not exist" });
    expect((await db.rpc("books_of", { author: "Ada" }, { head: true, count: "exact" })).count).toBe(2);
    expect(await db.rpc("forget")).toMatchObject({ status: 204, data: null, error: null });
    expect(await db.rpc("refuse")).toMatchObject({
      status: 402,
      error: { code: "PT402", message: "Payment required", details: "One crown", hint: "Bring a coin" },
    });
    const meant = (name: string) => `Perhaps you meant to call the function ${service.schema}.${name}`;
    expect((await db.rpc("ad", { a: 1 })).error).toMatchObject({ code: "PGRST202", hint: meant("add") });
    expect((await db.rpc("add", { a: 1, c: 2 })).error).toMatchObject({ code: "PGRST202", hint: meant("add(a, b)") });
  });

  test("everyone's own rows", async () => {
    const bob = clientOf("bob");
    const nobody = new PostgrestClient(service.url);
    expect((await db.from("loans").insert({ book_id: 1 })).status).toBe(201);
    expect((await bob.from("loans").select()).data).toEqual([]);
    expect((await db.from("loans").select("books(title)")).data).toEqual([{ books: { title: "Winter ferries" } }]);
    const spoofed = await bob.from("loans").insert({ book_id: 1, reader_id: "somebody" });
    expect(spoofed).toMatchObject({ status: 403, error: { code: "42501" } });
    expect((await bob.from("loans").delete().gt("id", 0).select()).data).toEqual([]);
    expect((await db.from("loans").delete().gt("id", 0).select("book_id")).data).toEqual([{ book_id: 1 }]);
    // The gateway's refusals have another shape than PostgREST's; the client hands either on.
    const error = v1 ? { code: "42501" } : { error: "authorization required" };
    expect(await nobody.from("loans").select()).toMatchObject({ status: 401, error });
  });

  test("schemas: v2 overwrites the client's choice, v1 has public beside api", async () => {
    const told = await db.schema("public").from("books").select("id").eq("id", 1);
    if (v1) expect(told).toMatchObject({ status: 404, error: { code: "42P01" } });
    else expect(told.data).toEqual([{ id: 1 }]);
    const wrong = await db.schema("auth").from("books").select("id").eq("id", 1);
    if (v1) expect(wrong).toMatchObject({ status: 406, error: { code: "PGRST106" } });
    else expect(wrong.data).toEqual([{ id: 1 }]);
  });

  test("a request that is given up leaves the next one alone", async () => {
    const { error } = await db.rpc("nap", { seconds: 0.3 }).abortSignal(AbortSignal.timeout(50));
    expect(error?.message).toMatch(/Abort|Timeout/);
    expect(await ids(books().returns<{ id: number }[]>())).toEqual([1, 2, 3, 4]);
    expect(await ids(books().overrideTypes<{ id: number }[], { merge: false }>())).toEqual([1, 2, 3, 4]);
  });
});
