/** Claims as a table: sent, kept, seen, with the dropped ones marked. Pure. */
import type { ClaimsTable } from "../types.ts";
import type { Style } from "./style.ts";

const LONGEST = 40;

/** Times and ids of the token itself say nothing about access. */
const QUIET = new Set(["iat", "nbf", "exp", "jti", "azp", "iss", "aud", "sid", "fva", "v", "sts"]);

export function claimsLines({ sent, kept, seen, dropped }: ClaimsTable, style: Style): string[] {
  const names = [...new Set([sent, kept, seen].flatMap((claims) => Object.keys(claims ?? {})))].filter(
    (name) => !QUIET.has(name),
  );
  if (names.length === 0) return [];
  const cell = (claims: ClaimsTable["sent"], name: string): string => {
    if (claims === null) return "?";
    const value = claims[name];
    if (value === undefined) return "–";
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  };
  const rows = names.map((name) => [
    name,
    cell(sent, name),
    dropped.includes(name) ? "dropped" : cell(kept, name),
    cell(seen, name),
  ]);
  const all = [["claim", "sent", "kept", "seen"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row, index) => {
    const line = row
      .map((text, column) => text.padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
    if (index === 0) return style.dim(line);
    return dropped.includes(row[0]!) ? style.bad(line) : line;
  });
}
