/** Trials one after another: says on standard error how each went, and goes on without those that fail. */
export class Trials {
  /** How many did not come to their end. */
  abandoned = 0;
  readonly #begun = performance.now();

  /**
   * Runs one. Undefined where it was abandoned.
   *
   * @param describe what it showed, in a few words
   */
  async run<T>(name: string, trial: () => Promise<T>, describe: (seen: T) => string): Promise<T | undefined> {
    try {
      const seen = await trial();
      this.#say(`${name}: ${describe(seen)}`);
      return seen;
    } catch (error) {
      this.abandoned += 1;
      this.#say(`${name}: abandoned: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  #say(text: string): void {
    const seconds = Math.round((performance.now() - this.#begun) / 1000);
    console.error(`${String(seconds).padStart(5)} s  ${text}`);
  }
}
