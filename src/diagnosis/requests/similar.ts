/** Names that somebody may have meant. Pure. */

/** The nearest few: at most a third of the letters away, or with all words of the other, as `owner` and `owner_id`. */
export function similar(name: string, candidates: readonly string[], most = 3): string[] {
  const wanted = name.toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance: far }) =>
        far <= Math.max(1, Math.floor(wanted.length / 3)) ||
        isPart(wanted, candidate.toLowerCase()) ||
        isPart(candidate.toLowerCase(), wanted),
    )
    .sort((one, other) => one.distance - other.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

const isPart = (one: string, other: string): boolean => {
  const words = other.split("_");
  return one.length > 2 && one.split("_").every((word) => words.includes(word));
};

/** Levenshtein's: insertions, deletions and substitutions. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const substituted = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
