/**
 * The statements one connection has prepared, by their text. Statements of an API are few and repeated, so a text is parsed
 * once per connection; the table is bounded because filters and selects make endless variants.
 */
const LIMIT = 500;
/** Characters of all texts together: the server keeps some fifty bytes of parse tree and plan for each, per connection. */
const LENGTH_LIMIT = 1_000_000;
/** A longer text is a rarity, and would push out many that are wanted. */
const TEXT_LIMIT = 20_000;

export class PreparedStatements {
  /** Insertion order is the order of use: the first entry is the one unused for longest. */
  readonly #names = new Map<string, string>();
  readonly #limit: number;
  #counter = 0;
  #length = 0;

  constructor(limit: number = LIMIT) {
    this.#limit = limit;
  }

  /** The name under which the server knows the text, or undefined. Counts as a use. */
  find(text: string): string | undefined {
    const name = this.#names.get(text);
    if (name === undefined) return undefined;
    this.#names.delete(text);
    this.#names.set(text, name);
    return name;
  }

  /** Whether a text is worth keeping. */
  keeps(text: string): boolean {
    return text.length <= TEXT_LIMIT;
  }

  /** A name never used before on this connection. */
  nextName(): string {
    this.#counter += 1;
    return `s${this.#counter}`;
  }

  /** To be called when the server has confirmed the Parse, never before: a failed one leaves nothing behind. */
  confirm(text: string, name: string): void {
    this.#names.set(text, name);
    this.#length += text.length;
  }

  /** Takes out what exceeds the limits; the caller closes those names on the server. */
  evict(): string[] {
    const names: string[] = [];
    for (const [text, name] of this.#names) {
      if (this.#names.size <= this.#limit && this.#length <= LENGTH_LIMIT) break;
      this.#names.delete(text);
      this.#length -= text.length;
      names.push(name);
    }
    return names;
  }

  /** Takes out everything, for a fresh start after the server has lost or invalidated statements. */
  clear(): string[] {
    const names = [...this.#names.values()];
    this.#names.clear();
    this.#length = 0;
    return names;
  }
}
