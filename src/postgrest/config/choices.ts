/** Options that take one of a few values or a text of a certain form. Messages are PostgREST's. */
import type { Dialect } from "../dialect.ts";
import { showString } from "../haskell.ts";
import { ConfigError } from "./config-error.ts";
import { parseJsPath } from "./js-path.ts";
import type { JsPathStep, LogLevel, OpenApiMode } from "./types.ts";
import { isProxyUri, parseUri } from "./uri.ts";

const transactionEnds: ReadonlyMap<string, { rollbackAll: boolean; allowOverride: boolean }> = new Map([
  ["commit", { rollbackAll: false, allowOverride: false }],
  ["commit-allow-override", { rollbackAll: false, allowOverride: true }],
  ["rollback", { rollbackAll: true, allowOverride: false }],
  ["rollback-allow-override", { rollbackAll: true, allowOverride: true }],
]);

export function transactionEnd(text: string | undefined): { rollbackAll: boolean; allowOverride: boolean } {
  const found = transactionEnds.get(text ?? "commit");
  if (found === undefined) throw new ConfigError("Invalid transaction termination. Check your configuration.");
  return found;
}

/** The values of db-tx-end, for the dump. */
export const transactionEndName = (rollbackAll: boolean, allowOverride: boolean): string =>
  `${rollbackAll ? "rollback" : "commit"}${allowOverride ? "-allow-override" : ""}`;

export function logLevel(text: string | undefined, dialect: Dialect): LogLevel {
  const levels: readonly LogLevel[] = [
    "crit",
    "error",
    "warn",
    "info",
    ...(dialect.knowsNewerConfig ? (["debug"] as const) : []),
  ];
  const found = levels.find((level) => level === (text ?? "error"));
  if (found === undefined) throw new ConfigError("Invalid logging level. Check your configuration.");
  return found;
}

export function openApiMode(text: string | undefined): OpenApiMode {
  const modes: readonly OpenApiMode[] = ["follow-privileges", "ignore-privileges", "disabled"];
  const found = modes.find((mode) => mode === (text ?? "follow-privileges"));
  if (found === undefined) throw new ConfigError("Invalid openapi-mode. Check your configuration.");
  return found;
}

export function proxyUri(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!isProxyUri(text))
    throw new ConfigError("Malformed proxy uri, a correct example: https://example.com:8443/basePath");
  return text;
}

/** With a colon in it an audience has to be a URI. */
export function audience(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (text.includes(":") && parseUri(text) === null)
    throw new ConfigError("Invalid Jwt audience. Check your configuration.");
  return text;
}

/** The parser's message arrives quoted and escaped, because PostgREST prints it twice over. */
export function roleClaimKey(text: string | undefined): readonly JsPathStep[] {
  if (text === undefined) return [{ kind: "key", key: "role" }];
  try {
    return parseJsPath(text);
  } catch (error) {
    throw new ConfigError(showString((error as Error).message));
  }
}

export const origins = (text: string | undefined): readonly string[] | null =>
  text === undefined ? null : text.split(",").map((origin) => origin.trim());

/** Octal digits count up to the first other character. */
export function socketMode(text: string | undefined): number {
  if (text === undefined) return 0o660;
  const digits = /^[0-7]+/.exec(text)?.[0];
  if (digits === undefined) throw new ConfigError("Invalid server-unix-socket-mode: not an octal");
  const mode = Number.parseInt(digits, 8);
  if (mode < 0o600 || mode > 0o777)
    throw new ConfigError("Invalid server-unix-socket-mode: needs to be between 600 and 777");
  return mode;
}
