import type { IPAddressPool } from '../../api/ip-address-pool.ts';
import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import type { Lease } from '../../api/kubernetes/lease.ts';
import { LeaseKind } from '../../api/kubernetes/lease.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import { ServiceKind } from '../../api/kubernetes/service.ts';
import type { KubernetesObject } from '../../api/object.ts';
import type { SpeakerStatus } from '../../api/speaker-status.ts';
import { SpeakerStatusKind } from '../../api/speaker-status.ts';
import { ObjectCache } from '../../store/object-cache.ts';
import type { Store } from '../../store/store.ts';

/** What the tables are made of, at one moment. Each list is ordered by namespace and name; what is not read is empty. */
export interface View {
  readonly pools: readonly IPAddressPool[];
  readonly services: readonly Service[];
  readonly speakers: readonly SpeakerStatus[];
  readonly leases: readonly Lease[];
}

const KINDS = { pools: IPAddressPoolKind, services: ServiceKind, speakers: SpeakerStatusKind, leases: LeaseKind };

/** Reads once what is named. */
export async function readView(store: Pick<Store, 'list'>, reads: readonly (keyof View)[]): Promise<View> {
  const read = <T>(name: keyof View, list: () => Promise<readonly T[]>) => (reads.includes(name) ? list() : []);
  const [pools, services, speakers, leases] = await Promise.all([
    read('pools', () => store.list(KINDS.pools)),
    read('services', () => store.list(KINDS.services)),
    read('speakers', () => store.list(KINDS.speakers)),
    read('leases', () => store.list(KINDS.leases)),
  ]);
  return { pools, services, speakers, leases };
}

/**
 * Calls back with the view when all that is named has been read, and then after each change; changes that come at once
 * are delivered together. Returns a function that ends it.
 */
export function watchView(
  store: Pick<Store, 'watch'>,
  reads: readonly (keyof View)[],
  onView: (view: View) => void,
): () => void {
  let complete = false;
  let scheduled: NodeJS.Immediate | undefined;
  const changed = (): void => {
    if (complete) scheduled ??= setImmediate(deliver);
  };
  const watched = <T extends KubernetesObject>(name: keyof View, begin: () => ObjectCache<T>) =>
    reads.includes(name) ? begin() : undefined;
  const pools = watched('pools', () => new ObjectCache(store, KINDS.pools, changed));
  const services = watched('services', () => new ObjectCache(store, KINDS.services, changed));
  const speakers = watched('speakers', () => new ObjectCache(store, KINDS.speakers, changed));
  const leases = watched('leases', () => new ObjectCache(store, KINDS.leases, changed));
  const caches = [pools, services, speakers, leases].filter((cache) => cache !== undefined);
  let ended = false;
  void Promise.all(caches.map(({ synced }) => synced)).then(() => {
    complete = !ended;
    changed();
  });
  function deliver(): void {
    scheduled = undefined;
    onView({ pools: sorted(pools), services: sorted(services), speakers: sorted(speakers), leases: sorted(leases) });
  }
  return () => {
    ended = true;
    complete = false;
    for (const cache of caches) cache.stop();
    clearImmediate(scheduled);
  };
}

function sorted<T extends KubernetesObject>(cache: ObjectCache<T> | undefined): readonly T[] {
  return [...(cache?.values() ?? [])].sort(
    ({ metadata: a }, { metadata: b }) =>
      compareText(a.namespace ?? '', b.namespace ?? '') || compareText(a.name, b.name),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
