import { BoundedMap } from "./bounded-map.ts";

const LIMIT = 200;
/** Longer texts are rare, and would make the memory of one function as large as a client likes. */
const MAX_LENGTH = 1000;

/**
 * A pure function of a text that remembers its last results. They are shared, so they must not be changed; what throws is
 * not remembered.
 */
export function remember<T extends object | string>(compute: (text: string) => T): (text: string) => T {
  const known = new BoundedMap<string, T>(LIMIT);
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = compute(text);
    if (text.length <= MAX_LENGTH) known.set(text, result);
    return result;
  };
}
