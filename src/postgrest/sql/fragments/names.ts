/** Names and values as they stand in a statement. */
import type { QualifiedIdentifier } from "../../schema-cache/types.ts";
import { ident, param, type Snippet } from "../snippet.ts";

/** A name without a schema: an alias, or something found through the search path. */
export const bare = (name: string): QualifiedIdentifier => ({ schema: "", name });

export const qualified = ({ schema, name }: QualifiedIdentifier): string =>
  schema === "" ? ident(name) : `${ident(schema)}.${ident(name)}`;

export const columnOf = (table: QualifiedIdentifier, name: string): string =>
  `${qualified(table)}.${name === "*" ? "*" : ident(name)}`;

/** As libpq cuts a value: Postgres itself would refuse the whole request. */
export function cutAtNul(text: string): string {
  const nul = text.indexOf("\0");
  return nul < 0 ? text : text.slice(0, nul);
}

/** A value whose type Postgres infers. */
export const value = (text: string): Snippet => param(cutAtNul(text));

/** `{"a","b"}`: an array as one value, so that Postgres infers its type and the statement does not grow with it. */
export function arrayLiteral(values: readonly string[]): Snippet {
  const quoted = values.map((text) => {
    const nul = text.indexOf("\0");
    const cut = nul < 0 ? text : text.slice(0, nul);
    return `"${cut.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  });
  return param(`{${quoted.join(",")}}`);
}
