import { type L2Advertisement, L2AdvertisementKind } from '../api/l2-advertisement.ts';
import { keyOf, keyText } from '../api/object.ts';
import { ObjectCache } from '../store/object-cache.ts';
import { advertisementStatusPatch } from './advertisement-status.ts';
import { StatusWriter, type StatusWriterOptions } from './status-writer.ts';

/** What an {@link AdvertisementWriter} works with. */
export interface AdvertisementWriterOptions
  extends Omit<StatusWriterOptions<L2Advertisement>, 'kind' | 'outstanding' | 'onWritten'> {
  isPool(name: string): boolean;
  /** RFC 3339. */
  now(): string;
}

/** Keeps the condition `Ready` of each L2Advertisement in step with the pools that there are. */
export class AdvertisementWriter {
  /** Resolves when all advertisements are known. */
  readonly synced: Promise<void>;
  readonly #options: AdvertisementWriterOptions;
  readonly #cache: ObjectCache<L2Advertisement>;
  readonly #writer: StatusWriter<L2Advertisement>;
  #isActive = false;

  constructor(options: AdvertisementWriterOptions) {
    this.#options = options;
    this.#writer = new StatusWriter({
      ...options,
      kind: L2AdvertisementKind,
      outstanding: (key) => this.#outstanding(key),
    });
    this.#cache = new ObjectCache(options.store, L2AdvertisementKind, ({ object }) => {
      if (this.#isActive) this.#writer.check(keyText(keyOf(object)));
    });
    this.synced = this.#cache.synced;
  }

  /** Looks at all of them: this process may write from now on, or pools have come or gone. */
  checkAll(): void {
    this.#isActive = true;
    for (const advertisement of this.#cache.values()) this.#writer.check(keyText(keyOf(advertisement)));
  }

  /** Another process writes from now on. */
  clear(): void {
    this.#isActive = false;
    this.#writer.clear();
  }

  objects(): Iterable<L2Advertisement> {
    return this.#cache.values();
  }

  get size(): number {
    return this.#writer.size;
  }

  async stop(): Promise<void> {
    this.#cache.stop();
    await this.#writer.stop();
  }

  #outstanding(key: string): ReturnType<StatusWriterOptions<L2Advertisement>['outstanding']> {
    const object = this.#cache.get(key);
    if (object === undefined || !this.#isActive) return null;
    const patch = advertisementStatusPatch(object, this.#options.isPool, this.#options.now());
    return patch === null ? null : { object, patch };
  }
}
