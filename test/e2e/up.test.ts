/** One command, both modes, the life of a stack. The whole of it as whoever runs the tests, its frame also as a normal user. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TokenExplanation } from "../../src/idp/explain.ts";
import { unprivilegedAccount } from "../../src/postgres/account.ts";
import { type CliDirectory, cliDirectory, paste, type UpInfo } from "../support/cli.ts";
import { eventually, isAlive, processesWith } from "../support/processes.ts";

const nobody = unprivilegedAccount();

describe.runIf(nobody !== undefined)("up as a normal user", () => {
  const project = cliDirectory({ account: nobody });
  afterAll(() => project.remove());

  test("starts, answers, stops", async () => {
    const info = await project.json("up", "--detach", "--json");
    expect(statSync(join(project.path, ".flux-dev", "data", "v2")).uid).toBe(nobody!.uid);
    for (const { status, curl } of info.examples) expect(paste(curl).status).toBe(status);
    expect((await project.run("down")).stdout).toBe("Stopped.\n");
    await eventually("no process is left", async () => (await processesWith(project.path)).length === 0);
  });
});

describe("up", () => {
  let project: CliDirectory;
  let info: UpInfo;
  beforeAll(async () => {
    project = cliDirectory();
    info = await project.json("up", "--detach", "--json");
  });
  afterAll(() => project.remove());

  test("prints one JSON object with everything an app needs", () => {
    expect(info).toMatchObject({
      slug: "demo",
      mode: "v2",
      demo: true,
      serviceUrl: expect.stringMatching(/^http:\/\/api--demo--[0-9a-f]{7}\.flux\.localhost:\d+$/),
      directUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      hash: expect.stringMatching(/^[0-9a-f]{7}$/),
      apiSchema: expect.stringMatching(/^t_[0-9a-f]{12}_api$/),
      jwtSecret: expect.stringMatching(/^.{48}$/),
      anonKey: null,
      serviceRoleKey: null,
      databaseUrl: expect.stringMatching(/^postgres:/),
      postgrestUrl: expect.stringMatching(/^http:/),
      idpUrl: expect.stringMatching(/^http:/),
      pid: expect.any(Number),
    });
  });

  test("ends with four lines that answer as they say, in both modes on one URL", async () => {
    const expected = ["rows 200 undefined", "empty 200 undefined", "forbidden 403 42501"];
    const kinds = ({ examples }: UpInfo) => examples.map(({ kind, status, code }) => `${kind} ${status} ${code}`);
    const v1 = await project.json("up", "--json", "--mode", "v1");
    expect(kinds(v1)).toEqual([...expected, "unauthenticated 401 42501"]);
    expect(v1).toMatchObject({ mode: "v1", serviceUrl: info.serviceUrl, pid: info.pid, apiSchema: "api" });
    for (const { status, curl } of v1.examples) expect(paste(curl).status).toBe(status);
    const v2 = await project.json("up", "--json", "--mode", "v2");
    expect(kinds(v2)).toEqual([...expected, "unauthenticated 401 undefined"]);
    const [rows, empty, forbidden, unauthenticated] = v2.examples.map(({ curl }) => paste(curl));
    expect(JSON.parse(rows!.body)).toEqual([expect.objectContaining({ body: "Buy oat milk" }), expect.anything()]);
    expect(empty).toEqual({ status: 200, body: "[]" });
    expect(JSON.parse(forbidden!.body)).toMatchObject({
      code: "42501",
      message: "permission denied for table audit_log",
    });
    expect(unauthenticated).toEqual({ status: 401, body: '{"error":"authorization required"}' });
  });

  test("switches back and forth in no time", async () => {
    await project.json("mode", "v1", "--json");
    const times = [];
    for (const mode of ["v2", "v1", "v2", "v1", "v2"]) times.push(await timedSwitch(project, mode));
    // The quickest: the others measure what else the machine was doing.
    expect(Math.min(...times)).toBeLessThan(100);
  });

  test("status and list show it, keys exist on v1 only", async () => {
    expect(await project.json("status", "--json")).toMatchObject({ pid: info.pid, serviceUrl: info.serviceUrl });
    const list = await project.json<UpInfo[]>("list", "--json");
    expect(list.map(({ directory }) => directory)).toContain(project.path);
    const { code, stderr } = await project.run("keys");
    expect([code, stderr]).toEqual([1, expect.stringContaining("does not expose static anon/service keys")]);
    await project.run("mode", "v1");
    const keys = await project.json<Record<string, string>>("keys", "--json");
    const claims = JSON.parse(Buffer.from(keys["anonKey"]!.split(".")[1]!, "base64url").toString());
    expect(claims).toEqual({ role: "anon", iat: expect.any(Number) });
    await project.run("mode", "v2");
  });

  test("tokens sign in, broken ones do not", async () => {
    const ask = async (token: string) =>
      (await fetch(`${info.directUrl}/notes?select=body`, { headers: { authorization: `Bearer ${token}` } })).text();
    const bob = (await project.run("token", "bob")).stdout.trim();
    expect(JSON.parse(await ask(bob))).toEqual([{ body: "Rehearse the talk" }]);
    for (const preset of ["expired", "wrong-secret", "alg-none", "rs256", "no-sub"]) {
      const { token } = await project.json<{ token: string }>("token", "--preset", preset, "--json");
      expect([preset, await ask(token)]).toEqual([preset, '{"error":"invalid or expired token"}']);
    }
    const { claims } = await project.json<{ claims: object }>("token", "-c", "plan=pro", "-c", "level=3", "--json");
    expect(claims).toMatchObject({ plan: "pro", level: 3 });
  });

  test("every wrong token is one line, and explained", async () => {
    const refusals: [string[], RegExp][] = [
      [["--expired", "10s"], /expired 1\d s ago/],
      [["--not-before", "1m"], /valid in \d+ s \(nbf\)/],
      [["--secret", "other"], /does not match/],
      [["--alg", "none"], /alg is "none"/],
      [["--alg", "RS256"], /alg is "RS256"/],
      [["--no-sub"], /sub is missing/],
      [["--sub", ""], /sub is blank/],
      [["--drop", "sub"], /sub is missing/],
      [["--claim", "sub=7"], /sub is number/],
      [["--session"], /alg is "RS256"/],
    ];
    for (const [flags, reason] of refusals) {
      const token = (await project.run("token", "alice", ...flags)).stdout.trim();
      const { verdicts } = await project.json<TokenExplanation>("token", "explain", "--json", "--", token);
      expect(verdicts[0], flags.join(" ")).toMatchObject({ accepts: false, reason: expect.stringMatching(reason) });
      expect((await fetch(`${info.directUrl}/notes`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(
        401,
      );
    }
    for (const [flags, sentence] of [
      [["nobody"], 'no user "nobody". Users: alice, bob, carol.'],
      [["alice", "--template", "nope"], 'no JWT template "nope". Templates: flux.'],
      [["carol", "--organization", "acme"], 'carol does not belong to an organisation "acme"'],
    ] as const) {
      expect(await project.run("token", ...flags)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(sentence),
      });
    }
  });

  test("token explain reads a pasted header, and says which door takes the token", async () => {
    const token = (await project.run("token", "alice", "--org", "acme")).stdout.trim();
    const explaining = project.start("token", "explain", "-");
    explaining.stdin.end(`Authorization: Bearer ${token}\n`);
    const said = await text(explaining.stdout);
    expect(said).toMatch(/^Template token\n/);
    expect(said).toMatch(
      /✓ v2 gateway +goes on to PostgREST\n +SQL sees sub \(.*Dropped: iss, jti, org_id, org_role, role\./,
    );
    expect(said).toMatch(/✗ v1 PostgREST +401 PGRST301\n +JWSError JWSInvalidSignature\./);
    expect(said).toMatch(/✗ Clerk SDK +signed-out, token-type-mismatch/);
  });

  test("env prints a file that an app can read", async () => {
    const { stdout } = await project.run("env");
    const variables = Object.fromEntries(
      stdout
        .split("\n")
        .filter((line) => /^[A-Z]/.test(line))
        .map((line) => line.split(/=(.*)/s, 2)),
    );
    expect(variables).toMatchObject({
      FLUX_URL: info.appUrl,
      NEXT_PUBLIC_FLUX_URL: info.appUrl,
      FLUX_GATEWAY_JWT_SECRET: info.jwtSecret,
      FLUX_POSTGREST_SCHEMA: info.apiSchema,
      CLERK_PUBLISHABLE_KEY: expect.stringMatching(/^pk_test_/),
    });
  });

  test("push applies SQL, and a mistake is shown in its place", async () => {
    project.write("more.sql", "create table more (id int primary key);\nalter table more enable row level security;\n");
    const preview = await project.run("push", "--dry-run", "more.sql");
    expect(preview).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Would apply more\.sql .*\nDry run OK\. Nothing applied\.\n$/s),
    });
    expect((await project.run("psql", "-c", "select count(*) from more")).code).toBe(1);
    const { code, stdout } = await project.run("push", "more.sql");
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^Applying more\.sql to project .*\n✓ SQL applied successfully\.\n$/),
    ]);
    project.write("wrong.sql", "select 1;\ncreate tabel x ();\n");
    const wrong = await project.run("push", "wrong.sql");
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('wrong.sql:2:8: syntax error at or near "tabel"'),
    });
    project.write("more/1.sql", "select 1");
    project.write("more/2.sql", "select nope");
    expect(await project.run("push", "more")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/\n→ 1\.sql applying\.\.\.\n✓ 1\.sql applied\n→ 2\.sql applying\.\.\.\n$/),
      stderr: expect.stringContaining("more/2.sql:1:8: "),
    });
    expect((await project.run("push", "--plan", "more")).stdout).toContain("Plan. 1 would apply, 1 in ledger.");
    expect((await project.run("migrations", "list")).stdout).toMatch(/\n1\.sql +\d{4}-.*Z {2}[0-9a-f]{12}…\n/);
    expect(await project.run("push", "--plan", "--dry-run")).toMatchObject({
      code: 1,
      stderr: "Error: Use only one of --plan or --dry-run.\n",
    });
    expect((await project.run("psql", "-c", "select count(*) from more")).code).toBe(0);
    await project.run("reset");
    expect((await project.run("psql", "-c", "select count(*) from more")).code).toBe(1);
  });

  test("psql works without psql", async () => {
    const run = (...args: string[]) => project.runWith({ PATH: "/nonexistent" }, "psql", ...args);
    const { code, stdout } = await run("-c", "select body, pinned from notes order by id limit 2");
    expect([code, stdout]).toEqual([0, "body           pinned\nBuy oat milk   true\nCall the bank  false\n(2 rows)\n"]);
    expect(await run("-c", "select nope")).toMatchObject({
      code: 1,
      stderr: 'ERROR: column "nope" does not exist\n',
    });
  });

  test("keeps its things in .flux-dev, out of Git's and other users' sight", () => {
    expect(readFileSync(join(project.path, ".flux-dev", ".gitignore"), "utf8")).toBe("*\n");
    for (const file of ["state.json", "run.json", "flux-dev.log"]) {
      expect(statSync(join(project.path, ".flux-dev", file)).mode & 0o077).toBe(0);
    }
  });

  test("down ends every process; the next up keeps ports, data and secrets", async () => {
    await project.run("psql", "-c", "insert into profiles (id, display_name) values ('kept', 'Kept')");
    expect((await project.run("down")).stdout).toBe("Stopped.\n");
    expect(isAlive(info.pid)).toBe(false);
    await eventually("no process is left", async () => (await processesWith(project.path)).length === 0);
    expect((await project.run("status")).code).toBe(1);
    expect((await project.run("logs", "-n", "200")).stdout).toContain("Started demo");
    const again = await project.json("up", "--detach", "--json");
    expect(again).toMatchObject({
      serviceUrl: info.serviceUrl,
      postgrestUrl: info.postgrestUrl,
      idpUrl: info.idpUrl,
      databaseUrl: info.databaseUrl,
      jwtSecret: info.jwtSecret,
    });
    expect((await project.run("psql", "-Atc", "select display_name from profiles where id = 'kept'")).stdout).toBe(
      "Kept\n",
    );
    await project.run("down");
    await project.json("up", "--detach", "--json", "--fresh");
    expect((await project.run("psql", "-Atc", "select count(*) from profiles where id = 'kept'")).stdout).toBe("0\n");
  });
});

/** Milliseconds of the switch itself, without the time a process takes to start. */
async function timedSwitch(project: CliDirectory, mode: string): Promise<number> {
  const run = JSON.parse(readFileSync(join(project.path, ".flux-dev", "run.json"), "utf8"));
  const start = performance.now();
  const response = await fetch(`${run.control.url}/mode`, {
    method: "POST",
    headers: { authorization: `Bearer ${run.control.token}` },
    body: JSON.stringify({ mode }),
  });
  expect(await response.json()).toMatchObject({ output: { mode } });
  return performance.now() - start;
}
