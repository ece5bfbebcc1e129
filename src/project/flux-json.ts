/** `flux.json`, the platform's own project file. Texts are the platform's, so that a file fails here as it fails there. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../json/json.ts";
import { modeNamed } from "./mode/mode.ts";
import type { ModeName } from "./mode/types.ts";
import { ProjectFileError } from "./problems.ts";
import { assertSlug, isHash, localHash, PLACEHOLDER_HASH } from "./slug.ts";
import { assertSchemaIdentifier, shortIdOfSchema } from "./tenant.ts";

export const FLUX_JSON = "flux.json";

export interface FluxJson {
  readonly slug: string;
  /** Lower case. For the template's placeholder a hash derived from the slug; `placeholder` tells. */
  readonly hash: string;
  readonly placeholder: boolean;
  readonly mode: ModeName | undefined;
  readonly apiSchema: string | undefined;
  /** The short id that a schema `t_<sid>_api` fixes. */
  readonly sid: string | undefined;
  readonly apiUrl: string | undefined;
}

/** The directory's flux.json (parents are not searched, as on the platform), or undefined when there is none. */
export function readFluxJson(directory: string): FluxJson | undefined {
  const path = join(directory, FLUX_JSON);
  if (!existsSync(path)) return undefined;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ProjectFileError(FLUX_JSON, `cannot be read (${(error as Error).message}).`);
  }
  return parseFluxJson(text);
}

export function parseFluxJson(text: string): FluxJson {
  const root = objectIn(text);
  const slug = textOf(root, "slug");
  if (slug === undefined) {
    throw missing('Missing project. Pass -p, --project or add a "slug" field to flux.json in the current directory.');
  }
  checkSlug(slug);
  const hash = textOf(root, "hash");
  if (hash === undefined) {
    throw missing('Missing project hash. Pass --hash <7hex> or add a "hash" field to flux.json.');
  }
  // The platform refuses the placeholder ("project not initialized"); locally a template should run as it is.
  const placeholder = hash === PLACEHOLDER_HASH;
  if (!placeholder && !isHash(hash.toLowerCase()))
    throw new ProjectFileError(FLUX_JSON, "hash must be 7 hex characters.", { next: HASH_HELP });
  const mode = modeOf(root);
  const apiSchema = textOf(root, "apiSchema");
  const sid = apiSchema === undefined ? undefined : shortIdIn(apiSchema, mode);
  return {
    slug,
    hash: placeholder ? localHash(slug) : hash.toLowerCase(),
    placeholder,
    mode,
    apiSchema,
    sid,
    apiUrl: textOf(root, "apiUrl"),
  };
}

const HASH_HELP = `Copy it from what \`flux init\` wrote, or write "hash": "${PLACEHOLDER_HASH}" until there is one.`;

/** The platform's text does not say where the slug stands. */
function checkSlug(slug: string): void {
  try {
    assertSlug(slug);
  } catch (error) {
    throw Object.assign(error as Error, {
      next: `Change "slug" in ${FLUX_JSON}: lower-case letters, digits and single hyphens.`,
    });
  }
}

/** The short id that the schema's name fixes, if it does. Throws for a name that no project of that mode can have. */
function shortIdIn(apiSchema: string, mode: ModeName | undefined): string | undefined {
  try {
    assertSchemaIdentifier(apiSchema);
  } catch (error) {
    // The platform's sentence does not say which value it speaks of.
    throw new ProjectFileError(FLUX_JSON, `"apiSchema": ${(error as Error).message}`);
  }
  const sid = shortIdOfSchema(apiSchema);
  if (sid !== undefined || mode === "v1") return sid;
  if (mode === "v2") {
    throw new ProjectFileError(
      FLUX_JSON,
      `"apiSchema" is "${apiSchema}", but a v2_shared project has a schema of the form t_<12 hex>_api. Copy it from \`flux init\`, or remove the line.`,
    );
  }
  // Without a mode a name of another form is a dedicated project's; a misspelt tenant schema would silently lose its id.
  if (/^t_.*_api$/i.test(apiSchema)) {
    throw new ProjectFileError(
      FLUX_JSON,
      `"apiSchema" is "${apiSchema}", which is not of the form t_<12 hex>_api (lower case). Copy it from \`flux init\`, or add "mode": "v1_dedicated" if the schema has that name.`,
    );
  }
  return undefined;
}

/** The platform's text speaks of flags that are its own command line's. */
const missing = (text: string): Error =>
  Object.assign(new Error(text), { next: "flux-dev reads both from flux.json; without the file the demo runs." });

const EXAMPLE = `It should look like this: {"slug": "my-app", "hash": "${PLACEHOLDER_HASH}"}`;

function objectIn(text: string): Record<string, unknown> {
  let root: unknown;
  try {
    root = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const why = `${(error as Error).message}.`;
    throw new ProjectFileError(FLUX_JSON, "file is not valid JSON.", { why, next: EXAMPLE });
  }
  if (!isObject(root)) throw new ProjectFileError(FLUX_JSON, "root must be a JSON object.", { next: EXAMPLE });
  return root;
}

function textOf(root: Record<string, unknown>, key: string): string | undefined {
  const value = root[key];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value.trim() === "") {
    throw new ProjectFileError(FLUX_JSON, `"${key}" must be a non-empty string.`);
  }
  return value.trim();
}

function modeOf(root: Record<string, unknown>): ModeName | undefined {
  const text = textOf(root, "mode");
  if (text === undefined) return undefined;
  try {
    return modeNamed(text);
  } catch {
    throw new ProjectFileError(FLUX_JSON, `"mode" must be "v1_dedicated" or "v2_shared", not "${text}".`);
  }
}
