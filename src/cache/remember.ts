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

/** A pure function of an immutable object that computes once for each, as long as the object lives. */
export function rememberFor<K extends object, T extends object | string>(compute: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, T>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = compute(key);
    known.set(key, result);
    return result;
  };
}
