/** The corpus' groups by what they are about: `filter-in` and `filter-is` are both filters. */

/** The part of a group's name before its first dash. */
export const family = (group: string): string => group.split("-", 1)[0]!;

/** The families with their members, both in alphabetical order. */
export function families(groups: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const group of [...new Set(groups)].sort()) {
    const name = family(group);
    found.set(name, [...(found.get(name) ?? []), group]);
  }
  return found;
}
