import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../../../src/project/config.ts";
import { pushTarget, seedFiles } from "../../../src/project/discover.ts";
import { DEMO_DIRECTORY, loadProject } from "../../../src/project/project.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "flux-dev-project-"));
});
afterEach(() => rmSync(directory, { recursive: true }));
const write = (name: string, content: unknown = "") => {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), typeof content === "string" ? content : JSON.stringify(content));
};
const FLUX = { slug: "app", hash: "1a2b3c4" };

describe("a project's directory", () => {
  it("without flux.json runs the demo, and says so when SQL is lying about", async () => {
    const demo = await loadProject(directory);
    expect(demo).toMatchObject({ demo: true, directory: DEMO_DIRECTORY, mode: "v2", notes: [] });
    expect(demo.users.map((user) => user.name)).toEqual(["alice", "bob", "carol"]);
    expect(demo.config.jwtTemplates["flux"]?.claims).toMatchObject({ role: "authenticated" });
    write("migrations/001.sql", "select 1");
    expect((await loadProject(directory)).notes[0]).toContain("the SQL of this directory is not used");
  });

  it("with a configuration but no flux.json is a mistake", async () => {
    write("flux-dev.config.json", {});
    await expect(loadProject(directory)).rejects.toThrow("flux-dev.config.json: there is no flux.json beside it.");
  });

  it("gives names that equal production's when flux.json knows the schema", async () => {
    write("flux.json", { ...FLUX, mode: "v2_shared", apiSchema: "t_0123456789ab_api" });
    const { identity, mode } = await loadProject(directory);
    expect(mode).toBe("v2");
    expect(identity).toMatchObject({ sid: "0123456789ab", v1Schema: "api" });
    expect(identity.id).toBe((await loadProject(directory)).identity.id);
  });

  it("keeps a dedicated project's schema, tenant-style or renamed", async () => {
    write("flux.json", { ...FLUX, mode: "v1_dedicated", apiSchema: "t_0123456789ab_api" });
    expect((await loadProject(directory)).identity).toMatchObject({
      sid: "0123456789ab",
      v1Schema: "t_0123456789ab_api",
    });
    write("flux.json", { ...FLUX, apiSchema: "shop" });
    expect((await loadProject(directory)).identity.v1Schema).toBe("shop");
  });

  it("lets the emulator's own configuration decide the mode", async () => {
    write("flux.json", { ...FLUX, mode: "v2_shared" });
    write("flux-dev.config.json", { mode: "v1" });
    expect((await loadProject(directory)).mode).toBe("v1");
  });

  it("reads users from the configuration, a file, or makes three", async () => {
    write("flux.json", FLUX);
    expect((await loadProject(directory)).users.map((user) => user.name)).toEqual(["alice", "bob", "carol"]);
    write("users.json", { users: [{ name: "dora" }] });
    expect((await loadProject(directory)).users.map((user) => user.name)).toEqual(["dora"]);
    write("flux-dev.config.json", { users: "people.json" });
    await expect(loadProject(directory)).rejects.toThrow("flux-dev.config.json: users: people.json does not exist.");
    write("flux-dev.config.json", { users: [{ name: "Eve" }] });
    await expect(loadProject(directory)).rejects.toThrow("flux-dev.config.json: users[0].name: must begin with a-z");
  });
});

describe("configuration files", () => {
  it.each([
    [
      "ts",
      'import { port } from "./port.ts";\ntype Port = number;\nconst chosen: Port = port;\nexport default { ports: { service: chosen } } satisfies object;',
    ],
    ["mts", "export default async (): Promise<object> => ({ ports: { service: 4321 } });"],
    ["js", "module.exports = { ports: { service: 4321 } };"],
    ["mjs", "export default { ports: { service: 4321 } };"],
    ["json", '{ "ports": { "service": 4321 } }'],
  ])("may be .%s", async (extension, text) => {
    write("port.ts", "export const port: number = 4321;");
    write(`flux-dev.config.${extension}`, text);
    expect(await loadConfig(directory)).toMatchObject({
      file: `flux-dev.config.${extension}`,
      config: { ports: { service: 4321 } },
    });
  });

  it.each([
    ["flux-dev.config.json", "{ nope }", /^flux-dev\.config\.json: is not valid JSON: /],
    [
      "flux-dev.config.ts",
      "export default 5",
      "flux-dev.config.ts: must have the configuration object as its default export.",
    ],
    ["flux-dev.config.ts", "throw new Error('boom')", "flux-dev.config.ts: could not be run: boom"],
    [
      "flux-dev.config.ts",
      "export default { strict: 'yes' }",
      "flux-dev.config.ts: strict: expected boolean, received string",
    ],
  ])("%s with %j is refused", async (name, text, message) => {
    write(name, text);
    await expect(loadConfig(directory)).rejects.toThrow(message);
  });

  it("may not be two", async () => {
    write("flux-dev.config.json", "{}");
    write("flux-dev.config.ts", "export default {}");
    await expect(loadConfig(directory)).rejects.toThrow(
      "flux-dev.config.ts: stands beside flux-dev.config.json; keep one of the two.",
    );
  });
});

