/** Reading and writing transaction-local settings. */
import { type Snippet, sql } from "../snippet.ts";
import { value } from "./names.ts";

/** A setting's value; one that was set in an earlier transaction of the session reads as empty rather than NULL. */
export const currentSetting = (name: string): string => `nullif(current_setting('${name}', true), '')`;

/** `SET LOCAL`, by a name of this code base. */
export const setLocal = (name: string, to: string): Snippet => sql`set_config('${name}', ${value(to)}, true)`;

/** `SET LOCAL`, by a name from configuration or catalogue. */
export const setLocalNamed = (name: string, to: string): Snippet => sql`set_config(${value(name)}, ${value(to)}, true)`;

/**
 * A condition that is always true and counts on its way: an upsert adds one for every row it tries and takes it back
 * where the row was there already. What is left are the rows inserted.
 */
export function countInserted(step: "+" | "-"): string {
  const impossible = step === "+" ? "0" : "-1";
  return `set_config('pgrst.inserted', (coalesce(${currentSetting("pgrst.inserted")}::int, 0) ${step} 1)::text, true) <> '${impossible}'`;
}
