/** The result as a table, one line per group and the sum. */
export type Tally = ReadonlyMap<string, { readonly passed: number; readonly total: number }>;

export function table(tally: Tally): string {
  const groups = [...tally].sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = groups.reduce((so, [, { passed, total }]) => ({ passed: so.passed + passed, total: so.total + total }), {
    passed: 0,
    total: 0,
  });
  const rows = [...groups, ["all", sum] as const];
  const width = Math.max(...rows.map(([name]) => name.length));
  const line = ([name, { passed, total }]: (typeof rows)[number]): string =>
    `${name.padEnd(width)}  ${`${passed}/${total}`.padStart(11)}  ${((passed / total) * 100).toFixed(1).padStart(5)} %`;
  return rows.map(line).join("\n");
}
