/** Lets requests through, and holds them back while the database behind is exchanged. */
export class Gate {
  #inside = 0;
  #shut: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  async pass<T>(work: () => Promise<T>): Promise<T> {
    while (this.#shut !== undefined) await this.#shut;
    this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
      if (this.#inside === 0) this.#onEmpty?.();
    }
  }

  /** Runs `work` when nobody is inside, and lets nobody in before it is done. One after the other. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#shut !== undefined) await this.#shut;
    let open = () => {};
    this.#shut = new Promise((resolve) => {
      open = resolve;
    });
    try {
      if (this.#inside > 0) {
        await new Promise<void>((resolve) => {
          this.#onEmpty = resolve;
        });
      }
      return await work();
    } finally {
      this.#onEmpty = undefined;
      this.#shut = undefined;
      open();
    }
  }
}
