import { spawn, spawnSync } from "node:child_process";
import { Command } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import { ExitWith } from "../errors.ts";

export function psqlCommand(): Command {
  return new Command("psql")
    .description("open psql on the live database as superuser (a small prompt where psql is not installed)")
    .argument("[args...]", "passed on to psql, such as -c 'select 1'")
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (args: string[]) => {
      const { databaseUrl, apiSchema } = await requireStack(process.cwd()).call("info");
      if (spawnSync("psql", ["--version"]).status === 0)
        throw new ExitWith(await runPsql(databaseUrl, apiSchema, args));
      const { runPrompt } = await import("../sql-prompt.ts");
      await runPrompt(databaseUrl, apiSchema, args);
    });
}

function runPsql(databaseUrl: string, schema: string, args: readonly string[]): Promise<number> {
  // What the API sees first, so that tables can be named without their schema.
  const env = { ...process.env, PGOPTIONS: `-c search_path=${schema},public` };
  const child = spawn("psql", [databaseUrl, ...args], { stdio: "inherit", env });
  // psql takes a Ctrl-C for "cancel this statement".
  process.on("SIGINT", () => {});
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
