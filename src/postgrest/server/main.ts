/** `node server/main.ts [FILE] [--dump-config …]`: the engine alone, a drop-in for the real binary. */
import { parseArgs } from "node:util";
import { type PostgrestCommand, runPostgrestCommand } from "./command.ts";
import { installSignalHandlers } from "./signals.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "dump-config": { type: "boolean" },
    "dump-schema": { type: "boolean" },
    example: { type: "boolean", short: "e" },
    ready: { type: "boolean" },
    "postgrest-version": { type: "string", default: "12.2" },
  },
});
const actions = ["dump-config", "dump-schema", "example", "ready"] as const;
const command: PostgrestCommand = {
  file: positionals[0],
  action: actions.find((action) => values[action]) ?? "run",
  version: values["postgrest-version"] === "12.0" ? "12.0" : "12.2",
};

try {
  const started = await runPostgrestCommand(command, {
    env: process.env,
    print: (text) => process.stdout.write(text),
    printError: (text) => process.stderr.write(text),
    onFatal: () => process.exit(1),
  });
  if (typeof started === "number") process.exitCode = started;
  else installSignalHandlers(started.engine, () => void started.close().finally(() => process.exit(0)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
