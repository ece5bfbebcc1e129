/**
 * The closest name among many, scored like Haskell's `fuzzyset` with its defaults: candidates that share 3-grams (or, failing
 * that, 2-grams) with the text, ranked by cosine, the best 50 then by edit distance; below a score of 0.33 it is no match.
 */
export interface Match {
  /** 0 to 1; 1 is the same text in another case. */
  readonly score: number;
  readonly text: string;
}

const MIN_SCORE = 0.33;
const CANDIDATES = 50;

/** All matches, best first. */
export function fuzzyMatches(texts: readonly string[], wanted: string): Match[] {
  const byKey = byLowerCase(texts);
  const key = wanted.toLowerCase();
  const exact = byKey.get(key);
  if (exact !== undefined) return [{ score: 1, text: exact }];
  for (const size of [3, 2]) {
    const matches = matchesBySize([...byKey.keys()], key, size).map(({ score, text }) => ({
      score,
      text: byKey.get(text) ?? text,
    }));
    if (matches.length > 0) return matches;
  }
  return [];
}

/**
 * Added from the end of the list. A text is left out only when its lower case is already there as written, so of two that
 * differ in case the lower one is shown.
 */
function byLowerCase(texts: readonly string[]): ReadonlyMap<string, string> {
  const byKey = new Map<string, string>();
  for (const text of texts.toReversed()) {
    const key = text.toLowerCase();
    if (byKey.get(key) !== key) byKey.set(key, text);
  }
  return byKey;
}

/** The best match, if any. */
export const closest = (texts: readonly string[], wanted: string): string | null =>
  fuzzyMatches(texts, wanted)[0]?.text ?? null;

function matchesBySize(keys: readonly string[], wanted: string, size: number): Match[] {
  const query = grams(wanted, size);
  const byCosine = keys
    .map((text) => ({ text, score: cosine(query, grams(text, size)) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  return byCosine
    .slice(0, CANDIDATES)
    .map(({ text }) => ({ text, score: similarity(wanted, text) }))
    .sort((a, b) => b.score - a.score)
    .filter(({ score }) => score >= MIN_SCORE);
}

/** How often each piece of that length occurs; only letters, digits, blanks and commas count, between two dashes. */
function grams(text: string, size: number): ReadonlyMap<string, number> {
  const chars = [..."-", ...text.replace(/[^\p{L}\p{N}\s,]/gu, ""), ..."-"];
  const counts = new Map<string, number>();
  for (let start = 0; start + size <= chars.length; start++) {
    const gram = chars.slice(start, start + size).join("");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let product = 0;
  for (const [gram, count] of a) product += count * (b.get(gram) ?? 0);
  return product === 0 ? 0 : product / (magnitude(a) * magnitude(b));
}

const magnitude = (counts: ReadonlyMap<string, number>): number =>
  Math.sqrt([...counts.values()].reduce((sum, count) => sum + count * count, 0));

/** Levenshtein distance as a share of the longer text, turned round. */
function similarity(a: string, b: string): number {
  const [from, to] = [[...a], [...b]];
  const longer = Math.max(from.length, to.length);
  if (longer === 0) return 1;
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, char] of from.entries()) {
    const current = [row + 1];
    for (const [column, other] of to.entries()) {
      const replaced = (previous[column] ?? 0) + (char === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return (longer - (previous[to.length] ?? 0)) / longer;
}
