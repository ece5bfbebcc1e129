/**
 * The real @supabase/supabase-js with the queries of its documentation. It puts /rest/v1 before every path, which v1's
 * edge cuts off: there the client works with the project's own keys. v2 knows no such prefix and no keys.
 */
import { createClient, type SupabaseClient, type SupabaseClientOptions } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Service, startService } from "../support/service.ts";
import { supabaseProject } from "../support/supabase-project.ts";

let service: Service;
beforeAll(async () => {
  service = await startService(supabaseProject);
});
afterAll(() => service.close());

/** Node 20 has no WebSocket, and supabase-js wants to know of one at once, although it opens none here. */
const transport = class {} as never;

type Options = SupabaseClientOptions<string>;
// biome-ignore lint/suspicious/noExplicitAny: a database without types.
type Client = SupabaseClient<any, string, string>;

const connect = (key: string, options: Options = {}): Client =>
  createClient(service.url, key, { ...options, realtime: { transport } });

/** What an app on v1 has to say: the client asks for schema `public` otherwise, and the tables are in `api`. */
const inApi = { db: { schema: "api" } } as const;

/** What an app on v2 has to add: a token of its user, and a fetch that leaves the prefix out. */
const onV2 = (): Client =>
  connect("there-are-no-keys", {
    accessToken: async () => service.token("alice"),
    global: { fetch: (input, init) => fetch(String(input).replace("/rest/v1/", "/"), init) },
  });

test("v2 strips no /rest/v1: as it is, the client gets the platform's 404 with {} for every query", async () => {
  await service.stack.switchMode("v2");
  const supabase = connect("there-are-no-keys", { accessToken: async () => service.token("alice") });
  expect(await supabase.from("countries").select()).toMatchObject({ status: 404, error: {}, data: null });
  expect(await supabase.rpc("hello_world")).toMatchObject({ status: 404, error: {}, data: null });
});

test("v2 takes no key for a token", async () => {
  await service.stack.switchMode("v1");
  const { anonKey } = service.stack.info();
  await service.stack.switchMode("v2");
  expect(await connect(anonKey!).from("countries").select()).toMatchObject({
    status: 401,
    error: { error: "invalid or expired token" },
  });
});

describe("v1", () => {
  beforeAll(() => service.stack.switchMode("v1"));
  const keys = () => service.stack.info();

  test("without db.schema the client asks for public, which is exposed and empty: 404 42P01", async () => {
    expect(await connect(keys().anonKey!).from("countries").select()).toMatchObject({
      status: 404,
      error: { code: "42P01", message: 'relation "public.countries" does not exist' },
    });
    const told = await connect(keys().anonKey!).schema("api").from("countries").select("id").eq("id", 1);
    expect(told.data).toEqual([{ id: 1 }]);
  });

  test("the anon key is bound by row security, the service key is not", async () => {
    const secrets = async (key: string) => (await connect(key, inApi).from("secrets").select("value")).data;
    expect(await secrets(keys().anonKey!)).toEqual([]);
    expect(await secrets(keys().serviceRoleKey!)).toEqual([{ value: "hidden" }]);
  });

  test("a user's token goes before the key", async () => {
    const whoami = async (options: Options) =>
      (await connect(keys().anonKey!, { ...inApi, ...options }).rpc("current_role_name")).data;
    expect(await whoami({})).toBe("anon");
    expect(await whoami({ accessToken: async () => service.token("alice") })).toBe("authenticated");
    const headers = { Authorization: `Bearer ${service.token("alice")}` };
    expect(await whoami({ global: { headers } })).toBe("authenticated");
  });
});

