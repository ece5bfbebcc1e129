/**
 * Values a client may send. Everything that is the client's own carries a marker, on both sides of whatever could break out
 * of a quotation, so that the oracle can tell the client's text from the engine's in a statement.
 */
import type { Random } from "./random.ts";

const MARKER = /zq\d+x/gi;

export const markersIn = (text: string): RegExpMatchArray[] => [...text.matchAll(MARKER)];

export const marker = (random: Random): string => `zq${random.below(1_000_000)}x`;

/** What ends quotations, comments, lists and statements somewhere between URL, JSON, SQL and COPY. */
const hostile = [
  "'",
  '"',
  "''",
  '""',
  "\\",
  "\\'",
  '\\"',
  ";",
  "--",
  "/*",
  "*/",
  "$$",
  "$1",
  "$zq$",
  "{",
  "}",
  "(",
  ")",
  ",",
  ".",
  ":",
  "::",
  "->",
  "->>",
  "%",
  "%00",
  "\0",
  "\n",
  "\r\n",
  "\t",
  "`",
  "E'",
  "U&'",
  "é",
  "😀",
  "\u2028",
  "\ufeff",
  "*",
  "!",
  "...",
  "'); drop table tasks; --",
  '"; select pg_sleep(9); --',
  "' or '1'='1",
  "}}",
  "]]",
  "&",
  ";a=b",
  "#",
  "+",
  "=",
  "?",
  "|",
];

/** Text with a marker at either end of something unwelcome. */
export function hostileText(random: Random): string {
  const middle = random.list(0, 3, () => random.pick(hostile)).join(random.chance(0.5) ? "" : marker(random));
  return `${marker(random)}${middle}${marker(random)}`;
}

const plain = [
  "1",
  "0",
  "-1",
  "3",
  "42",
  "2147483648",
  "9223372036854775808",
  "1e400",
  "NaN",
  "null",
  "true",
  "false",
  "unknown",
  "",
  " ",
  "*",
  "%a%",
  "a*",
  "{}",
  "{1,2}",
  '{"a","b"}',
  "[1,5)",
  "[2024-01-01,2024-02-01)",
  "2024-01-01",
  "2024-13-45",
  "infinity",
  "00000000-0000-4000-8000-000000000001",
  "active",
  "TK-000042",
  '{"a":1}',
  "[1,2,3]",
  "(a,b,1)",
  "cat & dog",
  "user_alice",
  "192.168.0.1",
  "08:00:2b:01:02:03",
  "1 day",
  "\\x6869",
  "B101",
  "PT418",
  "PGRST",
  "42501",
  "57014",
  "XX000",
  "01000",
]; // no number that makes a function produce millions of rows

export const value = (random: Random): string => (random.chance(0.45) ? random.pick(plain) : hostileText(random));

/** As a client that knows the grammar quotes it, or as one that does not. */
export function listed(random: Random, text: string): string {
  return random.chance(0.4) ? `"${text.replaceAll(/["\\]/g, "\\$&")}"` : text;
}

/** Percent-encoding, with the slips clients make. */
export function encode(random: Random, text: string): string {
  if (random.chance(0.05)) return text.replaceAll(/[#\s\0]/g, "");
  const encoded = encodeURIComponent(text).replaceAll(/%(2C|3A|28|29|22|2A|3E)/gi, (found) =>
    random.chance(0.9) ? decodeURIComponent(found) : found,
  );
  return random.chance(0.004) ? `${encoded}${random.pick(["%", "%f", "%FF", "%C3", "%ED%A0%80", "%00"])}` : encoded;
}
