import { describe, expect, it } from "vitest";
import { anyOf, type Cause, leading, strength } from "../../../../src/diagnosis/policies/cause.ts";
import type { Evaluated } from "../../../../src/diagnosis/policies/evaluate.ts";
import type { Knowledge } from "../../../../src/diagnosis/policies/knowledge.ts";
import type { LeafEvidence } from "../../../../src/diagnosis/policies/leaf.ts";
import { combine, judge } from "../../../../src/diagnosis/policies/verdict.ts";
import { splitPredicate } from "../../../../src/diagnosis/predicates.ts";

describe("three-valued logic", () => {
  it.each([
    ["and", ["true", "null"], "null"],
    ["and", ["false", "null"], "false"],
    ["and", ["false", "unknown"], "false"],
    ["and", ["true", "unknown"], "unknown"],
    ["or", ["true", "unknown"], "true"],
    ["or", ["false", "null"], "null"],
    ["or", ["false", "unknown", "null"], "unknown"],
    ["not", ["null"], "null"],
    ["not", ["false"], "true"],
  ] as const)("%s of %j is %s", (operator, values, result) => {
    expect(combine(operator, values)).toBe(result);
  });
});

const knowledge: Knowledge = {
  claimsOf: ({ claims, functions }) => [...claims, ...(functions.includes("auth.uid") ? ["sub"] : [])],
  spareClaimsOf: ({ spareClaims }) => spareClaims,
  legacyClaimsOf: ({ legacyClaims }) => legacyClaims,
  tablesOf: ({ tables }) => tables,
  functionsOf: () => [],
  overloadsOf: () => [],
  obstacleOf: ({ functions }) => (functions.includes("random") ? "random() gives another answer at every call" : null),
};

const values = (entries: Record<string, string | null>) =>
  new Map<string, Evaluated[]>(Object.entries(entries).map(([text, value]) => [text, [{ value }]]));

const evidence = (more: Partial<LeafEvidence>): LeafEvidence => ({
  place: 0,
  values: new Map(),
  unsecured: new Map(),
  ownersLifted: new Map(),
  uuids: ["owner"],
  restored: new Map(),
  knowledge,
  silentTables: [],
  notes: new Map(),
  scope: { relation: { schema: "s", name: "notes" }, samples: [], entered: [] },
  definer: null,
  opened: new Map(),
  sent: {},
  dropped: [],
  seen: { sub: "alice" },
  ...more,
});

const causes = async (text: string, more: Partial<LeafEvidence>) =>
  judge(await splitPredicate(text), evidence(more)).causes;

const ORG = "((current_setting('request.jwt.claims'::text, true))::json ->> 'org'::text)";
const orgLeaf = `org = ${ORG}`;

describe("why a part is not true", () => {
  it("plain values", async () => {
    const found = await causes("(owner = auth.uid())", { values: values({ "owner = auth.uid()": "false" }) });
    expect(found).toEqual([{ kind: "plain", part: "owner = auth.uid()" }]);
  });

  it("none when it is true, whatever its parts are", async () => {
    const found = await causes("((owner = auth.uid()) OR shared)", {
      values: values({ "owner = auth.uid()": "false", shared: "true" }),
    });
    expect(found).toEqual([]);
  });

  it("a claim that was sent and did not arrive, and one that was never sent", async () => {
    const dropped = await causes(`(org = ${ORG})`, {
      values: values({ [orgLeaf]: null }),
      restored: values({ [orgLeaf]: "true" }),
      sent: { org: "acme" },
      dropped: ["org"],
    });
    expect(dropped).toMatchObject([{ kind: "claim-dropped", claim: "org", restored: true }]);
    const missing = await causes(`(org = ${ORG})`, { values: values({ [orgLeaf]: null }) });
    expect(missing).toMatchObject([{ kind: "claim-missing", claim: "org" }]);
  });

  it("all failing parts of an AND, the most promising one of an OR", async () => {
    const both = await causes(`((owner = auth.uid()) AND (org = ${ORG}))`, {
      values: values({ "owner = auth.uid()": "false", [orgLeaf]: null }),
      sent: { org: "acme" },
      dropped: ["org"],
    });
    expect(both.map(({ kind }) => kind)).toEqual(["plain", "claim-dropped"]);
    const either = await causes(`((owner = auth.uid()) OR (org = ${ORG}))`, {
      values: values({ "owner = auth.uid()": "false", [orgLeaf]: null }),
      restored: values({ [orgLeaf]: "true" }),
      sent: { org: "acme" },
      dropped: ["org"],
    });
    expect(either.map(({ kind }) => kind)).toEqual(["claim-dropped"]);
  });

  it("a sub-select that is emptied by policies, unless it leaves the choice to them", async () => {
    const own = "EXISTS ( SELECT 1 FROM m WHERE (m.who = auth.uid()))";
    const found = await causes(`(${own})`, {
      values: values({ [own]: "false" }),
      unsecured: values({ [own]: "true" }),
    });
    expect(found).toMatchObject([{ kind: "subselect-hidden", tables: ["m"] }]);
    const open = "EXISTS ( SELECT 1 FROM m WHERE (m.team = notes.team))";
    const left = { values: values({ [open]: "false" }), unsecured: values({ [open]: "true" }) };
    expect(await causes(`(${open})`, left)).toMatchObject([{ kind: "plain" }]);
    expect(await causes(`(${open})`, { ...left, silentTables: ["m"] })).toMatchObject([{ kind: "subselect-hidden" }]);
  });

  it("uuid against an id that is none", async () => {
    const leaf = "(owner)::text = auth.uid()";
    const found = await causes(`(${leaf})`, {
      values: values({
        [leaf]: "false",
        "(owner)::text": "5b2f7a52-4d5c-4c1e-9f1c-000000000001",
        "auth.uid()": "user_1",
      }),
    });
    expect(found).toMatchObject([{ kind: "uuid-text", other: "user_1" }]);
  });

  it("what is not evaluated is not guessed", async () => {
    const { part, causes: found } = judge(await splitPredicate("(random() > 0.5)"), evidence({}));
    expect(part).toMatchObject({
      value: "unknown",
      note: "not evaluated: random() gives another answer at every call",
    });
    expect(found).toMatchObject([{ kind: "not-evaluated" }]);
  });
});

describe("which cause leads", () => {
  const plain: Cause = { kind: "plain", part: "a" };
  const legacy: Cause = { kind: "legacy-claim", part: "b", claim: "sub" };
  const missing: Cause = { kind: "claim-missing", part: "c", claim: "org" };

  it("of those that stand together the most ordinary: mending the other would not help", () => {
    expect(leading([legacy, plain])).toBe(plain);
    expect(strength([legacy, plain])).toBe(strength([plain]));
  });

  it("of alternatives the one that looks like a mistake; values before a claim that nobody sent", () => {
    expect(anyOf([[plain], [legacy]])).toEqual([legacy]);
    expect(anyOf([[missing], [plain]])).toEqual([plain]);
    expect(anyOf([[missing]])).toEqual([missing]);
  });
});
