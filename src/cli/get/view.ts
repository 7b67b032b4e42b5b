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

/** What the tables are made of, at one moment. Each list is ordered by namespace and name. */
export interface View {
  readonly pools: readonly IPAddressPool[];
  readonly services: readonly Service[];
  readonly speakers: readonly SpeakerStatus[];
  readonly leases: readonly Lease[];
}

/** Reads everything once. */
export async function readView(store: Store): Promise<View> {
  const [pools, services, speakers, leases] = await Promise.all([
    store.list(IPAddressPoolKind),
    store.list(ServiceKind),
    store.list(SpeakerStatusKind),
    store.list(LeaseKind),
  ]);
  return { pools, services, speakers, leases };
}

/**
 * Calls back with the whole view when all kinds have been read, and then after each change; changes that come at once
 * are delivered together. Returns a function that ends it.
 */
export function watchView(store: Store, onView: (view: View) => void): () => void {
  let complete = false;
  let scheduled: NodeJS.Immediate | undefined;
  const changed = (): void => {
    if (complete) scheduled ??= setImmediate(deliver);
  };
  const pools = new ObjectCache(store, IPAddressPoolKind, changed);
  const services = new ObjectCache(store, ServiceKind, changed);
  const speakers = new ObjectCache(store, SpeakerStatusKind, changed);
  const leases = new ObjectCache(store, LeaseKind, changed);
  const caches = [pools, services, speakers, leases];
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

function sorted<T extends KubernetesObject>(cache: ObjectCache<T>): readonly T[] {
  return [...cache.values()].sort(
    ({ metadata: a }, { metadata: b }) =>
      compareText(a.namespace ?? '', b.namespace ?? '') || compareText(a.name, b.name),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
