/** Where a stack's Postgres and PostgREST come from, as users name it. Pure. */
import type { ModeName } from "./mode/types.ts";

export type PostgresSource =
  | { readonly kind: "embedded" }
  | { readonly kind: "docker" }
  /** A superuser's URL. */
  | { readonly kind: "url"; readonly url: string };

export type PostgrestSource =
  | { readonly kind: "builtin" }
  | { readonly kind: "docker" }
  /** Without a path: one that was installed, or the one on PATH. */
  | { readonly kind: "binary"; readonly path: string | undefined }
  /** A server that somebody else configured and runs. */
  | { readonly kind: "url"; readonly url: string };

export const POSTGRES_SOURCES = '"embedded", "docker" or a URL that begins with postgres://';
export const POSTGREST_SOURCES =
  '"builtin", "docker", "binary", a path such as ./postgrest or a URL that begins with http://';

/** Why a text that names no source may have been meant as one; undefined where nothing is to be guessed. */
export function meantAs(text: string): string | undefined {
  if (/^(postgres(ql)?|http):\/\//.test(text))
    return "It cannot be read as a URL; a special character in user or password must be percent-encoded (@ is %40, / is %2F, # is %23, : is %3A).";
  if (/^https:\/\//.test(text)) return "PostgREST speaks plain HTTP; the platform's gateway reaches it without TLS.";
  return undefined;
}

/** Undefined for what is none. */
export function postgresSource(text: string): PostgresSource | undefined {
  if (text === "embedded" || text === "docker") return { kind: text };
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return { kind: "url", url: text };
  return undefined;
}

/** Undefined for what is none. A bare word is more likely a misspelt choice than a file. */
export function postgrestSource(text: string): PostgrestSource | undefined {
  if (text === "builtin" || text === "docker") return { kind: text };
  if (text === "binary") return { kind: "binary", path: undefined };
  if (/^http:\/\//.test(text) && URL.canParse(text)) return { kind: "url", url: text };
  return /[/\\]/.test(text) && !/^\w+:\/\//.test(text) ? { kind: "binary", path: text } : undefined;
}

export const isPostgresSource = (text: string): boolean => postgresSource(text) !== undefined;
export const isPostgrestSource = (text: string): boolean => postgrestSource(text) !== undefined;

/** One value for both modes, or one for each. */
type PerMode = string | Readonly<Partial<Record<ModeName, string | undefined>>>;

/** The value that holds in a mode. */
export function inMode<Default>(value: PerMode | undefined, mode: ModeName, otherwise: Default): string | Default {
  return (typeof value === "string" ? value : value?.[mode]) ?? otherwise;
}
