import { BGPAdvertisementKind } from '../api/bgp-advertisement.ts';
import { type L2Advertisement, L2AdvertisementKind } from '../api/l2-advertisement.ts';
import type { Logger } from '../log/logger.ts';
import type { Leadership } from '../store/leadership.ts';
import { type Store, StoreError } from '../store/store.ts';
import type { Clock } from './clock.ts';

/** Whether something has been done once, for as long as the installation lives. */
export interface OnceNote {
  isSet(): boolean;
  set(): void;
}

/** What a {@link DefaultAdvertisement} works with. */
export interface DefaultAdvertisementOptions {
  readonly store: Pick<Store, 'list' | 'create'>;
  readonly leadership: Pick<Leadership, 'held' | 'onChange'>;
  readonly note: OnceNote;
  readonly logger: Logger;
  readonly clock: Clock;
}

const NAME = 'default';
/** Milliseconds until a store that failed is asked again. */
const ASK_AGAIN = 5_000;

/**
 * Makes the L2Advertisement `default`, by which every address is announced on the local network, at the first start of an
 * installation: what a manifest says of a kind that it brings itself, `kubectl apply` refuses. Once only, so that whoever
 * edits or deletes it is not overruled; and not where people have said already how addresses are announced.
 */
export class DefaultAdvertisement {
  readonly #options: DefaultAdvertisementOptions;
  readonly #stopListening: () => void;
  #endPause = () => {};
  #isStopped = false;
  #running: Promise<void> | undefined;

  constructor(options: DefaultAdvertisementOptions) {
    this.#options = options;
    this.#stopListening = options.leadership.onChange((held) => {
      if (held) this.#begin();
    });
    if (options.leadership.held()) this.#begin();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopListening();
    this.#endPause();
    await this.#running;
  }

  #begin(): void {
    this.#endPause();
    this.#running ??= this.#try().finally(() => {
      this.#running = undefined;
    });
  }

  async #try(): Promise<void> {
    const { note, logger, clock } = this.#options;
    if (!this.#mayWrite() || note.isSet()) return;
    try {
      if (await this.#isWanted()) await this.#make();
      if (this.#mayWrite()) note.set();
    } catch (error) {
      logger.warn(`cannot see to the L2Advertisement ${NAME}`, { error });
      if (this.#mayWrite()) this.#endPause = clock.after(ASK_AGAIN, () => this.#begin());
    }
  }

  async #isWanted(): Promise<boolean> {
    const { store } = this.#options;
    const [l2, bgp] = await Promise.all([store.list(L2AdvertisementKind), store.list(BGPAdvertisementKind)]);
    return l2.length + bgp.length === 0 && this.#mayWrite();
  }

  async #make(): Promise<void> {
    const { apiVersion, kind } = L2AdvertisementKind;
    const parsed = L2AdvertisementKind.parse({ apiVersion, kind, metadata: { name: NAME }, spec: {} });
    if (!parsed.ok) throw new TypeError(`${kind}/${NAME}: ${parsed.faults.map(({ message }) => message).join('; ')}`);
    try {
      await this.#options.store.create<L2Advertisement>(L2AdvertisementKind, parsed.object);
      this.#options.logger.info(`made the L2Advertisement ${NAME}: every address is announced on the local network`);
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'AlreadyExists')) throw error;
    }
  }

  #mayWrite(): boolean {
    return !this.#isStopped && this.#options.leadership.held();
  }
}
