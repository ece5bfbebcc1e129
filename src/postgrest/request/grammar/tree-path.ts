/** `clients.projects.data->name` as a parameter's name, and the plain lists of columns. */
import { char } from "../parser/characters.ts";
import { map, option, sequence } from "../parser/combinators.ts";
import { sepBy1 } from "../parser/repetition.ts";
import type { Parser } from "../parser/state.ts";
import type { EmbedPath, Field } from "../types.ts";
import { jsonPath } from "./json-path.ts";
import { delimiter, fieldName, lexeme } from "./names.ts";

export const treePath: Parser<{ readonly path: EmbedPath; readonly field: Field }> = map(
  sequence(sepBy1(fieldName, delimiter), option([], jsonPath)),
  ([names, path]) => ({ path: names.slice(0, -1), field: { name: names.at(-1) ?? "", path } }),
);

export const columnNames: Parser<string[]> = sepBy1(fieldName, lexeme(char(",")));
