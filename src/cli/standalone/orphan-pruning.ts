import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import { ServiceKind } from '../../api/kubernetes/service.ts';
import type { Logger } from '../../log/logger.ts';
import type { DirectoryStore } from '../../store/directory/directory-store.ts';
import type { Leadership } from '../../store/leadership.ts';
import type { Watch } from '../../store/store.ts';

/** How often to look for what no event told of. Milliseconds. */
const INTERVAL = 5_000;

/**
 * Has the process that allocates remove the status of objects that people have removed, as soon as they are gone: one
 * that returns must not bring back an address that another has been given since.
 */
export class OrphanPruning {
  readonly #watches: readonly Watch[];
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #running = Promise.resolve();
  #stopped = false;

  constructor(
    private readonly store: Pick<DirectoryStore, 'pruneOrphans' | 'watch'>,
    private readonly leadership: Pick<Leadership, 'held' | 'onChange'>,
    private readonly logger: Logger,
  ) {
    const onEvent = ({ type }: { readonly type: string }): void => {
      if (type === 'DELETED') this.#prune();
    };
    this.#watches = [store.watch(ServiceKind, { onEvent }), store.watch(IPAddressPoolKind, { onEvent })];
    this.#timer = setInterval(() => this.#prune(), INTERVAL);
    this.#stopListening = leadership.onChange(() => this.#prune());
  }

  /** Resolves when nothing is being removed any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#stopListening();
    for (const watch of this.#watches) watch.stop();
    await this.#running;
  }

  #prune(): void {
    this.#running = this.#running.then(async () => {
      if (this.#stopped || !this.leadership.held()) return;
      try {
        const objects = await this.store.pruneOrphans();
        if (objects.length > 0) this.logger.info('forgot the status of objects that are gone', { objects });
      } catch (error) {
        this.logger.warn('cannot remove the status of objects that are gone', { error });
      }
    });
  }
}
