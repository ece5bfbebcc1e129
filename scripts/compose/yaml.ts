/** As much of YAML as the compose file needs; strings are written as JSON writes them, which YAML reads alike. */

export type Yaml = string | number | readonly Yaml[] | { readonly [key: string]: Yaml };

/**
 * Keys that begin with `#` are comments, `&` as a key names an anchor, texts that begin with `*` are the anchor's aliases. A
 * text with line breaks becomes a block.
 */
export function yaml(value: { readonly [key: string]: Yaml }): string {
  return `${mapping(value, "").join("\n")}\n`;
}

function mapping(value: { readonly [key: string]: Yaml }, indent: string): string[] {
  return Object.entries(value).flatMap(([key, entry]) => {
    if (key.startsWith("#"))
      return String(entry)
        .split("\n")
        .map((line) => `${indent}# ${line}`.trimEnd());
    const [first, ...rest] = block(entry, `${indent}  `);
    const heads = indent === "" ? ["", `${key}:${first}`] : [`${indent}${key}:${first}`];
    return [...heads, ...rest];
  });
}

/** The first line goes behind the colon. */
function block(value: Yaml, indent: string): string[] {
  if (typeof value === "string" && value.includes("\n"))
    return [" |-", ...value.split("\n").map((line) => indent + line)];
  if (typeof value === "string" || typeof value === "number") return [` ${scalar(value)}`];
  if (Array.isArray(value)) {
    const items = value as readonly (string | number)[];
    const flow = ` [${items.map((item) => JSON.stringify(item)).join(", ")}]`;
    return flow.length <= 100 ? [flow] : ["", ...items.map((item) => `${indent}- ${JSON.stringify(item)}`)];
  }
  const { "&": anchor, ...entries } = value as { readonly [key: string]: Yaml };
  if (Object.keys(entries).length === 0) return [" {}"];
  return [anchor === undefined ? "" : ` &${anchor}`, ...mapping(entries, indent)];
}

/** Words that YAML takes for something other than text. */
const WORDS = /^(true|false|yes|no|on|off|y|n|null)$/;

function scalar(value: string | number): string {
  const plain = typeof value === "number" || (/^[*a-z][a-z0-9_.-]*$/.test(value) && !WORDS.test(value));
  return plain ? String(value) : JSON.stringify(value);
}
