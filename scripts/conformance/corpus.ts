/** The recorded answers of PostgREST: cases that stand alone, and scenarios, lists of steps that build on one another. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const corpusDirectory = fileURLToPath(new URL("../../test/golden/postgrest/", import.meta.url));

export interface Expectation {
  readonly status: number;
  /** Lower-case names; null: the header must be absent. */
  readonly headers: Readonly<Record<string, string | null>>;
  readonly bodyType: "json" | "text" | "base64" | "none" | "any";
  readonly body?: unknown;
  /** Nothing in the request orders lists of objects, so they compare as sets. */
  readonly anyOrder?: boolean;
  /** The hint is a fuzzy suggestion, one of several as good. */
  readonly looseHint?: boolean;
}

/** The recipe of an `Authorization` header, so that tokens are fresh at every run. */
export interface TokenRecipe {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly expOffset?: number;
  readonly nbfOffset?: number;
  readonly iatOffset?: number;
  readonly alg?: string;
  readonly secret?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly scheme?: string;
  readonly tamper?: "signature" | "payload" | "two-parts";
  /** The whole header, literally. */
  readonly raw?: string;
}

export interface Step {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly bodyBase64?: string;
  readonly as: TokenRecipe | null;
  readonly expect: Expectation;
  /** What of a JSON body is compared: a path into it, without the names of `omit`, or its names alone. */
  readonly pick?: ReadonlyArray<string | number>;
  readonly omit?: readonly string[];
  readonly keysOnly?: boolean;
}

export interface Item {
  readonly id: string;
  readonly group: string;
  readonly config: string;
  readonly steps: readonly Step[];
  /** Its steps commit, so the data is put back before it. */
  readonly isScenario: boolean;
}

export interface ConfigEntry {
  readonly database: string;
  readonly jwtSecret: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface SetupStep {
  readonly file: string;
  readonly role?: string;
  readonly vars?: Readonly<Record<string, string>>;
  /** Holds rows, not objects: to be run again for a reset. */
  readonly data?: boolean;
}

export interface Setup {
  readonly password: string;
  readonly roles: readonly string[];
  readonly databases: Readonly<Record<string, { readonly name: string; readonly setup: readonly SetupStep[] }>>;
  readonly configs: Readonly<Record<string, ConfigEntry>>;
}

export const readSetup = (): Setup => JSON.parse(readFileSync(join(corpusDirectory, "configs.json"), "utf8")) as Setup;

/** @param version `12.0`: the answers in which that version differs take the place of the usual ones */
export function readItems(version: "12.2" | "12.0"): Item[] {
  const cases = readLines<Item & Step>("cases.jsonl").map(({ id, group, config, ...step }) => ({
    id,
    group,
    config,
    steps: [step as Step],
    isScenario: false,
  }));
  const scenarios = readLines<Item>("scenarios.jsonl").map((item) => ({ ...item, isScenario: true }));
  return version === "12.2" ? [...cases, ...scenarios] : [...cases, ...scenarios].map(overlay());
}

function overlay(): (item: Item) => Item {
  const cases = readLines<{ id: string; expect: Expectation }>("cases-12.0.jsonl");
  const scenarios = readLines<{ id: string; steps: Record<string, Expectation> }>("scenarios-12.0.jsonl");
  const others = new Map<string, Readonly<Record<string, Expectation>>>([
    ...cases.map(({ id, expect }) => [id, { "0": expect }] as const),
    ...scenarios.map(({ id, steps }) => [id, steps] as const),
  ]);
  return (item) => {
    const other = others.get(item.id);
    if (other === undefined) return item;
    return { ...item, steps: item.steps.map((step, index) => ({ ...step, expect: other[index] ?? step.expect })) };
  };
}

function readLines<T>(file: string): T[] {
  const path = join(corpusDirectory, file);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
