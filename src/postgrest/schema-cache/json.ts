/** JSON in the shapes Haskell's `aeson` derives from records and sum types. */
import { compareText } from "../haskell.ts";
import type { QualifiedIdentifier } from "./types.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An object with its keys sorted. */
export const record = (fields: Readonly<Record<string, Json>>): Json =>
  Object.fromEntries(Object.entries(fields).sort(([a], [b]) => compareText(a, b)));

/** A case of a sum type without field names. */
export const tagged = (tag: string, contents?: Json): Json => (contents === undefined ? { tag } : { contents, tag });

export const qualified = ({ schema, name }: QualifiedIdentifier): Json => ({ qiName: name, qiSchema: schema });
