/**
 * The statements one connection has prepared, by their text. Statements of an API are few and repeated, so a text is parsed
 * once per connection; the table is bounded because filters and selects make endless variants.
 */
const LIMIT = 500;
/** Characters of all texts together: the server keeps some fifty bytes of parse tree and plan for each, per connection. */
const LENGTH_LIMIT = 1_000_000;
/** A longer text is a rarity, and would push out many that are wanted. */
const TEXT_LIMIT = 20_000;

interface Prepared {
  readonly name: string;
  /** Greater for a later use. */
  used: number;
}

export class PreparedStatements {
  readonly #statements = new Map<string, Prepared>();
  readonly #limit: number;
  #counter = 0;
  #uses = 0;
  #length = 0;

  constructor(limit: number = LIMIT) {
    this.#limit = limit;
  }

  /** The name under which the server knows the text, or undefined. Counts as a use. */
  find(text: string): string | undefined {
    const known = this.#statements.get(text);
    if (known === undefined) return undefined;
    this.#uses += 1;
    known.used = this.#uses;
    return known.name;
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
    this.#uses += 1;
    this.#statements.set(text, { name, used: this.#uses });
    this.#length += text.length;
  }

  /** Takes out what exceeds the limits, the longest unused first; the caller closes those names on the server. */
  evict(): readonly string[] {
    if (!this.#isFull()) return none;
    const names: string[] = [];
    while (this.#isFull()) names.push(this.#takeOldest());
    return names;
  }

  /** Takes out everything, for a fresh start after the server has lost or invalidated statements. */
  clear(): readonly string[] {
    const names = [...this.#statements.values()].map(({ name }) => name);
    this.#statements.clear();
    this.#length = 0;
    return names;
  }

  /** A search, because to keep an order at every use would cost more: full is rare, a use is every statement. */
  #takeOldest(): string {
    let [text, oldest] = this.#statements.entries().next().value!;
    for (const [other, statement] of this.#statements) {
      if (statement.used < oldest.used) [text, oldest] = [other, statement];
    }
    this.#statements.delete(text);
    this.#length -= text.length;
    return oldest.name;
  }

  #isFull(): boolean {
    return this.#statements.size > this.#limit || this.#length > LENGTH_LIMIT;
  }
}

const none: readonly string[] = [];
