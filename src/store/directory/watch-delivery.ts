import type { KubernetesObject } from '../../api/object.ts';
import type { Logger } from '../../log/logger.ts';
import { HandlerQueue } from '../handler-queue.ts';
import type { Watch, WatchEvent, WatchHandler } from '../store.ts';

interface Watcher {
  readonly resource: string;
  readonly handler: WatchHandler<KubernetesObject>;
  stopped: boolean;
}

/** Hands changes to those who watch a resource, as {@link HandlerQueue} does it. */
export class WatchDelivery {
  readonly #watchers = new Set<Watcher>();
  readonly #queue: HandlerQueue;

  constructor(logger: Logger) {
    this.#queue = new HandlerQueue(logger);
  }

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
    this.#queue.clear();
  }

  #enqueue(watcher: Watcher, call: () => void): void {
    const callUnlessStopped = () => {
      if (!watcher.stopped) call();
    };
    this.#queue.add(callUnlessStopped, { resource: watcher.resource });
  }
}
