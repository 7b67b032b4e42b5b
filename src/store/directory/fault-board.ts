import type { Logger } from '../../log/logger.ts';
import { formatFault, type SourceFault } from './source-fault.ts';

/** The faults of the moment: logged when they come and when they go, and shown to whoever asks. */
export class FaultBoard {
  readonly #listeners = new Set<(faults: readonly SourceFault[]) => void>();
  #faults: ReadonlyMap<string, SourceFault> = new Map();
  #opening = true;

  constructor(private readonly logger: Logger) {}

  get current(): readonly SourceFault[] {
    return [...this.#faults.values()];
  }

  /** Calls back with all faults whenever one comes or goes. Returns a function that ends it. */
  onChange(listener: (faults: readonly SourceFault[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes these the faults of the moment. */
  show(faults: readonly SourceFault[]): void {
    const before = this.#faults;
    const after = new Map(faults.map((fault) => [formatFault(fault), fault]));
    const come = [...after.keys()].filter((text) => !before.has(text));
    const gone = [...before.keys()].filter((text) => !after.has(text));
    if (come.length === 0 && gone.length === 0) return;
    this.#faults = after;
    for (const text of come) this.logger.warn(this.#opening ? text : `${text} (what stood before stands)`);
    for (const text of gone) this.logger.info(`${text} (mended)`);
    for (const listener of this.#listeners) {
      try {
        listener(this.current);
      } catch (error) {
        this.logger.error('a listener for faults failed', { error });
      }
    }
  }

  /** The first look at everything is over: from now on, something stood before a fault came. */
  opened(): void {
    this.#opening = false;
  }

  close(): void {
    this.#listeners.clear();
  }
}
