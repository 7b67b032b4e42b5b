import type { LogFields, Logger } from '../../log/logger.ts';

/** A line takes a tenth of a millisecond: ten thousand would keep the main thread from everything else for a second. */
const MOST_ALIKE = 100;

interface Alike {
  readonly message: string;
  readonly common: LogFields;
  count: number;
}

/** The lines of one report. Of those that differ in the address alone a hundred are written, and then how many more there are. */
export class AlikeLines {
  readonly #logger: Logger;
  readonly #alike = new Map<string, Alike>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * @param common what such lines say alike
   * @param own what this one says besides; not asked where it is not written
   */
  info(message: string, common: LogFields, own: () => LogFields): void {
    const key = JSON.stringify([message, common]);
    const alike = this.#alike.get(key) ?? { message, common, count: 0 };
    this.#alike.set(key, alike);
    if (++alike.count <= MOST_ALIKE) this.#logger.info(message, { ...own(), ...common });
  }

  /** All of the report has been told. */
  end(): void {
    for (const { message, common, count } of this.#alike.values()) {
      if (count <= MOST_ALIKE) continue;
      this.#logger.info(`${message}, and for others alike: see "berth get addresses"`, {
        ...common,
        more: count - MOST_ALIKE,
      });
    }
    this.#alike.clear();
  }
}
