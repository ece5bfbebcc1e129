/** Longer texts are rare, and would make the memory of one function as large as a client likes. */
const MAX_LENGTH = 1000;
const LIMIT = 200;

/**
 * A pure function of a text that remembers its last results: the requests of an app are alike, above all in what they
 * select. Results are shared, so they must not be changed; what throws is not remembered.
 */
export function remember<T extends object>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = compute(text);
    if (text.length > MAX_LENGTH) return result;
    if (known.size >= LIMIT) known.delete(known.keys().next().value!);
    known.set(text, result);
    return result;
  };
}
