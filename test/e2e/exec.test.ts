/** `exec -- <command>`: a stack for one command. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliDirectory, cliDirectory } from "../support/cli.ts";
import { eventually, processesWith } from "../support/processes.ts";

let project: CliDirectory;
beforeAll(() => {
  project = cliDirectory();
});
afterAll(() => project.remove());

const script = `
  const { FLUX_URL, FLUX_BEARER_TOKEN, FLUX_DEV_DATABASE_URL } = process.env;
  fetch(FLUX_URL + "/notes?select=body&order=id", { headers: { authorization: "Bearer " + FLUX_BEARER_TOKEN } })
    .then((response) => response.json())
    .then((rows) => { console.log(JSON.stringify({ rows, database: FLUX_DEV_DATABASE_URL })); process.exit(7); });
`;

test("the command has the environment and its exit code is kept; nothing is left behind", async () => {
  const { code, stdout } = await project.run("exec", "--", process.execPath, "-e", script);
  expect(code).toBe(7);
  const { rows, database } = JSON.parse(stdout);
  expect(rows).toEqual([{ body: "Buy oat milk" }, { body: "Call the bank" }]);
  const port = new URL(database).port;
  await eventually("Postgres is gone", async () => (await processesWith(`port=${port}`)).length === 0);
});

test("options of the command are the command's; a mode can be chosen", async () => {
  const print = "console.log(process.env.FLUX_POSTGREST_SCHEMA, process.argv.slice(1).join())";
  const { stdout } = await project.run(
    "exec",
    "--mode",
    "v1",
    "--",
    process.execPath,
    "-e",
    print,
    "--",
    "--json",
    "-d",
  );
  expect(stdout).toBe("api --json,-d\n");
});

test("a program that does not exist is named", async () => {
  const { code, stderr } = await project.run("exec", "--", "no-such-program");
  expect([code, stderr]).toEqual([127, expect.stringContaining('There is no program "no-such-program".')]);
});
