/** The compose file says what the modes' descriptions say, and nothing that is not explained. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { composeFile } from "../../../scripts/compose/file.ts";
import { envExample, ref, variables, withRefs } from "../../../scripts/compose/variables.ts";
import { yaml } from "../../../scripts/compose/yaml.ts";
import { parseConfig } from "../../../src/project/config.ts";
import { modes } from "../../../src/project/mode/mode.ts";

const read = (name: string) => readFileSync(new URL(`../../../compose/${name}`, import.meta.url), "utf8");
const written = read("docker-compose.yml");

/** The file as it is without a `.env`. */
const withDefaults = written.replace(/\$\{\w+:-([^}]*)\}/g, "$1");

/** The lines of one service. */
const service = (name: string) => new RegExp(`\n {2}${name}:\n((?: {4}.*\n)+)`).exec(withDefaults)![1]!;

test("what is written is what npm run compose writes", () => {
  expect(written).toBe(composeFile());
  expect(read(".env.example")).toBe(envExample());
});

test("every variable of the file is explained, every explained one is used", () => {
  const used = new Set([...written.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
  expect([...used].sort()).toEqual(Object.keys(variables).sort());
  expect(() => ref("FLUX_UNKNOWN")).toThrow(".env.example does not explain FLUX_UNKNOWN.");
});

test("v2's PostgREST has the platform's variables, the signing key of the gateway, and the hooks' role", () => {
  const text = service("postgrest-v2");
  for (const [name, value] of Object.entries(modes.v2.postgrestSettings({} as never)))
    expect(text).toMatch(new RegExp(`\n {6}${name}: "?${value}"?\n`));
  expect(text).toContain('image: "postgrest/postgrest:v12.2.12"');
  expect(text).toContain("postgres://authenticator:devOnlyAuthenticator@postgres-v2:5432/flux");
  expect(text).toContain(`PGRST_JWT_SECRET: "${variables["FLUX_POOL_JWT_SECRET"]!.value}"`);
});

test("v1's PostgREST connects as the superuser, with the app's own secret and no hooks", () => {
  const text = service("postgrest-v1");
  expect([...text.matchAll(/PGRST_\w+/g)].flat().sort()).toEqual([
    "PGRST_DB_ANON_ROLE",
    "PGRST_DB_SCHEMAS",
    "PGRST_DB_URI",
    "PGRST_JWT_AUD",
    "PGRST_JWT_SECRET",
    "PGRST_SERVER_PORT",
  ]);
  expect(text).toContain("postgres://postgres:devOnlyPostgres@postgres-v1:5432/flux");
  expect(text).toContain(`PGRST_JWT_SECRET: "${variables["FLUX_PROJECT_JWT_SECRET"]!.value}"`);
});

test("ports are published on loopback only, and only flux-dev's", () => {
  const published = [...withDefaults.matchAll(/"([\d.]*:?\d+:\d+)"/g)].map(([, port]) => port);
  expect(published).toEqual(["127.0.0.1:8000:8000", "127.0.0.1:8001:8001", "127.0.0.1:8002:8002"]);
  expect(service("flux-dev")).toContain("ports:");
});

test("flux-dev gets a configuration that it accepts", () => {
  const lines = withDefaults.split("\n");
  const start = lines.findIndex((line) => line.includes("FLUX_DEV_CONFIG: |-"));
  const json = lines.slice(start + 1, lines.findIndex((line, at) => at > start && /^ {6}\}$/.test(line)) + 1);
  expect(parseConfig(JSON.parse(json.join("\n")), "compose")).toMatchObject({
    host: "0.0.0.0",
    ports: { service: 8000, postgrest: 8001, idp: 8002 },
    postgrest: { v1: "http://postgrest-v1:3000", v2: "http://postgrest-v2:3000" },
  });
});

describe("YAML", () => {
  test("quotes what would be read as something else than text", () => {
    expect(yaml({ a: { b: "true", c: "plain", d: 5, e: "5", f: "", g: "a: b", h: {} } })).toBe(
      '\na:\n  b: "true"\n  c: plain\n  d: 5\n  e: "5"\n  f: ""\n  g: "a: b"\n  h: {}\n',
    );
  });

  test("anchors, aliases, comments, lists and blocks", () => {
    const long = ["x".repeat(60), "y".repeat(60)];
    expect(
      yaml({ "#": "says why", a: { "&": "name", text: "one\ntwo" }, b: { "<<": "*name", list: ["x"], long } }),
    ).toBe(
      `# says why\n\na: &name\n  text: |-\n    one\n    two\n\nb:\n  <<: *name\n  list: ["x"]\n  long:\n    - "${long[0]}"\n    - "${long[1]}"\n`,
    );
  });
});

test("names of variables in a text become references with their defaults", () => {
  expect(withRefs("http://x:FLUX_IDP_PORT/")).toBe("http://x:${FLUX_IDP_PORT:-8002}/");
});
