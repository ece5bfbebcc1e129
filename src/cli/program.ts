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
import { migrationsCommand } from "./commands/migrations.ts";
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

/** With `json` nothing is said about wrong usage here: whoever catches the error says it as JSON. */
export function buildProgram({ json = false } = {}): Command {
  const program = new Command("flux-dev")
    .description("Local emulator for the Flux platform: Postgres with RLS, PostgREST, identity provider, gateway.")
    .version(version(), "-V, --version")
    .option("--debug", "on errors, print the stack as well")
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError(json ? false : "(flux-dev --help shows the commands and their options)");
  if (json) program.configureOutput({ outputError: () => {} });
  const commands = [
    upCommand(),
    downCommand(),
    statusCommand(),
    listCommand(),
    modeCommand(),
    pushCommand(),
    migrationsCommand(),
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
  for (const command of commands) {
    settle(command, program, json);
    program.addCommand(command);
  }
  return program.exitOverride();
}

/** A command of a command is no different: it ends by an error, and says where its help is. */
function settle(command: Command, parent: Command, json: boolean, path = parent.name()): void {
  const called = `${path} ${command.name()}`;
  command.copyInheritedSettings(parent).exitOverride();
  if (!json) command.showHelpAfterError(`(${called} --help shows its arguments and options)`);
  for (const inner of command.commands) settle(inner, command, json, called);
}

function version(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
