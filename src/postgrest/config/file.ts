/** The configuration file as a flat map: groups unfolded, imports followed, `$(name)` in texts replaced. */
import { ConfigError } from "./config-error.ts";
import { type Directive, parseConfigFile } from "./file-syntax.ts";
import type { ConfigValue } from "./values.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws what `fs.readFileSync` throws. */
export type ReadFile = (path: string) => Buffer;

/** Throws ConfigError for what cannot be read, parsed or replaced. */
export function loadConfigFile(path: string, env: Environment, readFile: ReadFile): Map<string, ConfigValue> {
  const values = new Map<string, ConfigValue>();
  apply([{ kind: "import", path }], "", "", values, env, readFile);
  return values;
}

function apply(
  directives: readonly Directive[],
  prefix: string,
  file: string,
  values: Map<string, ConfigValue>,
  env: Environment,
  readFile: ReadFile,
): void {
  for (const directive of directives) {
    if (directive.kind === "bind") {
      const key = prefix + directive.key;
      const { value } = directive;
      values.set(key, typeof value === "string" ? interpolate(value, key, prefix, values, env) : value);
    } else if (directive.kind === "group") {
      apply(directive.directives, `${prefix}${directive.key}.`, file, values, env, readFile);
    } else {
      const path = directive.path.startsWith("/") ? directive.path : file.replace(/[^/]*$/, "") + directive.path;
      apply(parseConfigFile(readText(path, readFile), path), prefix, path, values, env, readFile);
    }
  }
}

function readText(path: string, readFile: ReadFile): string {
  try {
    return readFile(path).toString("utf8");
  } catch (error) {
    throw new ConfigError(`${path}: the file cannot be read (${(error as Error).message})`);
  }
}

/** Names are looked for among the settings so far, in this group and those around it, then in the environment. */
function interpolate(
  text: string,
  key: string,
  prefix: string,
  values: ReadonlyMap<string, ConfigValue>,
  env: Environment,
): string {
  return text.replace(/\$(?:(\$)|\(([^)]+)\)|)/g, (found, dollar?: string, name?: string) => {
    if (dollar !== undefined) return "$";
    if (name === undefined)
      throw new ConfigError(`${key}: '${found}' begins no '$(name)'; write '$$' for the sign itself`);
    const groups = prefix.split(".").filter(Boolean);
    for (let depth = groups.length; depth >= 0; depth--) {
      const value = values.get([...groups.slice(0, depth), name].join("."));
      if (typeof value === "string" || typeof value === "number") return String(value);
      if (value !== undefined) throw new ConfigError(`${key}: variable '${name}' is not a string or number`);
    }
    const value = env[name];
    if (value === undefined) throw new ConfigError(`${key}: no such variable: '${name}'`);
    return value;
  });
}
