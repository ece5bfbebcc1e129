/** Options whose value may be `@path`: the value is then what the file holds. */

import { isUtf8 } from "node:buffer";
import { verificationKeys } from "../auth/keys.ts";
import { ConfigError } from "./config-error.ts";
import type { ReadFile } from "./file.ts";
import type { EngineConfig } from "./types.ts";

type Secret = Pick<EngineConfig, "jwtSecret" | "jwtSecretIsBase64">;

/**
 * `jwt-secret`, checked. One line break at the file's end is not part of it. A file of bytes that are no text is a secret
 * too; it is carried on as base64.
 */
export function secretFromFile(secret: string | null, isBase64: boolean, readFile: ReadFile): Secret {
  const loaded = secret?.startsWith("@")
    ? fromFile(secret.slice(1), isBase64, readFile)
    : { jwtSecret: secret, jwtSecretIsBase64: isBase64 };
  if (loaded.jwtSecret !== null)
    try {
      verificationKeys(loaded.jwtSecret, loaded.jwtSecretIsBase64);
    } catch (error) {
      throw new ConfigError((error as Error).message);
    }
  return loaded;
}

function fromFile(path: string, isBase64: boolean, readFile: ReadFile): Secret {
  const bytes = read("jwt-secret", path, readFile);
  const key = bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes;
  if (isUtf8(key) || isBase64) return { jwtSecret: key.toString("utf8"), jwtSecretIsBase64: isBase64 };
  return { jwtSecret: key.toString("base64"), jwtSecretIsBase64: true };
}

/** `db-uri`, without the blanks around it in the file. */
export const dbUriFromFile = (uri: string, readFile: ReadFile): string =>
  uri.startsWith("@") ? read("db-uri", uri.slice(1), readFile).toString("utf8").trim() : uri;

function read(option: string, path: string, readFile: ReadFile): Buffer {
  try {
    return readFile(path);
  } catch (error) {
    throw new ConfigError(`${option}: the file ${path} cannot be read (${(error as Error).message})`);
  }
}
