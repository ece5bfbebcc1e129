/**
 * Which objects will be asked about again. A WeakMap is a costly place for what is made of an object that never comes back:
 * the entry is three words, moves with the garbage collector's young generation, and whoever holds the object for other
 * reasons (a trace does) holds the result too. So whoever finds that an object has come a second time says so here, and only
 * then is anything remembered for it.
 */
const kept = new WeakSet<object>();

/** Says that the object will come again; returns it. */
export function keep<T extends object>(object: T): T {
  kept.add(object);
  return object;
}

export const isKept = (object: object): boolean => kept.has(object);

/** A pure function of an immutable object that computes once for each that is kept, and keeps the result. */
export function rememberForKept<K extends object, T extends object>(compute: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, T>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = compute(key);
    if (isKept(key)) known.set(key, keep(result));
    return result;
  };
}
