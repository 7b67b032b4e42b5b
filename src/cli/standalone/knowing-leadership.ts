import type { Logger } from '../../log/logger.ts';
import type { DirectoryStore } from '../../store/directory/directory-store.ts';
import type { FolderLock } from '../../store/directory/folder-lock.ts';
import { formatFault } from '../../store/directory/source-fault.ts';
import type { Leadership } from '../../store/leadership.ts';

/**
 * A {@link Leadership} of one who knows what is in use: while the store cannot tell which addresses are held, this
 * process does not lead, and leaves the folder's lock to one that can.
 */
export class KnowingLeadership implements Leadership {
  readonly #listeners = new Set<(held: boolean) => void>();
  readonly #stopListening: readonly (() => void)[];
  #isWanted = false;
  #isLocking = false;
  #told = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly lock: FolderLock,
    private readonly store: Pick<DirectoryStore, 'unknownHolders' | 'onFaults'>,
    private readonly logger: Logger,
  ) {
    this.#stopListening = [lock.onChange(() => this.#tell()), store.onFaults(() => this.#reconsider())];
  }

  held(): boolean {
    return this.lock.held() && this.store.unknownHolders().length === 0;
  }

  holder(): string | undefined {
    return this.lock.holder();
  }

  /** Which other process holds the lock, as `HOLDER (pid N)`. */
  incumbent(): string | undefined {
    return this.lock.incumbent();
  }

  /** Why this process cannot lead, whoever else does; a plain sentence each. */
  obstacles(): readonly string[] {
    const failure = this.lock.failure();
    return [...this.store.unknownHolders().map(formatFault), ...(failure === undefined ? [] : [failure])];
  }

  /** Calls back when the lock begins to fail. Returns a function that ends it. */
  onFailure(listener: (failure: string) => void): () => void {
    return this.lock.onFailure(listener);
  }

  onChange(listener: (held: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#isWanted = true;
    this.#reconsider();
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    for (const stop of this.#stopListening) stop();
    await this.#turn;
    await this.lock.stop();
    this.#tell();
  }

  #reconsider(): void {
    this.#tell();
    this.#turn = this.#turn.then(async () => {
      const isKnown = this.store.unknownHolders().length === 0;
      if (!this.#isWanted || isKnown === this.#isLocking) return;
      this.#isLocking = isKnown;
      if (isKnown) this.lock.start();
      else await this.lock.stop();
    });
  }

  #tell(): void {
    const held = this.held();
    if (held === this.#told) return;
    this.#told = held;
    for (const listener of this.#listeners) {
      try {
        listener(held);
      } catch (error) {
        this.logger.error('a listener for the right to allocate failed', { error });
      }
    }
  }
}
