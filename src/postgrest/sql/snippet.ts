/**
 * SQL under construction: text and parameters side by side, numbered only when rendered. User text never becomes SQL text:
 * values are parameters, identifiers go through `ident`.
 */
/** Either travels in the text format; a Buffer is text as it was sent, which need not be valid. Postgres infers the type. */
export type ParamValue = string | Buffer | null;

/** `{param}` becomes `$n`; an equal value object is numbered once per place. */
export type SqlPart = string | { readonly param: ParamValue };

export interface Snippet {
  readonly parts: readonly SqlPart[];
}

export interface Statement {
  readonly text: string;
  readonly values: readonly ParamValue[];
}

export const empty: Snippet = { parts: [] };
/** Trusted text only: literals of this code base, or what `ident` and `literal` made. */
export const raw = (text: string): Snippet => ({ parts: [text] });
export const param = (value: ParamValue): Snippet => ({ parts: [{ param: value }] });

/** Tagged template: interpolated snippets are spliced in, interpolated strings must be trusted SQL text. */
export function sql(strings: TemplateStringsArray, ...values: ReadonlyArray<Snippet | string>): Snippet {
  const parts: SqlPart[] = [];
  strings.forEach((text, index) => {
    if (text !== "") parts.push(text);
    const value = values[index];
    if (typeof value === "string") parts.push(value);
    else if (value !== undefined) parts.push(...value.parts);
  });
  return { parts };
}

export function join(snippets: readonly Snippet[], separator: string): Snippet {
  const parts: SqlPart[] = [];
  snippets.forEach((snippet, index) => {
    if (index > 0) parts.push(separator);
    parts.push(...snippet.parts);
  });
  return { parts };
}

/** Clauses with blanks between them; empty ones fall out. Strings must be trusted SQL text. */
export function words(...clauses: ReadonlyArray<Snippet | string>): Snippet {
  const parts: SqlPart[] = [];
  for (const clause of clauses) {
    const added = typeof clause === "string" ? [clause] : clause.parts;
    if (added.every((part) => part === "")) continue;
    if (parts.length > 0) parts.push(" ");
    parts.push(...added);
  }
  return { parts };
}

/** A quoted identifier, as PostgREST's `pgFmtIdent` makes it: always quoted, cut at a NUL. */
export function ident(name: string): string {
  const nul = name.indexOf("\0");
  return `"${(nul < 0 ? name : name.slice(0, nul)).replaceAll('"', '""')}"`;
}

/** A quoted literal, as PostgREST's `pgFmtLit` makes it. For text that must stand in the statement itself; prefer `param`. */
export function literal(text: string): string {
  const nul = text.indexOf("\0");
  const cut = nul < 0 ? text : text.slice(0, nul);
  const quoted = `'${cut.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return cut.includes("\\") ? `E${quoted}` : quoted;
}

export function render(snippet: Snippet): Statement {
  const values: ParamValue[] = [];
  let text = "";
  for (const part of snippet.parts) {
    if (typeof part === "string") text += part;
    else text += `$${values.push(part.param)}`;
  }
  return { text, values };
}
