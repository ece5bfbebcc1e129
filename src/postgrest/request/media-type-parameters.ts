/** The two ways in which the versions take a media type apart. */
export interface Parts {
  /** Type and subtype, what known types are looked up by. */
  readonly name: string;
  /** What is kept of an unknown type. */
  readonly rest: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const typeTokens = /^([\p{L}\p{N}.*]+)\/([\p{L}\p{N}.*+-]+)/u;
// The blanks of Parsec's `spaces`, which are Unicode's.
const parameterTokens = /^\s*;\s*([\p{L}\p{N}-]+)\s*=\s*(?:"([^"]*)"|([\p{L}\p{N}|-]+))/u;

/**
 * 12.2: type and parameters by token, in any case; a parameter that cannot be read ends the list and is ignored with what
 * follows it. An unquoted value ends at the first character that is no letter, digit, `|` or `-`.
 */
export function parseParameters(text: string): Parts {
  const type = typeTokens.exec(text);
  if (type === null) return { name: text.toLowerCase(), rest: text, parameters: new Map() };
  const parameters = new Map<string, string>();
  let rest = text.slice(type[0].length);
  for (let found = parameterTokens.exec(rest); found !== null; found = parameterTokens.exec(rest)) {
    parameters.set((found[1] ?? "").toLowerCase(), found[2] ?? found[3] ?? "");
    rest = rest.slice(found[0].length);
  }
  return { name: type[0].toLowerCase(), rest: text, parameters };
}

/**
 * 12.0: cut at every `;`, compared as written. `nulls=stripped` counts only as the sole parameter, `for` and `options` only
 * without blanks. No text at all means any type.
 */
export function splitParameters(text: string): Parts {
  const [name = "", ...rest] = text === "" ? ["*/*"] : text.split(";");
  const parameters = new Map<string, string>();
  if (rest.length === 1 && rest[0] === "nulls=stripped") parameters.set("nulls", "stripped");
  for (const key of ["for", "options"]) {
    const found = rest.find((parameter) => parameter.startsWith(`${key}=`))?.slice(key.length + 1);
    if (found !== undefined) parameters.set(key, key === "for" ? found.replace(/^"+|"+$/g, "") : found);
  }
  return { name, rest: name, parameters };
}
