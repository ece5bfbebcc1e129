/** Answers as the platform writes them, to compare whole ones with. */
import type { ModeName } from "../../src/project/mode/types.ts";
import type { Told } from "./service.ts";

type Headers = Readonly<Record<string, string>>;

/** An error's body as PostgREST writes it. */
export const problem = (
  code: string,
  message: string,
  details: string | null = null,
  hint: string | null = null,
): string => JSON.stringify({ code, details, hint, message });

export const forbidden = (what: string): string => problem("42501", `permission denied for ${what}`);

export const violates = (table: string): string =>
  problem("42501", `new row violates row-level security policy for table "${table}"`);

export interface ModeAnswers {
  /** On every answer of PostgREST: v1's edge adds to them, v2's gateway does not. */
  readonly common: Headers;
  /** v2's gateway names a type where PostgREST names none. */
  readonly untyped: Headers;
  error(status: number, body: string, more?: Headers): Told;
}

export function answersOf(mode: ModeName): ModeAnswers {
  const common: Headers =
    mode === "v1" ? { server: "postgrest/12.0.2", vary: "Origin" } : { server: "postgrest/12.2.12" };
  return {
    common,
    untyped: mode === "v1" ? {} : { "content-type": "text/plain; charset=UTF-8" },
    error: (status, body, more = {}) => ({
      status,
      headers: { ...common, "content-type": "application/json; charset=utf-8", ...more },
      body,
    }),
  };
}
