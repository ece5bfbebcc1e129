/** Finds and reads the project's `flux-dev.config.*`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../json/json.ts";
import { configSchema, type ResolvedConfig } from "./config-schema.ts";
import { ProjectFileError, problemsOf, readJsonFile } from "./problems.ts";

const CONFIG_FILES = ["json", "ts", "mts", "js", "mjs"].map((extension) => `flux-dev.config.${extension}`);

export interface LoadedConfig {
  /** Name of the file; undefined when there is none and every value is a default. */
  readonly file: string | undefined;
  readonly config: ResolvedConfig;
}

/** Name of the directory's configuration file. Throws when there are two, since which one counts would be a guess. */
export function configFileIn(directory: string): string | undefined {
  const [first, second] = CONFIG_FILES.filter((name) => existsSync(join(directory, name)));
  if (first !== undefined && second !== undefined) {
    throw new ProjectFileError(second, `stands beside ${first}; keep one of the two.`);
  }
  return first;
}

/** JSON whose values go before the file's: for containers and CI, where the machine decides what the project cannot know. */
const VARIABLE = "FLUX_DEV_CONFIG";

/** The directory's configuration with defaults filled in. Throws `ProjectFileError` naming the file and the key. */
export async function loadConfig(directory: string, machine = process.env[VARIABLE]): Promise<LoadedConfig> {
  const file = configFileIn(directory);
  const value = file === undefined ? {} : await readConfigFile(directory, file);
  const config = parseConfig(value, file ?? "defaults");
  if (machine === undefined || machine.trim() === "") return { file, config };
  const over = parseVariable(machine);
  return { file, config: parseConfig(laidOver(value, over), VARIABLE) };
}

function readConfigFile(directory: string, file: string): unknown {
  const path = join(directory, file);
  return file.endsWith(".json") ? readJsonFile(path, file) : evaluate(path, file);
}

function parseVariable(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ProjectFileError(VARIABLE, `is not valid JSON: ${(error as Error).message}`);
  }
  // By itself first: what is wrong in it must not be looked for in the file.
  parseConfig(value, VARIABLE);
  return value;
}

/** Objects are merged key by key; any other value takes the place of the one below. */
function laidOver(below: unknown, over: unknown): unknown {
  if (!isObject(below) || !isObject(over)) return over;
  const keys = Object.entries(over).map(([key, value]) => [key, laidOver(below[key], value)] as const);
  return { ...below, ...Object.fromEntries(keys) };
}

/** Checks a configuration given as data; `source` names it in errors. */
export function parseConfig(value: unknown, source: string): ResolvedConfig {
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) throw problemsOf(source, parsed.error);
  return parsed.data;
}

/** Runs a JS or TS configuration. Node 20 strips no types, hence jiti; nothing of it is loaded for a JSON file. */
async function evaluate(path: string, file: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  let exported: unknown;
  try {
    exported = await createJiti(import.meta.url, { fsCache: false, moduleCache: false }).import(path, {
      default: true,
    });
  } catch (error) {
    throw new ProjectFileError(file, `could not be run: ${error instanceof Error ? error.message : String(error)}`);
  }
  const value = typeof exported === "function" ? await exported() : await exported;
  if (typeof value !== "object" || value === null) {
    throw new ProjectFileError(file, "must have the configuration object as its default export.");
  }
  return value;
}
