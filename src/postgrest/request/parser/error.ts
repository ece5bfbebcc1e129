/**
 * Parse errors as Parsec makes and prints them. PostgREST shows them to the client verbatim (PGRST100), so what is merged,
 * dropped and listed, and in which order, is part of the interface.
 */

import { showChar, showString } from "../../haskell.ts";

/** Where a message comes from; the numbers are the order in which they are printed. */
export const Source = { system: 0, unexpected: 1, expect: 2 } as const;
type SourceRank = (typeof Source)[keyof typeof Source];

export interface Message {
  readonly source: SourceRank;
  /** What was expected, in words; of the other two the character found, empty at the end of the input. */
  readonly text: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Without messages it is "unknown": a success that has nothing to add. */
export interface ParseError {
  readonly position: Position;
  readonly messages: readonly Message[];
}

export const unknownError = (position: Position): ParseError => ({ position, messages: [] });

export const isUnknown = (error: ParseError): boolean => error.messages.length === 0;

/** The error further into the input wins; at the same place the messages add up. An error with messages beats one without. */
export function mergeErrors(a: ParseError, b: ParseError): ParseError {
  if (isUnknown(b) && !isUnknown(a)) return a;
  if (isUnknown(a) && !isUnknown(b)) return b;
  const order = a.position.line - b.position.line || a.position.column - b.position.column;
  if (order === 0) return { position: a.position, messages: [...a.messages, ...b.messages] };
  return order > 0 ? a : b;
}

/** What a label does: the one expectation takes the place of all others. */
export const withExpectation = (error: ParseError, text: string): ParseError => ({
  position: error.position,
  messages: [{ source: Source.expect, text }, ...error.messages.filter(({ source }) => source !== Source.expect)],
});

const distinct = (error: ParseError, wanted: SourceRank): string[] => [
  ...new Set(error.messages.filter(({ source, text }) => source === wanted && text !== "").map(({ text }) => text)),
];

const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} or ${items.at(-1)}`;

/** `unexpected … expecting a, b or c` on one line. */
export function describe(error: ParseError): string {
  if (isUnknown(error)) return "unknown parse error";
  const parts: string[] = [];
  const unexpected = distinct(error, Source.unexpected);
  const system = error.messages.find(({ source }) => source === Source.system);
  // What a parser itself refused hides what the library ran into.
  if (unexpected.length > 0) parts.push(`unexpected ${listed(unexpected.map(showChar))}`);
  else if (system !== undefined) {
    parts.push(`unexpected ${system.text === "" ? "end of input" : showString(system.text)}`);
  }
  const expected = distinct(error, Source.expect);
  if (expected.length > 0) parts.push(`expecting ${listed(expected)}`);
  return parts.join(" ").replaceAll("\n", " ").trim();
}

/** `"name" (line 1, column 2)`; the name is not escaped. */
export const locate = (name: string, { line, column }: Position): string =>
  `${name === "" ? "" : `"${name}" `}(line ${line}, column ${column})`;
