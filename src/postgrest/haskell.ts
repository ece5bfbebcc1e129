/**
 * Haskell's ways of printing and reading that shine through PostgREST's answers: quoted characters in parse errors, numbers
 * in `limit`, `offset` and `Prefer`.
 */

const controlNames =
  "NUL SOH STX ETX EOT ENQ ACK a b t n v f r SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US".split(
    " ",
  );

function showInside(char: string, next: string | undefined): string {
  const code = char.codePointAt(0) ?? 0;
  if (char === "\\") return "\\\\";
  // An escape that the next character would prolong is closed with `\&`.
  if (code > 0x7f) return `\\${code}${next !== undefined && /[0-9]/.test(next) ? "\\&" : ""}`;
  if (code === 0x7f) return "\\DEL";
  if (code >= 0x20) return char;
  return `\\${controlNames[code]}${code === 0x0e && next === "H" ? "\\&" : ""}`;
}

/** `show` of a string: double quotes, everything outside ASCII as a decimal escape. */
export function showString(text: string): string {
  const chars = [...text];
  const inside = chars.map((char, index) => (char === '"' ? '\\"' : showInside(char, chars[index + 1])));
  return `"${inside.join("")}"`;
}

/** `show` of a single character: single quotes. */
export function showChar(char: string): string {
  return `'${char === "'" ? "\\'" : showInside(char, undefined)}'`;
}

const byNumber: Readonly<Record<string, string>> = { "\\b": "\\u0008", "\\f": "\\u000c" };

/** A JSON string as the library `aeson` writes it: control characters by number, apart from `\n`, `\r` and `\t`. */
export function jsonString(text: string): string {
  const json = JSON.stringify(text);
  return json.includes("\\") ? json.replace(/\\./g, (short) => byNumber[short] ?? short) : json;
}

/**
 * A JSON number as `aeson` writes it after reading: whole in full, unless it was written with decimals to spare; others plain
 * from 0.1 up to 10⁷, else as `1.5e-2`. Zeros at the end go, but for one after the point.
 */
export function jsonNumber(token: string): string {
  const [, minus = "", whole = "", decimals = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(token) ?? [];
  const digits = (whole + decimals).replace(/^0+/, "");
  const power = Number(exponent) - decimals.length;
  const isWhole = power >= 0 && power <= 1024;
  if (digits === "") return isWhole ? "0" : "0.0";
  if (isWhole) return minus + digits + "0".repeat(power);
  const significant = digits.replace(/0+$/, "");
  const point = digits.length + power;
  if (point < 0 || point > 7) return `${minus}${significant[0]}.${significant.slice(1) || "0"}e${point - 1}`;
  const padded = significant.padEnd(point, "0");
  return `${minus}${padded.slice(0, point) || "0"}.${padded.slice(point) || "0"}`;
}

/**
 * `readMaybe` for integers: blanks and parentheses around, a minus sign that may stand apart, decimal, hexadecimal and octal.
 * No plus sign, no fraction. undefined when the text is no integer.
 */
export function readInteger(text: string): bigint | undefined {
  const inner = text.trim();
  if (inner.startsWith("(") && inner.endsWith(")")) return readInteger(inner.slice(1, -1));
  const match = /^(-?)\s*(\d+|0[xX][0-9a-fA-F]+|0[oO][0-7]+)$/.exec(inner);
  if (match === null) return undefined;
  const [, sign, digits = ""] = match;
  const value = BigInt(digits.toLowerCase());
  return sign === "-" ? -value : value;
}

/** `compare` of two texts: by code point, where JavaScript's own order goes by UTF-16 unit and differs beyond U+FFFF. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (/[\ud800-\udfff]/.test(a + b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/** `Set` of texts: ascending, which is the order in which PostgREST names columns and arguments. */
export const sortedSet = (texts: Iterable<string>): ReadonlySet<string> => new Set([...texts].sort(compareText));
