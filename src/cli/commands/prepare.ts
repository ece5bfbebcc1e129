import { Command, Option } from "commander";
import type { ModeName } from "../../project/mode/types.ts";
import { jsonOption, parseModes, type ServerFlags } from "../options.ts";
import { print, printJson, progress } from "../terminal.ts";

interface PrepareFlags extends Pick<ServerFlags, "postgres" | "iKnow"> {
  readonly mode?: ModeName[];
  readonly fresh?: boolean;
  readonly json?: boolean;
}

export function prepareCommand(): Command {
  return new Command("prepare")
    .description("make the database ready and print the PGRST_* variables for a PostgREST of your own")
    .addOption(new Option("-m, --mode <mode>", "v1, v2 or both; default: the project's").argParser(parseModes))
    .option("--fresh", "forget the data of earlier runs first")
    .option("--postgres <source>", "embedded, docker, or the URL of a Postgres 16 (superuser postgres)")
    .option("--i-know", "use a given Postgres although it looks like somebody's own")
    .addOption(jsonOption())
    .action(prepare);
}

async function prepare({ mode, json, ...options }: PrepareFlags): Promise<void> {
  const status = progress(json === true);
  const { prepareDatabases } = await import("../../stack/prepare.ts");
  const start = { directory: process.cwd(), ...options, onProgress: status.step };
  const prepared = await prepareDatabases(start, mode).finally(status.done);
  if (json) return printJson(prepared);
  for (const { mode, postgres, postgrest } of prepared) {
    print(`# ${mode}: the database (${postgres}) is ready for a PostgREST with`);
    print(...Object.entries(postgrest).map(([name, value]) => `${name}=${value}`));
  }
}
