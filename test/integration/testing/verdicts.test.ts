/** The matchers: what they accept, what they say when they fail, and the same without vitest's `expect`. */
import { expectAccess } from "../../../src/index.ts";
import { describe, expect, fluxTest, test } from "../../../src/testing/vitest/index.ts";

const failure = (claim: Promise<unknown>): Promise<string> =>
  claim.then(
    () => expect.unreachable("the claim should have failed"),
    (error: Error) => error.message,
  );

describe("a claim that fails says why the answer is as it is", () => {
  test("rows that a policy hides", async ({ flux }) => {
    const message = await failure(expect(await flux.as("carol").get("/notes")).toSeeRows(2));
    expect(message).toContain("GET /notes was expected to see 2 rows; it answered 200.");
    expect(message).toContain("notes_select");
    expect(message).toContain("owner_id = auth.uid()");
  });

  test("a grant that is missing, with the line that mends it", async ({ flux }) => {
    const message = await failure(expect(await flux.as("alice").get("/audit_log")).toSeeRows());
    expect(message).toMatch(/grant select on \S*audit_log to/i);
  });

  test("another cause than the one claimed", async ({ flux }) => {
    const answer = await flux.as("alice").get("/audit_log");
    expect(await failure(expect(answer).toBeDeniedBy("policy"))).toContain("was expected to be denied by policy");
    expect(await failure(expect(answer).toBeHiddenByPolicy("audit_log_select"))).toContain("it answered 403");
    expect(await failure(expect(await flux.request("/notes")).toBeUnauthorized("expired"))).toContain("token.missing");
  });

  test("the contrary of what was claimed", async ({ flux }) => {
    const message = await failure(expect(await flux.as("alice").get("/notes")).not.toSeeRows(2));
    expect(message).toContain("was expected not to see 2 rows");
  });
});

describe("any form of an answer will do", () => {
  test("fetch, in process and over a socket", async ({ flux }) => {
    const alice = flux.as("alice");
    const authorization = `Bearer ${alice.bearer}`;
    await expect(await alice.fetch("/notes")).toSeeRows(2);
    await expect(await fetch(`${flux.url}/notes`, { headers: { authorization } })).toSeeRows(2);
    await expect(await fetch(`${flux.url}/notes`)).toBeUnauthorized("missing");
  });

  test("what postgrest-js resolves with", async ({ flux }) => {
    const alice = flux.as("alice").client();
    await expect(await alice.from("notes").select()).toSeeRows(2);
    await expect(await alice.from("audit_log").select()).toBeDeniedBy("grant", "audit_log");
    await expect(await flux.as("carol").client().from("notes").select()).toBeHiddenByPolicy("notes_select");
    const { code } = await flux.why(await alice.from("audit_log").select());
    expect(code).toBe("grants.table");
  });

  test("something else is refused with a sentence", async ({ flux }) => {
    const nonsense = { status: 299, data: flux.url, error: null };
    for (const value of [undefined, 200, "[]", {}, nonsense])
      expect(await failure(expect(value).toSeeRows())).toContain("This is no answer of a project that runs");
  });
});

const strict = fluxTest({ strict: true });

strict("strict answers carry no trace, and are explained all the same", async ({ flux }) => {
  const answer = await flux.as("carol").get("/notes");
  expect(answer.headers.has("x-flux-dev-trace")).toBe(false);
  expect((await flux.why(answer)).code).toBe("policies.hidden");
  expect((await flux.why()).request.trace).toBe(answer.trace.id);
});

test("without expect: assertions that throw", async ({ flux }) => {
  const answer = await flux.as("carol").get("/notes");
  await expectAccess(answer).toBeHiddenByPolicy("notes_select");
  await expectAccess(answer).not.toSeeRows(1);
  await expect(expectAccess(answer).toSeeRows(1)).rejects.toMatchObject({ name: "AssertionError" });
});
