/**
 * JSON as PostgREST's library (aeson) reads it, for what `JSON.parse` takes otherwise: of names given twice the first counts,
 * halves of surrogate pairs are refused, and the message tells what was expected where.
 */
import { isUtf8 } from "node:buffer";

const UNDECODABLE = "Failed reading: Cannot decode input: Data.Text.Internal.Encoding.decodeUtf8: Invalid UTF-8 stream";
const END = "not enough input";
const ESCAPE =
  /\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[\da-fA-F]{4}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})/g;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const DIGITS = /\d+/y;
const BLANKS = /[ \n\r\t]+/y;
const ASCII = /[\x20\x21\x23-\x5b\x5d-\x7f]+/y;
const UNESCAPED = /[^"\\]+/y;
const LITERALS: Readonly<Record<string, string>> = { t: "true", f: "false", n: "null" };

/** The same JSON without what does not count. Throws SyntaxError in the library's words. */
export function readJson(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  try {
    if (isUtf8(bytes) && !HALVES.test(text) && holdsNamesOnce(text)) return text;
  } catch {
    // The reader says what is wrong.
  }
  return new JsonReader(bytes).read();
}

/** Undefined for what the library refuses. */
export function parseAsLibrary(text: string): unknown {
  try {
    return JSON.parse(readJson(Buffer.from(text)));
  } catch {
    return undefined;
  }
}

/** Half of a surrogate pair may be behind such an escape. */
const HALVES = /\\u[dD][89a-fA-F]/;

function holdsNamesOnce(text: string): boolean {
  let names = 0;
  JSON.parse(text, (_, value: unknown) => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) names += Object.keys(value).length;
    return value;
  });
  return names === text.replace(/"(?:[^"\\]|\\.)*"/g, "").split(":").length - 1;
}

/** A list or an object that is not closed yet. */
interface Open {
  readonly close: "]" | "}";
  readonly items: string[];
  /** Of an object: the names so far, without their escapes, and the name that waits for its value. */
  readonly names: Set<string>;
  name: string;
}

class JsonReader {
  readonly #bytes: Buffer;
  /** A character per byte. */
  readonly #text: string;
  #at = 0;
  readonly #open: Open[] = [];
  /** What the outermost list or object waits for: what is further in does not show in messages. */
  #expected: string | null = null;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#text = bytes.toString("latin1");
  }

  read(): string {
    let value: string | null;
    do value = this.#close(this.#value());
    while (value === null);
    this.#skipBlanks();
    if (this.#at < this.#text.length) this.#fail("endOfInput");
    return Buffer.from(value, "latin1").toString("utf8");
  }

  /** null: a list or an object has begun. */
  #value(): string | null {
    this.#skipBlanks();
    const first = this.#peek();
    if (first === "{" || first === "[") return this.#enter(first === "{" ? "}" : "]");
    if (first === '"') return this.#string();
    const literal = LITERALS[first];
    if (literal !== undefined) return this.#literal(literal);
    return /[\d-]/.test(first) ? this.#number() : this.#fail("Failed reading: not a valid json value");
  }

  #enter(close: "]" | "}"): string | null {
    this.#at++;
    this.#skipBlanks();
    if (this.#peek() === close) {
      this.#at++;
      return close === "}" ? "{}" : "[]";
    }
    const open: Open = { close, items: [], names: new Set(), name: "" };
    this.#open.push(open);
    this.#begin(open);
    return null;
  }

  #begin(open: Open): void {
    if (open.close === "]") {
      this.#expect("json list value");
      return;
    }
    this.#expect("object key");
    if (this.#peek() !== '"') this.#fail("Failed reading: satisfy");
    open.name = this.#string();
    this.#skipBlanks();
    this.#expect("':'");
    if (this.#peek() !== ":") this.#fail("Failed reading: satisfyWith");
    this.#at++;
    this.#expect("object value");
  }

  /** Puts a value where it belongs. Returns the whole when that was all, else null. */
  #close(part: string | null): string | null {
    let value = part;
    for (let open = this.#open.at(-1); open !== undefined && value !== null; open = this.#open.at(-1)) {
      add(open, value);
      value = this.#goesOn(open) ? null : enclosed(open);
    }
    return value;
  }

  #goesOn(open: Open): boolean {
    this.#skipBlanks();
    this.#expect(`',' or '${open.close}'`);
    const next = this.#peek();
    if (next !== "," && next !== open.close) this.#fail("Failed reading: satisfy");
    this.#at++;
    if (next === ",") {
      this.#skipBlanks();
      this.#begin(open);
      return true;
    }
    this.#open.pop();
    if (this.#open.length === 0) this.#expected = null;
    return false;
  }

  #string(): string {
    const start = ++this.#at;
    this.#skip(ASCII);
    const stop = this.#text[this.#at];
    if (stop === undefined) this.#fail("Failed reading: string without end");
    if (stop < " ") this.#fail("Failed reading: unescaped control character");
    for (;;) {
      this.#skip(UNESCAPED);
      if (this.#peek() === '"') break;
      this.#at += 2;
    }
    const inner = this.#text.slice(start, this.#at++);
    const isRead = !inner.replace(ESCAPE, "").includes("\\") && isUtf8(this.#bytes.subarray(start, this.#at - 1));
    if (!isRead) this.#fail(UNDECODABLE);
    // Behind an escape or a character that is not ASCII the library lets control characters pass.
    return `"${inner.replace(/[\x00-\x1f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
  }

  #literal(word: string): string {
    const found = this.#text.slice(this.#at, this.#at + word.length);
    if (found !== word)
      this.#fail(this.#at + found.length === this.#text.length && word.startsWith(found) ? END : "string");
    this.#at += word.length;
    return word;
  }

  #number(): string {
    const start = this.#at;
    if (this.#peek() === "-") this.#at++;
    if (this.#digits().length > 1 && /^-?0/.test(this.#text.slice(start))) this.#fail("Failed reading: leading zero");
    if (this.#text[this.#at] === ".") {
      this.#at++;
      this.#digits();
    }
    this.#at = start;
    return this.#skip(NUMBER);
  }

  #digits(): string {
    if (!/\d/.test(this.#peek())) this.#fail("Failed reading: takeWhile1");
    return this.#skip(DIGITS);
  }

  #skip(what: RegExp): string {
    what.lastIndex = this.#at;
    const [found = ""] = what.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #skipBlanks(): void {
    this.#skip(BLANKS);
  }

  #peek(): string {
    return this.#text[this.#at] ?? this.#fail(END);
  }

  #expect(what: string): void {
    if (this.#open.length === 1) this.#expected = what;
  }

  /** The rest is quoted without blanks, quotes and slashes, from its first hundred bytes and up to the end of the line. */
  #fail(message: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 100).replace(/[\t\r "/\\]/g, "");
    const quoted = rest.split("\n")[0] ?? "";
    const expecting = this.#expected === null ? "" : `. Expecting ${this.#expected}`;
    throw new SyntaxError(`${message}${expecting}${quoted === "" ? "" : ` at '${quoted}'`}`);
  }
}

function add({ close, items, names, name }: Open, value: string): void {
  if (close === "]") {
    items.push(value);
    return;
  }
  const plain = JSON.parse(Buffer.from(name, "latin1").toString("utf8")) as string;
  if (names.has(plain)) return;
  names.add(plain);
  items.push(`${name}:${value}`);
}

const enclosed = ({ close, items }: Open): string => (close === "]" ? `[${items.join(",")}]` : `{${items.join(",")}}`);