describe("push targets", () => {
  it("are looked for in the platform's order", () => {
    expect(() => pushTarget(directory)).toThrow(
      "No push target found. Pass a .sql file or migrations directory, or add one of: migrations/, flux/migrations/, sql/migrations/, sql/, schema.sql",
    );
    for (const [file, shown, mode] of [
      ["schema.sql", "schema.sql", "raw"],
      ["sql/a.sql", "sql", "versioned"],
      ["sql/migrations/a.sql", "sql/migrations", "versioned"],
      ["flux/migrations/a.sql", "flux/migrations", "versioned"],
      ["migrations/a.sql", "migrations", "versioned"],
    ] as const) {
      write(file);
      expect(pushTarget(directory)).toMatchObject({ shown, mode });
    }
  });

  it("of a directory are its own .sql files in code-unit order", () => {
    for (const file of ["9_x.sql", "10_x.sql", "B.sql", "a.sql", "notes.txt", "sub/c.sql"]) write(`migrations/${file}`);
    mkdirSync(join(directory, "migrations/dir.sql"));
    expect(pushTarget(directory).files.map((file) => file.shown)).toEqual([
      "migrations/10_x.sql",
      "migrations/9_x.sql",
      "migrations/B.sql",
      "migrations/a.sql",
    ]);
    mkdirSync(join(directory, "empty"));
    expect(() => pushTarget(directory, "empty")).toThrow(`No .sql files found in ${join(directory, "empty")}`);
  });

  it("of a single file are versioned below a migrations folder, raw elsewhere", () => {
    write("migrations/a.sql");
    write("other/a.sql");
    expect(pushTarget(directory, "./migrations/a.sql")).toMatchObject({
      kind: "file",
      mode: "versioned",
      shown: "migrations/a.sql",
    });
    expect(pushTarget(directory, "other/a.sql")).toMatchObject({ kind: "file", mode: "raw" });
    expect(() => pushTarget(directory, "nope.sql")).toThrow("No such file or directory: nope.sql");
  });
});

describe("seed files", () => {
  it("are the usual one, those configured, or none", () => {
    expect(seedFiles(directory, undefined, "flux.json")).toEqual([]);
    write("seed.sql");
    write("seeds/b.sql");
    write("seeds/a.sql");
    const shown = (configured: Parameters<typeof seedFiles>[1]) =>
      seedFiles(directory, configured, "flux-dev.config.json").map((file) => file.shown);
    expect(shown(undefined)).toEqual(["seed.sql"]);
    expect(shown(["seeds", "seed.sql"])).toEqual(["seeds/a.sql", "seeds/b.sql", "seed.sql"]);
    expect(shown(false)).toEqual([]);
    expect(() => shown("nope.sql")).toThrow("flux-dev.config.json: seed: nope.sql does not exist.");
  });
});

describe("the machine's configuration (FLUX_DEV_CONFIG)", () => {
  it("goes before the project's, key by key", async () => {
    write("flux-dev.config.json", {
      strict: true,
      ports: { service: 4000, idp: 4001 },
      postgres: "docker",
      domains: ["a.example"],
    });
    const machine = { ports: { service: 8000 }, postgres: { v1: "postgres://db" }, domains: ["b.example"] };
    const { file, config } = await loadConfig(directory, JSON.stringify(machine));
    expect(file).toBe("flux-dev.config.json");
    expect(config).toMatchObject({ strict: true, ports: { service: 8000, idp: 4001 }, postgres: machine.postgres });
    expect(config.domains).toEqual(["b.example"]);
  });

  it("is the whole configuration where the project has none, and nothing when it is empty", async () => {
    expect(await loadConfig(directory, '{"strict": true}')).toMatchObject({
      file: undefined,
      config: { strict: true },
    });
    expect((await loadConfig(directory, " ")).config.strict).toBe(false);
  });

  it.each([
    ['{"strict": 1}', "FLUX_DEV_CONFIG: strict: "],
    ['{"strict": tru}', "FLUX_DEV_CONFIG: is not valid JSON: "],
    ["[]", "FLUX_DEV_CONFIG: "],
  ])("names itself when %s is wrong", async (text, message) => {
    await expect(loadConfig(directory, text)).rejects.toThrow(message);
  });
});
