import { servedBy } from '../../announcement/endpoints.ts';
import { BFDProfileKind } from '../../api/bfd-profile.ts';
import { BGPAdvertisementKind } from '../../api/bgp-advertisement.ts';
import { BGPPeerKind } from '../../api/bgp-peer.ts';
import { CommunityKind } from '../../api/community.ts';
import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import type { Kind } from '../../api/kind.ts';
import { EndpointSliceKind } from '../../api/kubernetes/endpoint-slice.ts';
import { NodeKind } from '../../api/kubernetes/node.ts';
import { ServiceKind } from '../../api/kubernetes/service.ts';
import { L2AdvertisementKind } from '../../api/l2-advertisement.ts';
import { type KubernetesObject, keyOf, keyText } from '../../api/object.ts';
import { SpeakerStatusKind } from '../../api/speaker-status.ts';
import type { Store, Watch, WatchEvent, WatchHandler } from '../../store/store.ts';
import type { Clock } from '../wire/clock.ts';
import type { ObjectsByKind, ObjectsFile } from './objects-file.ts';

/** Milliseconds that a store may take to tell what it has before memory stands in for it. */
export const STORE_PATIENCE = 2000;
/** Milliseconds in which changes gather before they are written down. */
const GATHER = 2000;
/** What each object adds to them: they are written whole. */
const PACE_OF_OBJECT = 1;

/** What a speaker decides with. No secrets. */
const KINDS: readonly Kind<KubernetesObject>[] = [
  ServiceKind,
  IPAddressPoolKind,
  L2AdvertisementKind,
  NodeKind,
  EndpointSliceKind,
  SpeakerStatusKind,
  BGPPeerKind,
  BGPAdvertisementKind,
  BFDProfileKind,
  CommunityKind,
];

/** One kind that is watched. */
interface Memory {
  /** As those who watch it know it. */
  readonly objects: Map<string, KubernetesObject>;
  /** Of those the ones that the store has not confirmed. */
  readonly unconfirmed: Set<string>;
  isSynced: boolean;
}

/**
 * The watches of a store that goes on without it: what is watched is written down, and a store that does not tell what
 * it has in time is stood in for by that, kind by kind, until it does. Each kind is watched once.
 */
export class RememberingStore implements Pick<Store, 'watch'> {
  readonly #store: Pick<Store, 'watch'>;
  readonly #file: ObjectsFile;
  readonly #clock: Clock;
  readonly #onStandIn: () => void;
  readonly #remembered: ObjectsByKind;
  readonly #memories = new Map<string, Memory>();
  #cancelWrite: (() => void) | undefined;
  #isStandingIn = false;

  /** @param onStandIn called once, when memory is first used; before anybody is told of what is in it */
  constructor(options: {
    readonly store: Pick<Store, 'watch'>;
    readonly file: ObjectsFile;
    readonly clock: Clock;
    readonly onStandIn: () => void;
  }) {
    this.#store = options.store;
    this.#file = options.file;
    this.#clock = options.clock;
    this.#onStandIn = options.onStandIn;
    this.#remembered = options.file.read(KINDS);
  }

  watch<T extends KubernetesObject>(kind: Kind<T>, handler: WatchHandler<T>): Watch {
    const name = kind.kind;
    if (!KINDS.some((each) => each.kind === name)) return this.#store.watch(kind, handler);
    const memory: Memory = { objects: new Map(), unconfirmed: new Set(), isSynced: false };
    this.#memories.set(name, memory);
    const sync = () => {
      if (memory.isSynced) return;
      memory.isSynced = true;
      handler.onSynced?.();
    };
    const known = this.#remembered.get(name) as readonly T[] | undefined;
    const cancel = known && this.#clock.after(STORE_PATIENCE, () => this.#standIn(memory, known, handler, sync));
    const watch = this.#store.watch(kind, {
      onEvent: (event) => this.#take(memory, event, handler),
      onSynced: () => {
        cancel?.();
        this.#forgetUnconfirmed(memory, handler);
        sync();
        this.#write();
      },
    });
    return {
      stop: () => {
        cancel?.();
        watch.stop();
      },
    };
  }

  /** Writes what is known now; resolves when it is written. Nothing is written afterwards. */
  async stop(): Promise<void> {
    if (this.#cancelWrite !== undefined) {
      this.#cancelWrite();
      this.#file.write(() => this.#objects());
    }
    await this.#file.settled();
  }

  #standIn<T extends KubernetesObject>(
    memory: Memory,
    known: readonly T[],
    handler: WatchHandler<T>,
    sync: () => void,
  ): void {
    if (!this.#isStandingIn) this.#onStandIn();
    this.#isStandingIn = true;
    for (const object of known) {
      const key = keyText(keyOf(object));
      if (memory.objects.has(key)) continue;
      memory.objects.set(key, object);
      memory.unconfirmed.add(key);
      handler.onEvent({ type: 'ADDED', object });
    }
    sync();
  }

  #take<T extends KubernetesObject>(memory: Memory, event: WatchEvent<T>, handler: WatchHandler<T>): void {
    const key = keyText(keyOf(event.object));
    const isKnown = memory.unconfirmed.delete(key);
    const former = memory.objects.get(key);
    if (event.type === 'DELETED') memory.objects.delete(key);
    else memory.objects.set(key, event.object);
    handler.onEvent(isKnown && event.type === 'ADDED' ? { ...event, type: 'MODIFIED' } : event);
    const isNews = event.type === 'DELETED' || former === undefined || !this.#file.isAlike(former, event.object);
    if (memory.isSynced && isNews) this.#write();
  }

  /** All that the store has is known: what it has not told is gone. */
  #forgetUnconfirmed<T extends KubernetesObject>(memory: Memory, handler: WatchHandler<T>): void {
    for (const key of memory.unconfirmed) {
      const object = memory.objects.get(key) as T;
      memory.objects.delete(key);
      handler.onEvent({ type: 'DELETED', object });
    }
    memory.unconfirmed.clear();
  }

  #write(): void {
    if (this.#cancelWrite !== undefined) return;
    const count = [...this.#memories.values()].reduce((sum, { objects }) => sum + objects.size, 0);
    this.#cancelWrite = this.#clock.after(GATHER + count * PACE_OF_OBJECT, () => {
      this.#cancelWrite = undefined;
      this.#file.write(() => this.#objects());
    });
  }

  /** What is known of each kind: of one that nobody has told yet, what was known before. */
  #objects(): ObjectsByKind {
    const all = new Map<string, readonly KubernetesObject[]>(this.#remembered);
    for (const [kind, { objects, isSynced }] of this.#memories) if (isSynced) all.set(kind, [...objects.values()]);
    const services = new Set(all.get(ServiceKind.kind)?.map((service) => keyText(keyOf(service))));
    // Those of other Services are most of a cluster's.
    const slices = all.get(EndpointSliceKind.kind)?.filter((slice) => services.has(servedBy(slice) ?? ''));
    if (slices !== undefined) all.set(EndpointSliceKind.kind, slices);
    return all;
  }
}
