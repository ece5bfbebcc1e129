/** JSON from elsewhere, which may be none. */

/** Undefined when the text is not JSON (`undefined` itself is no JSON value). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
