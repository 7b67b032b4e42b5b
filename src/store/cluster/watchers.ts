import type { KubernetesObject } from '../../api/object.ts';
import type { Logger } from '../../log/logger.ts';
import { HandlerQueue } from '../handler-queue.ts';
import type { Watch, WatchEvent, WatchHandler } from '../store.ts';

interface Watcher<T> {
  readonly handler: WatchHandler<T>;
  isStopped: boolean;
  isTold: boolean;
}

/** Those who follow one kind, called as {@link HandlerQueue} does it. */
export class Watchers<T extends KubernetesObject> {
  readonly #watchers = new Set<Watcher<T>>();
  readonly #queue: HandlerQueue;

  constructor(logger: Logger) {
    this.#queue = new HandlerQueue(logger);
  }

  get size(): number {
    return this.#watchers.size;
  }

  /** Begins with the objects that are known; what is published from now on follows. */
  add(handler: WatchHandler<T>, known: Iterable<T>, isSynced: boolean, onStop: () => void): Watch {
    const watcher: Watcher<T> = { handler, isStopped: false, isTold: false };
    this.#watchers.add(watcher);
    for (const object of known) this.#enqueue(watcher, () => handler.onEvent({ type: 'ADDED', object }));
    if (isSynced) this.#tellSynced(watcher);
    return {
      stop: () => {
        if (watcher.isStopped) return;
        watcher.isStopped = true;
        this.#watchers.delete(watcher);
        onStop();
      },
    };
  }

  publish(event: WatchEvent<T>): void {
    for (const watcher of this.#watchers) this.#enqueue(watcher, () => watcher.handler.onEvent(event));
  }

  /** Everything that exists has been published. */
  synced(): void {
    for (const watcher of this.#watchers) this.#tellSynced(watcher);
  }

  /** Whether all of them can do without the kind. */
  get areOptional(): boolean {
    return [...this.#watchers].every(({ handler }) => handler.onMissing !== undefined);
  }

  /** The source does not have the kind. */
  missing(): void {
    for (const watcher of this.#watchers) this.#enqueue(watcher, () => watcher.handler.onMissing?.());
  }

  /** Calls nobody any more. */
  close(): void {
    for (const watcher of this.#watchers) watcher.isStopped = true;
    this.#watchers.clear();
    this.#queue.clear();
  }

  #tellSynced(watcher: Watcher<T>): void {
    if (watcher.isTold) return;
    watcher.isTold = true;
    this.#enqueue(watcher, () => watcher.handler.onSynced?.());
  }

  #enqueue(watcher: Watcher<T>, call: () => void): void {
    this.#queue.add(() => {
      if (!watcher.isStopped) call();
    });
  }
}
