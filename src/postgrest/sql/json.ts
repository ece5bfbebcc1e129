/**
 * A JSON object of texts as PostgREST writes it into a setting. Policies may look at the text, so control characters are
 * `\u00xx` apart from `\n`, `\r` and `\t`. The order of keys is PostgREST's only by chance: it has none.
 */
export const encodeTexts = (texts: Readonly<Record<string, string>>): string =>
  JSON.stringify(texts).replace(/\\(?:\\|b|f)/g, (short) =>
    short === "\\b" ? "\\u0008" : short === "\\f" ? "\\u000c" : short,
  );
