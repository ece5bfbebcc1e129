/** Counts of a run. */
export class Tally {
  readonly #statuses = new Map<string, number>();
  readonly #kinds = new Map<string, number>();
  readonly #excuses = new Map<string, number>();

  /** @param status null: no answer */
  add(kind: string, status: number | null): void {
    count(this.#kinds, kind);
    count(this.#statuses, status === null ? "none" : `${Math.floor(status / 100)}xx`);
  }

  excuse(reason: string): void {
    count(this.#excuses, reason);
  }

  get total(): number {
    return [...this.#kinds.values()].reduce((sum, one) => sum + one, 0);
  }

  /** @param group `2xx`, … */
  withStatus(group: string): number {
    return this.#statuses.get(group) ?? 0;
  }

  lines(): string[] {
    const listed = (counts: ReadonlyMap<string, number>): string =>
      [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, many]) => `${name} ${many}`)
        .join(" · ");
    return [
      `${this.total} requests: ${listed(this.#kinds)}`,
      `answers: ${listed(this.#statuses)}`,
      ...[...this.#excuses]
        .sort(([, a], [, b]) => b - a)
        .map(([reason, many]) => `${String(many).padStart(7)} × ${reason}`),
    ];
  }
}

const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};
