/** Who may do what in the demo project, in both modes; every test has a project of its own. */
import { describe, expect, fluxTest } from "../../../src/testing/vitest/index.ts";

const representation = { headers: { Prefer: "return=representation" } };

for (const mode of ["v1", "v2"] as const) {
  const test = fluxTest({ mode });

  describe.concurrent(`notes, ${mode}`, () => {
    test("everyone sees their own", async ({ flux }) => {
      await expect(await flux.as("alice").get("/notes")).toSeeRows(2);
      await expect(await flux.as("bob").get("/notes")).toSeeRows(1);
    });

    test("the others' are hidden, not missing", async ({ flux }) => {
      await expect(await flux.as("carol").get("/notes")).toBeHiddenByPolicy("notes_select");
    });

    test("a filter that matches nothing is nobody's policy", async ({ flux }) => {
      await expect(await flux.as("alice").get("/notes?body=eq.nothing")).not.toBeHiddenByPolicy();
    });

    test("strangers are turned away", async ({ flux }) => {
      const answer = await flux.request("/notes");
      await expect(answer).toBeUnauthorized();
      await expect(answer).toBeDeniedBy(mode === "v1" ? "grant" : "token");
    });

    test("a new one belongs to its writer", async ({ flux }) => {
      const made = await flux.as("carol").post("/notes", { body: "mine" }, representation);
      expect(made.json()).toEqual([expect.objectContaining({ owner_id: flux.userId("carol") })]);
    });

    test("nobody writes for another", async ({ flux }) => {
      const answer = await flux.as("carol").post("/notes", { body: "x", owner_id: "user_2bob00000000000000000000000" });
      await expect(answer).toBeDeniedBy("policy", "notes_insert");
    });

    test("nobody gives one away", async ({ flux }) => {
      const change = { owner_id: "user_2bob00000000000000000000000" };
      await expect(await flux.as("alice").patch("/notes?id=eq.1", change)).toBeDeniedBy("policy");
    });

    test("another's cannot be changed: no row is found", async ({ flux }) => {
      const answer = await flux.as("bob").patch("/notes?id=eq.1", { body: "defaced" }, representation);
      await expect(answer).toSeeRows(0);
      await expect(answer).toBeHiddenByPolicy("notes_update");
      expect(await flux.sql`select body from notes where id = 1`).toEqual([{ body: "Buy oat milk" }]);
    });

    test("another's cannot be deleted", async ({ flux }) => {
      await expect(await flux.as("bob").delete("/notes?id=eq.1", representation)).toBeHiddenByPolicy();
      expect(await flux.sql`select count(*)::int as count from notes`).toEqual([{ count: 3 }]);
    });

    test("a hidden row is no single object", async ({ flux }) => {
      const one = { headers: { Accept: "application/vnd.pgrst.object+json" } };
      const answer = await flux.as("bob").get("/notes?id=eq.1", one);
      expect(answer.status).toBe(406);
      await expect(answer).toBeHiddenByPolicy("notes_select");
    });

    test("counts count what is seen", async ({ flux }) => {
      const answer = await flux.as("alice").get("/notes?limit=1", { headers: { Prefer: "count=exact" } });
      expect(answer.headers.get("content-range")).toBe("0-0/2");
    });

    test("a view with security_invoker shows no more than its table", async ({ flux }) => {
      await expect(await flux.as("alice").get("/my_notes")).toSeeRows(2);
      await expect(await flux.as("carol").get("/my_notes")).toSeeRows(0);
    });
  });

  describe.concurrent(`posts and the rest, ${mode}`, () => {
    test("drafts are their author's", async ({ flux }) => {
      await expect(await flux.as("alice").get("/posts")).toSeeRows(3);
      await expect(await flux.as("bob").get("/posts")).toSeeRows(2);
    });

    test("a draft's comments are hidden with it", async ({ flux }) => {
      await flux.sql`insert into comments (post_id, author_id, body)
        select id, author_id, 'note to self' from posts where not published`;
      await expect(await flux.as("alice").get("/comments")).toSeeRows(2);
      await expect(await flux.as("bob").get("/comments")).toSeeRows(1);
    });

    test("embeds obey the policies of what they embed", async ({ flux }) => {
      const answer = await flux.as("bob").get("/profiles?select=display_name,posts(title)&order=display_name");
      expect(answer.json()).toEqual([
        { display_name: "Alice", posts: [{ title: "Row security in practice" }] },
        { display_name: "Bob", posts: [{ title: "Brewing at home" }] },
      ]);
    });

    test("a comment on a draft cannot be made by those who do not see it", async ({ flux }) => {
      await flux.sql`insert into profiles (id, display_name) values ('user_2carol000000000000000000000', 'Carol')`;
      const [draft] = await flux.sql`select id from posts where not published`;
      const answer = await flux.as("carol").post("/comments", { post_id: draft!["id"], body: "Found you." });
      await expect(answer).toBeDeniedBy("policy", "comments_insert");
    });

    test("a policy without a GRANT opens nothing", async ({ flux }) => {
      const answer = await flux.as("alice").get("/audit_log");
      expect(answer.status).toBe(403);
      await expect(answer).toBeDeniedBy("grant", "audit_log");
      await expect(answer).not.toBeDeniedBy("policy");
    });

    test("the GRANT that was missing lets the policy decide", async ({ flux }) => {
      await flux.push({ sql: "grant select on audit_log to authenticated" });
      await expect(await flux.as("alice").get("/audit_log")).toSeeRows(1);
      await expect(await flux.as("bob").get("/audit_log")).toBeHiddenByPolicy("audit_log_select");
    });

    test("functions see what their caller sees", async ({ flux }) => {
      await expect(await flux.as("alice").rpc("search_posts", { query: "draft" })).toSeeRows(1);
      await expect(await flux.as("bob").rpc("search_posts", { query: "draft" })).toSeeRows(0);
    });

    test("upsert changes one's own row and nobody else's", async ({ flux }) => {
      const merge = { headers: { Prefer: "resolution=merge-duplicates,return=representation" } };
      const mine = { id: "user_2bob00000000000000000000000", display_name: "Robert" };
      const answer = await flux.as("bob").post("/profiles", mine, merge);
      expect(answer.json()).toEqual([expect.objectContaining({ display_name: "Robert" })]);
      await expect(await flux.as("alice").post("/profiles", mine, merge)).toBeDeniedBy("policy");
    });

    test("the claim org_id decides where it arrives", async ({ flux }) => {
      const answer = await flux.as("bob", { organization: "acme" }).get("/documents");
      if (mode === "v1") await expect(answer).toSeeRows(2);
      else await expect(answer).toBeHiddenByPolicy("documents_of_the_organisation");
    });

    test("SQL sees who asks", async ({ flux }) => {
      const { uid, role } = (await flux.as("alice").rpc("whoami")).json<{ uid: string; role: string }>();
      expect(uid).toBe("user_2alice000000000000000000000");
      expect(role).toEqual(mode === "v1" ? "authenticated" : expect.stringMatching(/^t_[0-9a-f]{12}_role$/));
    });
  });

  describe.concurrent(`tokens, ${mode}`, () => {
    test("an expired one", async ({ flux }) => {
      await expect(await flux.withToken(flux.token("alice", { expiresIn: -60 })).get("/notes")).toBeUnauthorized(
        "expired",
      );
    });

    test("one that expires while it is used", async ({ flux }) => {
      const alice = flux.as("alice", { expiresIn: 300 });
      await expect(await alice.get("/notes")).toSeeRows(2);
      flux.clock.shift(360_000);
      await expect(await alice.get("/notes")).toBeUnauthorized("expired");
    });

    test("one for later", async ({ flux }) => {
      const answer = await flux.as("alice", { notBefore: 120 }).get("/notes");
      await expect(answer).toBeUnauthorized("not-yet-valid");
    });

    test("the skew that each mode forgives", async ({ flux }) => {
      flux.clock.freeze();
      const alice = flux.as("alice", { expiresIn: 60 });
      flux.clock.shift(75_000);
      expect((await alice.get("/notes")).status).toBe(mode === "v1" ? 200 : 401);
    });

    test("one signed with another secret", async ({ flux }) => {
      const forged = flux.token("alice", { preset: "wrong-secret" });
      await expect(await flux.withToken(forged).get("/notes")).toBeUnauthorized("signature");
    });

    test("one of the other mode", async ({ flux }) => {
      await flux.mode(mode === "v1" ? "v2" : "v1");
      const token = flux.token("alice");
      await flux.mode(mode);
      await expect(await flux.withToken(token).get("/notes")).toBeUnauthorized("other-secret");
    });

    test("none", async ({ flux }) => {
      const answer = await flux.request("/notes");
      if (mode === "v2") await expect(answer).toBeUnauthorized("missing");
      else await expect(answer).toBeUnauthorized("anonymous");
    });
  });
}
