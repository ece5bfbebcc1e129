import { jsonString } from "../haskell.ts";

/**
 * A JSON object of texts as PostgREST writes it into a setting. Policies may look at the text. The order of keys is
 * PostgREST's only by chance: it has none.
 */
export const encodeTexts = (texts: ReadonlyMap<string, string>): string =>
  `{${[...texts].map(([name, text]) => `${jsonString(name)}:${jsonString(text)}`).join(",")}}`;
