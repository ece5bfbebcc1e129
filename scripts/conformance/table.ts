/** The result as a table, one line per group and the sum. */
import type { Outcome } from "./run.ts";

export interface Count {
  readonly passed: number;
  readonly total: number;
}

export type Tally = ReadonlyMap<string, Count>;

/** @param name what counts as one line; by default the item's group */
export function tallyOf(outcomes: Iterable<Outcome>, name = (group: string): string => group): Tally {
  const tally = new Map<string, Count>();
  for (const { item, failure } of outcomes) {
    const key = name(item.group);
    const { passed, total } = tally.get(key) ?? { passed: 0, total: 0 };
    tally.set(key, { passed: passed + (failure === null ? 1 : 0), total: total + 1 });
  }
  return new Map([...tally].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function sum(tally: Tally): Count {
  let [passed, total] = [0, 0];
  for (const count of tally.values()) {
    passed += count.passed;
    total += count.total;
  }
  return { passed, total };
}

export function table(tally: Tally): string {
  const rows = [...tally, ["all", sum(tally)] as const];
  const width = Math.max(...rows.map(([name]) => name.length));
  const line = ([name, { passed, total }]: (typeof rows)[number]): string =>
    `${name.padEnd(width)}  ${`${passed}/${total}`.padStart(11)}  ${((passed / total) * 100).toFixed(1).padStart(5)} %`;
  return rows.map(line).join("\n");
}
