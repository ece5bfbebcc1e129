/**
 * Syntax of PostgREST's configuration file: `key = value` lines, `#` comments, groups in braces, imports, and `#;` before
 * an entry to leave it out.
 */
import { ConfigError } from "./config-error.ts";
import type { ConfigValue } from "./values.ts";

export type Directive =
  | { readonly kind: "bind"; readonly key: string; readonly value: ConfigValue }
  | { readonly kind: "group"; readonly key: string; readonly directives: readonly Directive[] }
  | { readonly kind: "import"; readonly path: string };

/** @param name of the file, for messages. Throws ConfigError with the place and the line. */
export function parseConfigFile(text: string, name: string): Directive[] {
  const parser = new FileParser(text, name);
  return parser.file();
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\" };

class FileParser {
  readonly #text: string;
  readonly #name: string;
  #at = 0;

  constructor(text: string, name: string) {
    this.#text = text;
    this.#name = name;
  }

  file(): Directive[] {
    this.#skipLines();
    const directives = this.#directives();
    if (this.#at < this.#text.length)
      throw this.#error('the end of the line, or a setting such as db-schemas = "public"');
    return directives;
  }

  #directives(): Directive[] {
    const directives: Directive[] = [];
    for (;;) {
      const commented = this.#match(/#;[ \t]*/y) !== undefined;
      const directive = this.#directive(commented);
      if (directive === undefined) break;
      if (!commented) directives.push(directive);
      this.#match(/[ \t]*(#[^\n]*)?/y);
      if (this.#match(/\r?\n/y) === undefined) break;
      this.#skipLines();
    }
    this.#skipLines();
    return directives;
  }

  #directive(required: boolean): Directive | undefined {
    if (this.#match(/import(?![\p{L}\p{N}_.-])/uy) !== undefined) {
      this.#skipLines();
      return { kind: "import", path: this.#string() ?? this.#fail("the path of a file in double quotes") };
    }
    const key = this.#match(/\p{L}[\p{L}\p{N}_-]*(\.\p{L}[\p{L}\p{N}_-]*)*/uy);
    if (key === undefined) return required ? this.#fail("a setting") : undefined;
    this.#skipLines();
    if (this.#match(/=/y) !== undefined) {
      this.#skipLines();
      return { kind: "bind", key, value: this.#value() };
    }
    if (this.#match(/\{/y) === undefined) this.#fail(`'=' and a value after ${key}`);
    this.#skipLines();
    const directives = this.#directives();
    if (this.#match(/\}/y) === undefined) this.#fail("'}'");
    return { kind: "group", key, directives };
  }

  #value(): ConfigValue {
    const word = this.#match(/on|off|true|false/y);
    if (word !== undefined) return word === "on" || word === "true";
    const number = this.#match(/\d+(\.\d+)?([eE][+-]?\d+)?/y);
    if (number !== undefined) return Number(number);
    const text = this.#string();
    if (text !== undefined) return text;
    if (this.#match(/\[/y) === undefined) this.#fail("a value: text in double quotes, a number, true or false");
    this.#skipLines();
    const values: ConfigValue[] = [];
    if (this.#match(/\]/y) !== undefined) return values;
    do {
      this.#skipLines();
      values.push(this.#value());
      this.#skipLines();
    } while (this.#match(/,/y) !== undefined);
    if (this.#match(/\]/y) === undefined) this.#fail("',' or ']'");
    return values;
  }

  #string(): string | undefined {
    if (this.#match(/"/y) === undefined) return undefined;
    let text = "";
    while (this.#match(/"/y) === undefined) {
      text += this.#match(/[^"\\]+/y) ?? "";
      if (this.#at >= this.#text.length) this.#fail("the closing '\"' of a text");
      if (this.#match(/\\/y) !== undefined) text += this.#escape();
    }
    return text;
  }

  #escape(): string {
    const simple = this.#match(/[ntr"\\]/y);
    if (simple !== undefined) return escapes[simple] ?? "";
    // Two surrogates make one character; JavaScript's strings join them by themselves.
    const hex = this.#match(/u(d[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(?!d[89a-f])[0-9a-f]{4})/iy);
    if (hex === undefined) this.#fail('an escape: \\n \\t \\r \\" \\\\ or \\u and four hexadecimal digits');
    return hex
      .split("u")
      .filter(Boolean)
      .map((part) => String.fromCharCode(parseInt(part, 16)))
      .join("");
  }

  /** Blanks, lines and comments, but not `#;`. */
  #skipLines(): void {
    this.#match(/(\s|#(?!;)[^\r\n]*)*/y);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #fail(expected: string): never {
    throw this.#error(expected);
  }

  #error(expected: string): ConfigError {
    const before = this.#text.slice(0, this.#at).split("\n");
    const line = this.#text.split("\n")[before.length - 1] ?? "";
    const column = (before.at(-1) ?? "").length;
    const place = `${this.#name}:${before.length}:${column + 1}`;
    const found = this.#at < this.#text.length ? `'${this.#text[this.#at]}'` : "the end of the file";
    return new ConfigError(`${place}: expected ${expected}, found ${found}\n  ${line}\n  ${" ".repeat(column)}^`);
  }
}
