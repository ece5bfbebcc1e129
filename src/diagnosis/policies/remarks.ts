/** What is worth saying about values that are not what a policy wants. Pure. */
import type { ModeName } from "../../project/mode/types.ts";
import type { ClaimSet, Fix, Part } from "../types.ts";
import { showValue } from "../words.ts";

export interface RemarkContext {
  readonly mode: ModeName;
  readonly role: string;
  /** As SQL saw them. */
  readonly claims: ClaimSet;
}

/** Whether a part compares the name of the role, which on v2 is one that no migration writes down. */
export const asksForRole = (mode: ModeName, { text }: Part): boolean =>
  mode === "v2" && /\b(current_user|current_role|session_user)\b/i.test(text);

export const ROLE_FIX: Fix = {
  text: "Leave the role's name out of the policy: CREATE POLICY … TO authenticated says the same, and a push adapts it.",
};

/** Nearly equal values, and names of roles that are others than they seem. */
export function remarks({ mode, role, claims }: RemarkContext, part: Part): string[] {
  const { text, operands } = part;
  const found: string[] = meetsNull(part)
    ? [`The sub-select gives a NULL among others, and of that NOT IN cannot tell.`]
    : [];
  const [left, right] = operands.map(({ value }) => value);
  if (left && right && left !== right && / = /.test(text)) {
    if (left.trim() === right.trim()) found.push("The two differ in blanks at the ends only.");
    else if (left.trim().toLowerCase() === right.trim().toLowerCase())
      found.push("The two differ in upper and lower case only.");
    else if (isUuid(left) !== isUuid(right)) found.push("One is a uuid, the other is none.");
  }
  if (asksForRole(mode, part))
    found.push(`On v2 every request runs as ${role}, logged in as authenticator; there is no role authenticated.`);
  for (const { text: side, value } of operands) if (value === null) found.push(...absence(side, claims));
  return found;
}

/** NOT IN over a NULL is true of nothing. */
const meetsNull = ({ operator, parts: [inner] }: Part): boolean =>
  operator === "not" &&
  inner?.value === "null" &&
  inner.operands.length === 2 &&
  inner.operands[0]?.value !== null &&
  /\bin \( ?select\b/i.test(inner.text) &&
  /(?:^|, )NULL(?:,|$)/.test(inner.operands[1]?.value ?? "");

/** What helps where NOT IN meets a NULL. */
export const nullFix = (part: Part): Fix | undefined =>
  meetsNull(part)
    ? {
        text: "Write NOT EXISTS in place of NOT IN, or leave out of the sub-select what IS NULL: as it is, no row passes.",
      }
    : undefined;

/** What helps where a setting is NULL that comes with requests, or never does. */
export function settingFix({ operands }: Part): Fix | undefined {
  for (const { text, value } of operands) {
    const setting = value === null ? settingIn(text) : undefined;
    if (setting?.name === "request.headers" && setting.member !== undefined)
      return { text: `Send the header ${setting.member}, or leave it out of the policy.` };
    if (setting !== undefined && !setting.name.startsWith("request."))
      return {
        text: `Take the value from request.jwt.claims, or from a table by auth.uid(): nothing sets ${setting.name}.`,
      };
  }
  return undefined;
}

function settingIn(text: string): { readonly name: string; readonly member: string | undefined } | undefined {
  const name = /current_setting\('([^']+)'/.exec(text)?.[1];
  return name === undefined ? undefined : { name, member: /(?:->>? |\[)'([^']+)'/.exec(text)?.[1] };
}

const isUuid = (value: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);

/** Where a value that is NULL should have come from. */
function absence(text: string, claims: ClaimSet): string[] {
  const { name: setting, member } = settingIn(text) ?? {};
  if (setting === undefined) return [];
  if (setting === "request.headers" && member !== undefined) return [`The request has no header ${member}.`];
  const claim = /request\.jwt\.claims'[^>[]*(?:(?:->>?|#>>?) |\[)'\{?([^',}]+)/.exec(text)?.[1];
  const there = claim === undefined ? undefined : claims[claim];
  if (typeof there === "object" && there !== null) return [`The token's ${claim} is ${showValue(there)}.`];
  return setting.startsWith("request.")
    ? []
    : [`Nothing set ${setting} during the request; PostgREST sets request.* only.`];
}
