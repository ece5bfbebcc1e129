/**
 * SQL under construction: text and parameters side by side, numbered only when rendered. User text never becomes SQL text:
 * values are parameters, identifiers go through `ident`.
 */
/** Either travels in the text format; a Buffer is text as it was sent, which need not be valid. Postgres infers the type. */
export type ParamValue = string | Buffer | null;

/** What one request puts into a statement that others share. */
export interface Given {
  /** Empty where a statement needs none. */
  readonly body: Buffer;
  /** Of filters, where the statement was made for a marked query. */
  readonly values: readonly string[];
}

/** A value that comes of the request, which a statement that is kept for the next must not hold. */
export type FromRequest = (given: Given) => ParamValue;

type Value = ParamValue | FromRequest;

/** Each value has its place in the template, marked by a NUL, which SQL cannot hold otherwise. */
export interface Snippet<V extends Value = ParamValue> {
  readonly template: string;
  readonly values: readonly V[];
}

/** The text with its parameters numbered. */
export interface Statement<V extends Value = ParamValue> {
  readonly text: string;
  readonly values: readonly V[];
}

/** What has still to be filled. */
export type OpenSnippet = Snippet<Value>;
export type OpenStatement = Statement<Value>;

const PLACE = "\0";
const none: readonly never[] = [];

export const empty: Snippet = { template: "", values: none };
/** Trusted text only: literals of this code base, or what `ident` and `literal` made. */
export const raw = (text: string): Snippet => ({ template: text, values: none });
export const param = <V extends Value>(value: V): Snippet<V> => ({ template: PLACE, values: [value] });

const append = <V>(values: readonly V[], more: readonly V[]): readonly V[] =>
  more.length === 0 ? values : values.length === 0 ? more : [...values, ...more];

/** Tagged template: interpolated snippets are spliced in, interpolated strings must be trusted SQL text. */
export function sql<V extends Value = ParamValue>(
  strings: TemplateStringsArray,
  ...parts: ReadonlyArray<Snippet<V> | string>
): Snippet<V> {
  let template = strings[0] ?? "";
  let values: readonly V[] = none;
  parts.forEach((part, index) => {
    template += (typeof part === "string" ? part : part.template) + strings[index + 1];
    if (typeof part !== "string") values = append(values, part.values);
  });
  return { template, values };
}

export function join<V extends Value>(snippets: ReadonlyArray<Snippet<V>>, separator: string): Snippet<V> {
  const values: V[] = [];
  for (const snippet of snippets) for (const value of snippet.values) values.push(value);
  return { template: snippets.map(({ template }) => template).join(separator), values };
}

/** Clauses with blanks between them; empty ones fall out. Strings must be trusted SQL text. */
export function words<V extends Value = ParamValue>(...clauses: ReadonlyArray<Snippet<V> | string>): Snippet<V> {
  let template = "";
  let values: readonly V[] = none;
  for (const clause of clauses) {
    const added = typeof clause === "string" ? clause : clause.template;
    if (added === "") continue;
    template += template === "" ? added : ` ${added}`;
    if (typeof clause !== "string") values = append(values, clause.values);
  }
  return { template, values };
}

/** A quoted identifier, as PostgREST's `pgFmtIdent` makes it: always quoted, cut at a NUL. */
export function ident(name: string): string {
  // Nearly no name has either, and to look for them takes a fraction of what replacing none does.
  if (!name.includes('"') && !name.includes("\0")) return `"${name}"`;
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

/** @throws TypeError when the text holds a NUL of its own, and so could not be told from a place */
export function render<V extends Value>({ template, values }: Snippet<V>): Statement<V> {
  const [first = "", ...pieces] = template.split(PLACE);
  if (pieces.length !== values.length) throw new TypeError("A statement's text holds a NUL byte.");
  return { text: pieces.reduce((so, piece, index) => `${so}$${index + 1}${piece}`, first), values };
}

export function fill(statement: OpenStatement, given: Given): Statement {
  if (isFilled(statement)) return statement;
  const values = statement.values.map((value) => (typeof value === "function" ? value(given) : value));
  return { text: statement.text, values };
}

const isFilled = (statement: OpenStatement): statement is Statement =>
  !statement.values.some((value) => typeof value === "function");