describe.each(["v1", "v2"] as const)("the documentation's queries: %s", (mode) => {
  let supabase: Client;
  beforeAll(async () => {
    await service.stack.switchMode(mode);
    supabase = mode === "v1" ? connect(service.stack.info().anonKey!, inApi) : onV2();
  });

  const data = async (query: PromiseLike<{ data: unknown; error: unknown }>) => {
    const { data, error } = await query;
    expect(error).toBeNull();
    return data;
  };

  test("select", async () => {
    const characters = supabase.from("characters");
    expect(await data(characters.select("name").order("id"))).toEqual(named("Frida", "Gunnar", "Hedda"));
    expect(await data(characters.select().eq("id", 2))).toEqual([{ id: 2, name: "Gunnar", rank: 1 }]);
    expect(await characters.select("*", { count: "exact", head: true })).toMatchObject({ count: 3, data: null });
    const sections = supabase.from("orchestral_sections");
    expect(await data(sections.select("name, instruments (name)").eq("id", 2))).toEqual([
      { name: "woodwinds", instruments: named("oboe") },
    ]);
    expect(await data(sections.select("*, instruments(count)").order("id"))).toEqual([
      { id: 1, name: "strings", instruments: [{ count: 2 }] },
      { id: 2, name: "woodwinds", instruments: [{ count: 1 }] },
    ]);
    const spaced = supabase.from("orchestral sections").select('name, "musical instruments" (name)');
    expect(await data(spaced)).toEqual([{ name: "brass", "musical instruments": named("tuba") }]);
  });

  test("select through relationships", async () => {
    const users = supabase.from("users");
    expect(await data(users.select("name, teams (name)").order("id"))).toEqual([
      { name: "Kari", teams: named("Red", "Blue") },
      { name: "Luis", teams: named("Blue") },
    ]);
    const letter = [{ content: "See you there", from: { name: "Kari" }, to: { name: "Luis" } }];
    const messages = supabase.from("messages");
    expect(await data(messages.select("content, from:sender_id(name), to:receiver_id(name)"))).toEqual(letter);
    const hints = "content, from:users!messages_sender_id_fkey(name), to:users!messages_receiver_id_fkey(name)";
    expect(await data(messages.select(hints))).toEqual(letter);
    expect((await messages.select("content, users(name)")).error).toMatchObject({ code: "PGRST201" });
    const instruments = supabase.from("instruments");
    const filtered = instruments.select("name, orchestral_sections(*)").eq("orchestral_sections.name", "woodwinds");
    expect(await data(filtered.order("id").limit(2))).toEqual([
      { name: "viola", orchestral_sections: null },
      { name: "oboe", orchestral_sections: { id: 2, name: "woodwinds" } },
    ]);
    const inner = instruments.select("name, orchestral_sections!inner(name)").eq("orchestral_sections.name", "strings");
    expect(await data(inner.order("id").limit(1))).toEqual([
      { name: "viola", orchestral_sections: { name: "strings" } },
    ]);
    const spread = instruments.select("name, ...orchestral_sections(section:name)").eq("name", "oboe");
    expect(await data(spread)).toEqual([{ name: "oboe", section: "woodwinds" }]);
    expect(await data(users.select("id, name, address->city").eq("address->postcode", 150))).toEqual([
      { id: 1, name: "Kari", city: "Oslo" },
    ]);
  });

  test("insert, upsert, update, delete", async () => {
    const countries = () => supabase.from("countries");
    expect(await countries().insert({ id: 10, name: "Peru" })).toMatchObject({ status: 201, data: null, error: null });
    const many = countries().insert([
      { id: 11, name: "Nepal" },
      { id: 12, name: "Kenya" },
    ]);
    expect(await data(many.select("name"))).toEqual(named("Nepal", "Kenya"));
    expect(await countries().insert({ id: 10, name: "Peru" })).toMatchObject({ status: 409, error: { code: "23505" } });
    expect(await data(countries().update({ name: "Bhutan" }).eq("id", 11).select("name"))).toEqual(named("Bhutan"));
    expect(await data(countries().upsert({ id: 11, name: "Laos" }).select("name"))).toEqual(named("Laos"));
    expect((await countries().delete().eq("id", 10)).status).toBe(204);
    expect(await data(countries().delete().in("id", [11, 12]).select("name"))).toHaveLength(2);
    const users = supabase.from("users");
    const upsert = users.upsert({ id: 1, username: "kari", name: "Karin" }, { onConflict: "username" }).select("name");
    expect(await data(upsert)).toEqual(named("Karin"));
    const json = users.update({ name: "Kari", address: { city: "Oslo", postcode: 150 } }).eq("address->postcode", 150);
    // The upsert above left the address out, and so set nothing of it.
    expect(await data(json.select("name"))).toEqual(named("Kari"));
  });

  test("functions", async () => {
    expect(await data(supabase.rpc("hello_world"))).toBe("Hello world");
    expect(await data(supabase.rpc("echo", { say: "hi, (you) & me" }, { get: true }))).toBe("hi, (you) & me");
    expect(await data(supabase.rpc("add_one_each", { arr: [1, 2, 3] }))).toEqual([2, 3, 4]);
    expect(await data(supabase.rpc("add_one_each", { arr: [1, 2, 3] }, { get: true }))).toEqual([2, 3, 4]);
    expect(await data(supabase.rpc("list_stored_countries").eq("id", 1).single())).toMatchObject({ name: "Norway" });
  });

  test("filters", async () => {
    const names = async (query: PromiseLike<{ data: unknown; error: unknown }>) =>
      ((await data(query)) as { name: string }[]).map(({ name }) => name);
    const characters = () => supabase.from("characters").select("name").order("id");
    expect(await names(characters().neq("name", "Frida"))).toEqual(["Gunnar", "Hedda"]);
    expect(await names(characters().gt("id", 2))).toEqual(["Hedda"]);
    expect(await names(characters().ilike("name", "%ED%"))).toEqual(["Hedda"]);
    expect(await names(characters().in("name", ["Frida", "Hedda"]))).toEqual(["Frida", "Hedda"]);
    expect(await names(characters().match({ id: 2, name: "Gunnar" }))).toEqual(["Gunnar"]);
    expect(await names(characters().or("id.gt.2,and(id.eq.1,name.eq.Frida)"))).toEqual(["Frida", "Hedda"]);
    expect(await names(characters().filter("name", "in", '("Gunnar","Hedda")'))).toEqual(["Gunnar", "Hedda"]);
    expect(await data(supabase.from("countries").select("id").is("name", null))).toEqual([{ id: 3 }]);
    expect(await data(supabase.from("countries").select("id").not("name", "is", null))).toHaveLength(2);
    const issues = () => supabase.from("issues").select("title").order("id");
    expect(await data(issues().contains("tags", ["is:open", "priority:low"]))).toEqual([{ title: "Leaky tap" }]);
    expect(await data(issues().overlaps("tags", ["is:closed", "severity:high"]))).toHaveLength(2);
    const classes = supabase.from("classes").select("name");
    expect(await names(classes.containedBy("days", ["monday", "tuesday", "friday"]))).toEqual(["Chemistry"]);
    const reservations = () => supabase.from("reservations").select("name:room");
    expect(await names(reservations().contains("during", "[2000-01-01 13:00, 2000-01-01 13:30)"))).toEqual(["Emerald"]);
    expect(await names(reservations().rangeGt("during", "[2000-01-02 08:00, 2000-01-02 09:00)"))).toEqual(["Topaz"]);
    expect(await names(reservations().rangeAdjacent("during", "[2000-01-01 12:00, 2000-01-01 13:00)"))).toHaveLength(1);
    expect(await names(reservations().overlaps("during", "[2000-01-02 09:45, 2000-01-02 11:15)"))).toEqual(["Topaz"]);
    const kari = supabase.from("users").select("name");
    expect(await names(kari.contains("address", { postcode: 150 }))).toEqual(["Kari"]);
    const sections = supabase.from("orchestral_sections").select("name, instruments!inner(name)");
    expect(await names(sections.or("name.eq.oboe", { referencedTable: "instruments" }))).toEqual(["woodwinds"]);
    const quotes = () => supabase.from("quotes").select("id").order("id");
    const english = { config: "english" };
    expect(await data(quotes().textSearch("catchphrase", "'fat' & 'cat'", english))).toEqual([{ id: 1 }]);
    expect(
      await data(quotes().textSearch("catchphrase", "fat or cat", { ...english, type: "websearch" })),
    ).toHaveLength(3);
  });

  test("modifiers", async () => {
    const characters = () => supabase.from("characters").select("name");
    expect(await data(characters().order("rank", { ascending: false, nullsFirst: false }))).toEqual(
      named("Frida", "Gunnar", "Hedda"),
    );
    expect(await data(characters().order("id").range(0, 1))).toEqual(named("Frida", "Gunnar"));
    expect(await data(characters().limit(1).order("id").single())).toEqual({ name: "Frida" });
    expect(await data(characters().eq("name", "Nobody").maybeSingle())).toBeNull();
    expect(await data(supabase.from("characters").select("id, name").lt("id", 2).csv())).toBe("id,name\n1,Frida");
    const ordered = supabase.from("orchestral_sections").select("name, instruments(name)").order("id").limit(1);
    const [strings] = (await data(
      ordered
        .order("name", { referencedTable: "instruments", ascending: true })
        .limit(1, { referencedTable: "instruments" }),
    )) as { instruments: unknown }[];
    expect(strings?.instruments).toEqual(named("harp"));
    const given = await characters().abortSignal(AbortSignal.abort());
    expect(given.error?.message).toMatch(/Abort/);
    expect((await characters().explain()).error).toMatchObject({ code: "PGRST107" });
  });
});

const named = (...names: string[]) => names.map((name) => ({ name }));
