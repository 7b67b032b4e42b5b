import type { IPAddressPool } from '../../api/ip-address-pool.ts';
import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import type { Kind } from '../../api/kind.ts';
import type { Lease } from '../../api/kubernetes/lease.ts';
import { LeaseKind } from '../../api/kubernetes/lease.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import { ServiceKind } from '../../api/kubernetes/service.ts';
import type { KubernetesObject } from '../../api/object.ts';
import type { SpeakerStatus } from '../../api/speaker-status.ts';
import { SpeakerStatusKind } from '../../api/speaker-status.ts';
import { ObjectCache } from '../../store/object-cache.ts';
import type { Store } from '../../store/store.ts';
import { ForbiddenError } from '../cluster/cluster-error.ts';

/** What the tables are made of, at one moment. Each list is ordered by namespace and name; what is not read is empty. */
export interface View {
  readonly pools: readonly IPAddressPool[];
  readonly services: readonly Service[];
  readonly speakers: readonly SpeakerStatus[];
  readonly leases: readonly Lease[];
}

/** Which parts of a {@link View} something is made of. */
export interface Sources {
  /** What its rows are made of: no more than that is read. */
  readonly reads: readonly (keyof View)[];
  /** What of that only fills columns: whoever may not read it sees the rest. */
  readonly optional?: readonly (keyof View)[];
}

const KINDS = { pools: IPAddressPoolKind, services: ServiceKind, speakers: SpeakerStatusKind, leases: LeaseKind };

/** What could be read, and what not. */
export interface ReadView {
  readonly view: View;
  readonly read: readonly (keyof View)[];
  /** Why the rest of what can be done without is empty. */
  readonly forbidden: readonly ForbiddenError[];
}

/** Reads once what a resource is made of, without what can be done without where it is forbidden. */
export async function readView(store: Pick<Store, 'list'>, { reads, optional = [] }: Sources): Promise<ReadView> {
  const read = new Set(reads);
  const forbidden: ForbiddenError[] = [];
  const list = async <T extends KubernetesObject>(name: keyof View, kind: Kind<T>): Promise<readonly T[]> => {
    if (!read.has(name)) return [];
    try {
      return await store.list(kind);
    } catch (error) {
      if (!(error instanceof ForbiddenError) || !optional.includes(name)) throw error;
      read.delete(name);
      forbidden.push(error);
      return [];
    }
  };
  const [pools, services, speakers, leases] = await Promise.all([
    list('pools', KINDS.pools),
    list('services', KINDS.services),
    list('speakers', KINDS.speakers),
    list('leases', KINDS.leases),
  ]);
  return { view: { pools, services, speakers, leases }, read: [...read], forbidden };
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
