/** What {@link Looks} do. */
export interface LookOptions {
  /** A look begins where none was under way. */
  readonly onBegin: () => void;
  /** Looks at everything once. Does not reject. */
  readonly once: () => Promise<void>;
  /** The last look is over, and nobody has asked for another. Not called once they are closed. */
  readonly onEnd: () => void;
}

/** Looks at files, which take a while: one at a time, and once more for whoever asks meanwhile. */
export class Looks {
  readonly #options: LookOptions;
  #round: Promise<void> | undefined;
  #isAskedFor = false;
  #isClosed = false;

  constructor(options: LookOptions) {
    this.#options = options;
  }

  get areUnderWay(): boolean {
    return this.#round !== undefined;
  }

  /** Looks at everything as it is now, or later. Resolves when nobody has asked for more. Does not reject. */
  look(): Promise<void> {
    this.#isAskedFor = true;
    this.#round ??= this.#rounds();
    return this.#round;
  }

  /** From within a look: there is more to be seen than it began with. */
  lookAgain(): void {
    this.#isAskedFor = true;
  }

  /** Resolves when no look is under way any more, nor will be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#round;
  }

  async #rounds(): Promise<void> {
    try {
      this.#options.onBegin();
      while (this.#isAskedFor && !this.#isClosed) {
        this.#isAskedFor = false;
        await this.#options.once();
      }
      if (!this.#isClosed) this.#options.onEnd();
    } finally {
      this.#round = undefined;
    }
  }
}
