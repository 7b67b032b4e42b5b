import type { KubernetesObject } from '../../api/object.ts';
import type { Logger } from '../../log/logger.ts';
import type { Watch, WatchEvent, WatchHandler } from '../store.ts';

interface Watcher {
  readonly resource: string;
  readonly handler: WatchHandler<KubernetesObject>;
  stopped: boolean;
}

/**
 * Hands changes to watchers, one at a time and in order: never within the call that caused the change, so that a
 * handler may write to the store without finding itself called again.
 */
export class WatchDelivery {
  readonly #watchers = new Set<Watcher>();
  #queue: (() => void)[] = [];
  #scheduled = false;

  constructor(private readonly logger: Logger) {}

  /** Begins with the objects that exist; changes that are published from now on follow. */
  watch(resource: string, objects: readonly KubernetesObject[], handler: WatchHandler<KubernetesObject>): Watch {
    const watcher: Watcher = { resource, handler, stopped: false };
    this.#watchers.add(watcher);
    for (const object of objects) this.#enqueue(watcher, () => handler.onEvent({ type: 'ADDED', object }));
    this.#enqueue(watcher, () => handler.onSynced?.());
    return {
      stop: () => {
        watcher.stopped = true;
        this.#watchers.delete(watcher);
      },
    };
  }

  publish(resource: string, event: WatchEvent<KubernetesObject>): void {
    for (const watcher of this.#watchers) {
      if (watcher.resource === resource) this.#enqueue(watcher, () => watcher.handler.onEvent(event));
    }
  }

  /** Ends every watch. */
  close(): void {
    for (const watcher of this.#watchers) watcher.stopped = true;
    this.#watchers.clear();
    this.#queue = [];
  }

  #enqueue(watcher: Watcher, call: () => void): void {
    this.#queue.push(() => {
      if (watcher.stopped) return;
      try {
        call();
      } catch (error) {
        this.logger.error('a watch handler failed; the watch goes on', { resource: watcher.resource, error });
      }
    });
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#drain());
  }

  #drain(): void {
    while (this.#queue.length > 0) {
      const calls = this.#queue;
      this.#queue = [];
      for (const call of calls) call();
    }
    this.#scheduled = false;
  }
}
