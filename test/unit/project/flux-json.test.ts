import { describe, expect, it } from "vitest";
import { parseFluxJson } from "../../../src/project/flux-json.ts";
import { localHash } from "../../../src/project/slug.ts";

const json = (value: unknown) => JSON.stringify(value);

describe("flux.json", () => {
  it("reads slug and hash, the hash in any case", () => {
    expect(parseFluxJson(json({ slug: "app", hash: "1A2B3C4" }))).toEqual({
      slug: "app",
      hash: "1a2b3c4",
      placeholder: false,
      mode: undefined,
      apiSchema: undefined,
      sid: undefined,
      apiUrl: undefined,
    });
  });

  it("keeps quiet about keys it does not know", () => {
    expect(parseFluxJson(json({ slug: "app", hash: "1a2b3c4", owner: "me" })).slug).toBe("app");
  });

  it("runs a template whose hash is still the placeholder", () => {
    const project = parseFluxJson(json({ slug: "app", hash: "REPLACE_AFTER_FLUX_INIT" }));
    expect(project).toMatchObject({ placeholder: true, hash: localHash("app") });
  });

  it("takes the short id from a tenant schema", () => {
    const project = parseFluxJson(
      json({
        slug: "app",
        hash: "1a2b3c4",
        mode: "v2_shared",
        apiSchema: "t_0123456789ab_api",
        apiUrl: "https://x.test",
      }),
    );
    expect(project).toMatchObject({ mode: "v2", sid: "0123456789ab", apiUrl: "https://x.test" });
  });

  it("without a mode too, and a dedicated project's schema may have any name", () => {
    const app = { slug: "app", hash: "1a2b3c4" };
    expect(parseFluxJson(json({ ...app, apiSchema: "t_0123456789ab_api" })).sid).toBe("0123456789ab");
    for (const named of [{ apiSchema: "shop" }, { mode: "v1_dedicated", apiSchema: "t_0123_api" }]) {
      expect(parseFluxJson(json({ ...app, ...named }))).toMatchObject({ apiSchema: named.apiSchema, sid: undefined });
    }
  });

  it.each([
    ["{", "flux.json: file is not valid JSON."],
    ["[]", "flux.json: root must be a JSON object."],
    ["null", "flux.json: root must be a JSON object."],
    [json({ slug: " ", hash: "1a2b3c4" }), 'flux.json: "slug" must be a non-empty string.'],
    [json({ slug: 1, hash: "1a2b3c4" }), 'flux.json: "slug" must be a non-empty string.'],
    [json({ slug: "app", hash: "" }), 'flux.json: "hash" must be a non-empty string.'],
    [json({ slug: "app", hash: "1a2b3c" }), "flux.json: hash must be 7 hex characters."],
    [
      json({ hash: "1a2b3c4" }),
      'Missing project. Pass -p, --project or add a "slug" field to flux.json in the current directory.',
    ],
    [json({ slug: "app" }), 'Missing project hash. Pass --hash <7hex> or add a "hash" field to flux.json.'],
    [json({ slug: "My App", hash: "1a2b3c4" }), 'slug must already be normalized (expected "my-app", got "My App").'],
    [
      json({ slug: "app", hash: "1a2b3c4", mode: "v3" }),
      'flux.json: "mode" must be "v1_dedicated" or "v2_shared", not "v3".',
    ],
    [
      json({ slug: "app", hash: "1a2b3c4", apiSchema: "my-api" }),
      'flux.json: "apiSchema": Invalid API schema identifier "my-api" (expected /^[A-Za-z_][A-Za-z0-9_]*$/)',
    ],
    [
      json({ slug: "app", hash: "1a2b3c4", mode: "v1_dedicated", apiSchema: "1api" }),
      'flux.json: "apiSchema": Invalid API schema identifier "1api" (expected /^[A-Za-z_][A-Za-z0-9_]*$/)',
    ],
    ...["t_0123456789ABC_api", "t_0123456789AB_api", "t_0123_api"].map((apiSchema) => [
      json({ slug: "app", hash: "1a2b3c4", apiSchema }),
      `flux.json: "apiSchema" is "${apiSchema}", which is not of the form t_<12 hex>_api (lower case).`,
    ]),
  ])("refuses %s", (text, message) => expect(() => parseFluxJson(text)).toThrow(message));

  it("says where a v2 project's schema name comes from", () => {
    expect(() => parseFluxJson(json({ slug: "app", hash: "1a2b3c4", mode: "v2_shared", apiSchema: "api" }))).toThrow(
      "t_<12 hex>_api. Copy it from `flux init`, or remove the line.",
    );
  });
});
