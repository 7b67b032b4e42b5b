import type { Logger } from '../../log/logger.ts';

/** How long one part may take to stop before it is left behind: a speaker hands over first. Milliseconds. */
const PATIENCE = 8_000;

interface Part {
  readonly name: string;
  stop(): Promise<void> | void;
}

/** What has been started and must be stopped, the youngest first. */
export class Teardown {
  readonly #parts: Part[] = [];

  constructor(
    private readonly logger: Logger,
    private readonly patience = PATIENCE,
  ) {}

  /** Remembers how to stop a part that has just started. */
  add(name: string, stop: () => Promise<void> | void): void {
    this.#parts.push({ name, stop });
  }

  /** Stops every part, each once. One that fails or hangs is logged and does not keep the others from stopping. */
  async run(): Promise<void> {
    for (let part = this.#parts.pop(); part; part = this.#parts.pop()) await this.#stop(part);
  }

  async #stop({ name, stop }: Part): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not within ${this.patience} ms`)), this.patience);
    });
    try {
      await Promise.race([stop(), late]);
      this.logger.debug(`stopped the ${name}`);
    } catch (error) {
      this.logger.error(`cannot stop the ${name}`, { error });
    } finally {
      clearTimeout(timer);
    }
  }
}
