import { BFDProfileKind } from '../../api/bfd-profile.ts';
import { CommunityKind } from '../../api/community.ts';
import { ADDRESSES_HELD, finalizersWith, hasFinalizer, IN_USE } from '../../api/finalizers.ts';
import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import type { Kind } from '../../api/kind.ts';
import { IngressKind } from '../../api/kubernetes/ingress.ts';
import { ServiceKind } from '../../api/kubernetes/service.ts';
import { type KubernetesObject, keyOf } from '../../api/object.ts';
import { FIELD_MANAGER, ownsStatus } from '../../api/owned-status.ts';
import { type Store, StoreError } from '../../store/store.ts';
import { inParallel } from '../cluster/in-parallel.ts';
import { addressesFromBerth, type Leavings, nameOf, releasePatch } from './leavings.ts';

/** How often an object that others change meanwhile is read again. */
const MOST_ROUNDS = 5;

/** Tells of one object that was cleared. */
export type Progress = (line: string) => void;

type Target = Pick<Store, 'get' | 'patchStatus' | 'applyStatus' | 'setFinalizers'>;

/**
 * Clears what Berth has left behind: addresses first, since a pool is to be held back for as long as somebody shows an
 * address of it.
 *
 * @param release whether Services give their addresses back; else only finalizers are taken away.
 * @returns what could not be cleared, an object and the reason each.
 */
export async function clear(
  store: Target,
  { services, ingresses, pools, profiles, communities }: Leavings,
  release: boolean,
  tell: Progress,
): Promise<readonly string[]> {
  const failures: string[] = [];
  const each = <T extends KubernetesObject>(
    objects: readonly T[],
    kind: Kind<T>,
    step: (object: T) => Promise<string>,
  ) =>
    inParallel(objects, async (object) => {
      const failure = await clearOne(store, kind, object, step, tell);
      if (failure !== undefined) failures.push(failure);
    });
  if (release) {
    await each(services, ServiceKind, (service) => releaseService(store, service));
    await each(ingresses, IngressKind, (ingress) => releaseIngress(store, ingress));
  }
  if (failures.length > 0) return failures;
  await each(pools, IPAddressPoolKind, (pool) => letGo(store, IPAddressPoolKind, pool, ADDRESSES_HELD));
  await each(profiles, BFDProfileKind, (profile) => letGo(store, BFDProfileKind, profile, IN_USE));
  await each(communities, CommunityKind, (community) => letGo(store, CommunityKind, community, IN_USE));
  return failures;
}

type ObjectOf<K> = K extends Kind<infer T> ? T : never;

/** @returns what was done; nothing where nothing was left to be done. */
async function releaseService(store: Target, service: ObjectOf<typeof ServiceKind>): Promise<string> {
  const patch = releasePatch(service);
  if (patch === null) return '';
  const { resourceVersion } = service.metadata;
  await store.patchStatus(ServiceKind, keyOf(service), patch, { resourceVersion });
  const addresses = addressesFromBerth(service);
  return addresses.length === 0 ? 'conditions removed' : `gave back ${addresses.join(' and ')}`;
}

async function releaseIngress(store: Target, ingress: ObjectOf<typeof IngressKind>): Promise<string> {
  if (!ownsStatus(ingress.metadata.managedFields, 'loadBalancer')) return '';
  const { resourceVersion } = ingress.metadata;
  await store.applyStatus(IngressKind, keyOf(ingress), {}, FIELD_MANAGER, { resourceVersion });
  return 'address removed';
}

async function letGo<T extends KubernetesObject>(
  store: Target,
  kind: Kind<T>,
  object: T,
  finalizer: string,
): Promise<string> {
  if (!hasFinalizer(object, finalizer)) return '';
  const { resourceVersion, deletionTimestamp } = object.metadata;
  await store.setFinalizers(kind, keyOf(object), finalizersWith(object, finalizer, false), { resourceVersion });
  return deletionTimestamp === undefined ? 'finalizer removed' : 'finalizer removed: it was being deleted, and goes';
}

/** Others may change the object meanwhile: then it is read and looked at again. */
async function clearOne<T extends KubernetesObject>(
  store: Target,
  kind: Kind<T>,
  listed: T,
  step: (object: T) => Promise<string>,
  tell: Progress,
): Promise<string | undefined> {
  let object: T | undefined = listed;
  for (let round = 1; ; round++) {
    try {
      if (object === undefined) return undefined;
      const done = await step(object);
      if (done !== '') tell(`${nameOf(listed)}: ${done}`);
      return undefined;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.code === 'NotFound') return undefined;
      if (error.code !== 'Conflict' || round >= MOST_ROUNDS) return `${nameOf(listed)}: ${error.message}`;
    }
    object = await store.get(kind, keyOf(listed));
  }
}
