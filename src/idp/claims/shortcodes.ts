/**
 * Clerk's shortcodes. A string that is one shortcode keeps the value's JSON type; inside a longer string the value is
 * written as text, `null` included. An unknown or empty path is null, never an error.
 */

/** What paths are looked up in: `{ user: {…}, org: {…}, … }`, nested plain objects. */
export type ShortcodeScope = Readonly<Record<string, unknown>>;

const SHORTCODE = /\{\{(.*?)\}\}/gs;
const WHOLE = /^\{\{((?:(?!\}\}).)*)\}\}$/s;

/** The claims of a template with every shortcode replaced, at any depth; names of claims stay as they are. */
export function resolveShortcodes(value: unknown, scope: ShortcodeScope): unknown {
  if (typeof value === "string") return resolveText(value, scope);
  if (Array.isArray(value)) return value.map((item) => resolveShortcodes(item, scope));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolveShortcodes(inner, scope)]));
}

function resolveText(text: string, scope: ShortcodeScope): unknown {
  const whole = WHOLE.exec(text);
  if (whole) return evaluate(whole[1]!, scope);
  return text.replace(SHORTCODE, (_, expression: string) => asText(evaluate(expression, scope)));
}

/** `a || b || 'text'`: the first operand that is neither null nor false, else the last. */
function evaluate(expression: string, scope: ShortcodeScope): unknown {
  let value: unknown = null;
  for (const operand of splitOperands(expression)) {
    value = operandValue(operand.trim(), scope);
    if (value !== null && value !== false) return value;
  }
  return value;
}

/** Splits at `||`, but not inside a quoted literal. */
function splitOperands(expression: string): string[] {
  const operands = [""];
  for (const [piece] of expression.matchAll(/'[^']*'|\|\||[^'|]+|./gs)) {
    if (piece === "||") operands.push("");
    else operands[operands.length - 1] += piece;
  }
  return operands;
}

function operandValue(operand: string, scope: ShortcodeScope): unknown {
  if (/^'[^']*'$/.test(operand)) return operand.slice(1, -1);
  if (operand === "true" || operand === "false") return operand === "true";
  if (/^-?\d+(\.\d+)?$/.test(operand)) return Number(operand);
  return lookUp(operand, scope);
}

function lookUp(path: string, scope: ShortcodeScope): unknown {
  // `user` alone is a namespace, not a value.
  if (!path.includes(".")) return null;
  let value: unknown = scope;
  for (const step of path.split(".")) {
    if (value === null || typeof value !== "object" || Array.isArray(value) || !Object.hasOwn(value, step)) return null;
    value = (value as Record<string, unknown>)[step];
  }
  return value ?? null;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
