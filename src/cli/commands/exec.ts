import { Command } from "commander";
import type { ModeName } from "../../project/mode/types.ts";
import { flatEnvironment } from "../../stack/environment.ts";
import type { RunningStack } from "../../stack/running-stack.ts";
import { ExitWith } from "../errors.ts";
import { modeOption, type ServerFlags, withServerFlags } from "../options.ts";
import { runCommand } from "../run-command.ts";
import { progress, remark } from "../terminal.ts";

interface ExecOptions extends ServerFlags {
  readonly mode?: ModeName;
  readonly strict?: boolean;
  readonly from?: string;
  readonly artifacts?: string;
}

export function execCommand(): Command {
  return withServerFlags(new Command("exec"))
    .description("run a command against a stack of its own that is gone afterwards; exits as the command does")
    .argument("<command...>", "the command and its arguments, after --")
    .addOption(modeOption())
    .option("--strict", "behave exactly as the platform")
    .option("--from <snapshot>", "start from a snapshot's data")
    .option("--artifacts <dir>", "when the command fails, keep traces, schema, logs and a script to do it again there")
    .passThroughOptions()
    .action(exec);
}

async function exec(command: string[], { artifacts, ...options }: ExecOptions): Promise<void> {
  const status = progress(!process.stderr.isTTY);
  const { startStack } = await import("../../stack/start.ts");
  const kept = artifacts === undefined ? undefined : await openArtifacts(artifacts);
  const directory = process.cwd();
  const stack = await startStack({
    directory,
    throwAway: true,
    ...options,
    serverLogs: kept?.directory,
    onProgress: status.step,
  }).finally(status.done);
  kept?.follow(stack);
  let exitCode: number;
  try {
    exitCode = await runCommand(command, { ...process.env, ...flatEnvironment(stack.environment()), ...tokens(stack) });
    if (exitCode === 0) await kept?.discard();
    else await kept?.keep(stack, { command, flags: flagsOf(stack, options), exitCode, directory });
  } finally {
    await stack.stop();
  }
  if (exitCode !== 0 && kept !== undefined) remark(`Kept in ${kept.directory}: traces, schema, logs, repro.sh.`);
  throw new ExitWith(exitCode);
}

async function openArtifacts(directory: string) {
  const { Artifacts } = await import("../artifacts/artifacts.ts");
  return Artifacts.open(directory);
}

/** Long enough for any test run. Seconds. */
const LIFETIME = 12 * 3600;

/** A token for each user as `FLUX_TOKEN_<NAME>`, and the first one's under the name that the platform's guides use. */
function tokens(stack: RunningStack): Record<string, string> {
  const each = stack.project.users.map(({ name }) => {
    const variable = `FLUX_TOKEN_${name.toUpperCase().replaceAll("-", "_")}`;
    return [variable, stack.token({ user: name, expiresIn: LIFETIME }).token] as const;
  });
  const [first] = each;
  return { ...Object.fromEntries(each), ...(first === undefined ? {} : { FLUX_BEARER_TOKEN: first[1] }) };
}

/** The mode is always told: the project's own may be another by the time the script runs. */
function flagsOf(stack: RunningStack, { strict, from, postgres, postgrest, iKnow }: ExecOptions): string[] {
  const given = Object.entries({ mode: stack.mode, from, postgres, postgrest });
  return [
    ...given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...(strict ? ["--strict"] : []),
    ...(iKnow ? ["--i-know"] : []),
  ];
}
