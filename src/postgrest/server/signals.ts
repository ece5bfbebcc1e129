import type { Engine } from "../engine.ts";

/** SIGUSR1 reloads the schema cache, SIGUSR2 the configuration; SIGINT and SIGTERM call `end`. */
export function installSignalHandlers(engine: Engine, end: () => void): void {
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  // Windows has neither of the two.
  if (process.platform === "win32") return;
  process.on("SIGUSR1", () => void engine.reloadSchemaCache());
  process.on("SIGUSR2", () => void engine.reloadConfig());
}
