/** What is worth saying about values that are not what a policy wants. Pure. */
import type { ModeName } from "../../project/mode/types.ts";
import type { Part } from "../types.ts";

export interface RemarkContext {
  readonly mode: ModeName;
  readonly role: string;
}

/** Nearly equal values, and names of roles that are others than they seem. */
export function remarks({ mode, role }: RemarkContext, { text, operands }: Part): string[] {
  const found: string[] = [];
  const [left, right] = operands.map(({ value }) => value);
  if (left && right && left !== right && / = /.test(text)) {
    if (left.trim() === right.trim()) found.push("The two differ in blanks at the ends only.");
    else if (left.trim().toLowerCase() === right.trim().toLowerCase())
      found.push("The two differ in upper and lower case only.");
  }
  if (mode === "v2" && /\b(current_user|current_role|session_user)\b/i.test(text))
    found.push(`On v2 every request runs as ${role}, logged in as authenticator; there is no role authenticated.`);
  for (const { text: side, value } of operands) if (value === null) found.push(...absence(side));
  return found;
}

/** Where a value that is NULL should have come from. */
function absence(text: string): string[] {
  const setting = /current_setting\('([^']+)'/.exec(text)?.[1];
  if (setting === undefined) return [];
  const member = /->>? '([^']+)'/.exec(text)?.[1];
  if (setting === "request.headers" && member !== undefined) return [`The request has no header ${member}.`];
  return setting.startsWith("request.")
    ? []
    : [`Nothing set ${setting} during the request; PostgREST sets request.* only.`];
}
