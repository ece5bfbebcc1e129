/** Where in the project's files an object was made. Reads statements, runs nothing; DO blocks are not looked into. */
import { readFileSync } from "node:fs";
import { lineAndColumn } from "../database/sql/edits.ts";
import { wordOf } from "../database/sql/lexer.ts";
import { type Statement, splitStatements } from "../database/sql/statements.ts";
import type { PushTarget } from "../project/discover.ts";
import type { Source, SourceObject } from "./context.ts";

/** A file as text; `shown` is how messages call it. */
export interface SqlText {
  readonly shown: string;
  readonly sql: string;
}

/** The files of push targets, read now. */
export function sqlTexts(targets: readonly PushTarget[]): SqlText[] {
  return targets.flatMap(({ files }) => files.map(({ shown, path }) => ({ shown, sql: readFileSync(path, "utf8") })));
}

export type SourceOf = (object: SourceObject) => Source | undefined;

/** Files in the order they are pushed: what a later one makes again, or alters with another expression or option, counts. */
export function sourceIndex(files: readonly SqlText[]): SourceOf {
  const places = new Map<string, Source>();
  for (const { shown, sql } of files) {
    for (const statement of splitStatements(sql)) {
      const key = objectKey(sql, statement);
      if (key !== undefined) places.set(key, { file: shown, line: lineAndColumn(sql, statement.start).line });
    }
  }
  return (object) => places.get(keyOf(object));
}

const keyOf = (object: SourceObject): string =>
  object.kind === "policy" ? `policy ${object.name} ${object.table}` : `${KEYS[object.kind]} ${object.name}`;

const KEYS = {
  table: "relation",
  view: "relation",
  function: "function",
  role: "role",
  "row-security": "row-security",
} as const;

const KINDS: Readonly<Record<string, "relation" | "function" | "policy" | "role">> = {
  table: "relation",
  view: "relation",
  function: "function",
  policy: "policy",
  role: "role",
  user: "role",
};

/** Words that may stand between CREATE and the kind, and between the kind and the name. */
const PASSED = new Set(
  "or replace global local temp temporary unlogged recursive materialized foreign if not exists only".split(" "),
);

function objectKey(sql: string, { tokens }: Statement): string | undefined {
  const words = tokens.map((token) => wordOf(sql, token));
  if (words[0] !== "create" && words[0] !== "alter") return undefined;
  let at = 1;
  while (PASSED.has(words[at] ?? "")) at += 1;
  const word = words[at] ?? "";
  const kind = KINDS[word];
  if (kind === undefined) return undefined;
  at += 1;
  while (PASSED.has(words[at] ?? "")) at += 1;
  const named = qualifiedName(sql, tokens, at);
  if (named === undefined) return undefined;
  if (words[0] === "alter" && kind !== "policy") {
    const change = words.slice(named.next).join(" ");
    if (kind === "role") return change.startsWith("set ") ? `role ${named.name}` : undefined;
    if (change.includes("disable row level security")) return `row-security ${named.name}`;
    return word === "view" && /^(?:re)?set /.test(change) ? `relation ${named.name}` : undefined;
  }
  if (kind !== "policy") return `${kind} ${named.name}`;
  if (words[named.next] !== "on") return undefined;
  const table = qualifiedName(sql, tokens, named.next + 1);
  return table === undefined ? undefined : `policy ${named.name} ${table.name}`;
}

/** The last part of `schema.name`, unquoted, and where the reading goes on. */
function qualifiedName(
  sql: string,
  tokens: Statement["tokens"],
  from: number,
): { name: string; next: number } | undefined {
  let at = from;
  for (;;) {
    const token = tokens[at];
    if (token === undefined || (token.kind !== "word" && token.kind !== "quoted")) return undefined;
    const text = sql.slice(token.start, token.end);
    const name = token.kind === "word" ? text.toLowerCase() : text.slice(1, -1).replaceAll('""', '"');
    const dot = tokens[at + 1];
    if (dot === undefined || sql.slice(dot.start, dot.end) !== ".") return { name, next: at + 1 };
    at += 2;
  }
}
