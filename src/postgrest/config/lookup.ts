/** Where an option's value comes from: the database first, then the environment, then the file. */
import { type ConfigValue, toBoolean, toInteger, toText } from "./values.ts";

export interface ConfigLayers {
  /** In-database settings, by name with underscores: `db_schemas`. */
  readonly database: ReadonlyMap<string, string>;
  /** All of the environment; only `PGRST_*` counts. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: ReadonlyMap<string, ConfigValue>;
}

/** Reads options by their names in the file; several names are tried in order, the later ones being old aliases. */
export class OptionReader {
  readonly #layers: ConfigLayers;

  constructor(layers: ConfigLayers) {
    this.#layers = layers;
  }

  value(name: string): ConfigValue | undefined {
    const { database, env, file } = this.#layers;
    const underscored = name.replaceAll("-", "_");
    return database.get(underscored) ?? env[`PGRST_${underscored.toUpperCase()}`] ?? file.get(name);
  }

  /** An empty text is no text. */
  text(...names: readonly string[]): string | undefined {
    return this.#first(names, (value) => toText(value) || undefined);
  }

  integer(...names: readonly string[]): bigint | undefined {
    return this.#first(names, toInteger);
  }

  flag(...names: readonly string[]): boolean | undefined {
    return this.#first(names, toBoolean);
  }

  #first<T>(names: readonly string[], coerce: (value: ConfigValue) => T | undefined): T | undefined {
    for (const name of names) {
      const value = this.value(name);
      const coerced = value === undefined ? undefined : coerce(value);
      if (coerced !== undefined) return coerced;
    }
    return undefined;
  }
}

const PREFIX = "PGRST_APP_SETTINGS_";

/** `app.settings.*` of the file and `PGRST_APP_SETTINGS_*` of the environment, which prevails. Sorted by name. */
export function appSettings({ env, file }: ConfigLayers): Array<readonly [name: string, value: string]> {
  const settings = new Map<string, string>();
  for (const [key, value] of file) if (/^app\.settings\.[^.]+$/.test(key)) settings.set(key, toText(value));
  for (const [name, value] of Object.entries(env))
    if (name.startsWith(PREFIX) && value !== undefined)
      settings.set(`app.settings.${name.slice(PREFIX.length)}`, value);
  return [...settings].sort(([a], [b]) => (a < b ? -1 : 1));
}
