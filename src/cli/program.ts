/** The command line: one line per command, each in a file of its own. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { coverageCommand } from "./commands/coverage.ts";
import { diffCommand } from "./commands/diff.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { downCommand } from "./commands/down.ts";
import { envCommand } from "./commands/env.ts";
import { execCommand } from "./commands/exec.ts";
import { faultCommand } from "./commands/fault.ts";
import { keysCommand } from "./commands/keys.ts";
import { lintCommand } from "./commands/lint.ts";
import { listCommand } from "./commands/list.ts";
import { logsCommand } from "./commands/logs.ts";
import { matrixCommand } from "./commands/matrix.ts";
import { modeCommand } from "./commands/mode.ts";
import { postgrestCommand } from "./commands/postgrest.ts";
import { prepareCommand } from "./commands/prepare.ts";
import { psqlCommand } from "./commands/psql.ts";
import { pushCommand } from "./commands/push.ts";
import { resetCommand } from "./commands/reset.ts";
import { snapshotCommand } from "./commands/snapshot.ts";
import { stateCommand } from "./commands/state.ts";
import { statusCommand } from "./commands/status.ts";
import { tokenCommand } from "./commands/token.ts";
import { trapCommand } from "./commands/trap.ts";
import { upCommand } from "./commands/up.ts";
import { whyCommand } from "./commands/why.ts";

export function buildProgram(): Command {
  const program = new Command("flux-dev")
    .description("Local emulator for the Flux platform: Postgres with RLS, PostgREST, identity provider, gateway.")
    .version(version(), "-V, --version")
    .option("--debug", "on errors, print the stack as well")
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError("(flux-dev --help shows the commands and their options)");
  const commands = [
    upCommand(),
    downCommand(),
    statusCommand(),
    listCommand(),
    modeCommand(),
    pushCommand(),
    resetCommand(),
    snapshotCommand(),
    execCommand(),
    envCommand(),
    keysCommand(),
    tokenCommand(),
    whyCommand(),
    diffCommand(),
    matrixCommand(),
    lintCommand(),
    coverageCommand(),
    trapCommand(),
    stateCommand(),
    faultCommand(),
    logsCommand(),
    psqlCommand(),
    doctorCommand(),
    postgrestCommand(),
    prepareCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program).exitOverride());
  return program.exitOverride();
}

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
