import { Command, Option } from "commander";
import { RELEASE_VERSIONS, type ReleaseVersion } from "../../postgrest/runner/releases.ts";
import type { PostgrestCommand } from "../../postgrest/server/command.ts";
import { ExitWith } from "../errors.ts";

const actions = {
  version: "version",
  dumpConfig: "dump-config",
  dumpSchema: "dump-schema",
  example: "example",
  ready: "ready",
} as const;

type PostgrestOptions = Partial<Record<keyof typeof actions, boolean>> & {
  readonly postgrestVersion: PostgrestCommand["version"];
};

export function postgrestCommand(): Command {
  return new Command("postgrest")
    .description("run the PostgREST engine alone, from PostgREST's own PGRST_* variables or its configuration file")
    .argument("[file]", "configuration file")
    .option("-v, --version", "print which PostgREST this answers as, and exit")
    .option("--dump-config", "print the configuration and exit")
    .option("--dump-schema", "print the schema cache as JSON and exit")
    .option("-e, --example", "print an example configuration file and exit")
    .option("--ready", "ask the admin port of a running server whether it is ready")
    .addOption(
      new Option("--postgrest-version <version>", "which PostgREST to be").choices(["12.0", "12.2"]).default("12.2"),
    )
    .action(postgrest)
    .addCommand(installCommand());
}

function installCommand(): Command {
  return new Command("install")
    .description("download the real PostgREST, verified by its checksum, for --postgrest binary")
    .addOption(new Option("--release <version>", "which one").choices(RELEASE_VERSIONS).default("12.2.12"))
    .option("--checksum <sha256>", "what the download must be, from somebody you trust")
    .option("--from <url>", "a mirror that holds v<version>/<file>")
    .action(async ({ release, checksum, from }: InstallFlags) => {
      const { installPostgrest } = await import("../../postgrest/runner/install.ts");
      const progress = (text: string) => process.stderr.write(`${text} …\n`);
      const path = await installPostgrest({ version: release, checksum, from, progress });
      process.stdout.write(`${path}\n`);
    });
}

interface InstallFlags {
  readonly release: ReleaseVersion;
  readonly checksum?: string;
  readonly from?: string;
}

async function postgrest(file: string | undefined, options: PostgrestOptions): Promise<void> {
  const names = Object.keys(actions) as (keyof typeof actions)[];
  const chosen = names.find((name) => options[name]);
  const action = chosen === undefined ? "run" : actions[chosen];
  const { runPostgrestCommand } = await import("../../postgrest/server/command.ts");
  const { installSignalHandlers } = await import("../../postgrest/server/signals.ts");
  const started = await runPostgrestCommand(
    { file, action, version: options.postgrestVersion },
    {
      env: process.env,
      print: (text) => process.stdout.write(text),
      printError: (text) => process.stderr.write(text),
      onFatal: () => process.exit(1),
    },
  );
  if (typeof started === "number") throw new ExitWith(started);
  installSignalHandlers(started.engine, () => void started.close().finally(() => process.exit(0)));
}
