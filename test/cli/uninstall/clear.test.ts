import { describe, expect, it } from 'vitest';
import type { BFDProfile } from '../../../src/api/bfd-profile.ts';
import type { Community } from '../../../src/api/community.ts';
import { ADDRESSES_HELD, IN_USE } from '../../../src/api/finalizers.ts';
import type { IPAddressPool } from '../../../src/api/ip-address-pool.ts';
import type { Ingress } from '../../../src/api/kubernetes/ingress.ts';
import type { Service } from '../../../src/api/kubernetes/service.ts';
import { type KubernetesObject, keyOf } from '../../../src/api/object.ts';
import { FIELD_MANAGER } from '../../../src/api/owned-status.ts';
import { clear } from '../../../src/cli/uninstall/clear.ts';
import { leavingsOf, releasePatch } from '../../../src/cli/uninstall/leavings.ts';
import { StoreError, type StoreErrorCode } from '../../../src/store/store.ts';
import { pool, service } from '../../allocator/builders.ts';
import { community, profile } from '../../announcement/bgp/objects.ts';
import { MemoryObjects, MemoryStore } from '../../speaker/memory-store.ts';

const THEIRS = { type: 'Seen', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' } as const;

function holder(name: string, ip: string, allocated: 'True' | 'False' = 'True'): Service {
  const object = service(name, { holds: [ip] });
  const ours = { ...THEIRS, type: 'berth.dev/Allocated', status: allocated };
  const announced = { ...THEIRS, type: 'berth.dev/Announced' };
  return { ...object, status: { ...object.status, conditions: [ours, THEIRS, announced] } };
}

function held(name: string, ...others: readonly string[]): IPAddressPool {
  const object = pool(name, '192.0.2.0/24');
  return { ...object, metadata: { ...object.metadata, finalizers: [...others, ADDRESSES_HELD] } };
}

/** A store in which the first writes are refused. */
class RefusingStore extends MemoryStore {
  readonly refusals: StoreErrorCode[] = [];
  /** What others do before a write is refused. */
  between: () => void = () => {};

  override async patchStatus(...call: Parameters<MemoryStore['patchStatus']>): Promise<void> {
    this.#refuse();
    await super.patchStatus(...call);
  }

  override async setFinalizers(...call: Parameters<MemoryStore['setFinalizers']>): Promise<void> {
    this.#refuse();
    await super.setFinalizers(...call);
  }

  #refuse(): void {
    const code = this.refusals.shift();
    if (code === undefined) return;
    this.between();
    throw new StoreError(code, `refused: ${code}`);
  }
}

async function run(objects: readonly KubernetesObject[], release: boolean, refusals: readonly StoreErrorCode[] = []) {
  const all = new MemoryObjects();
  for (const object of objects) all.put(object);
  const store = new RefusingStore(all);
  store.refusals.push(...refusals);
  const of = <T>(kind: string) => all.all(kind) as unknown as readonly T[];
  const leavings = leavingsOf({
    ...{ pools: of<IPAddressPool>('IPAddressPool'), services: of<Service>('Service'), ingresses: [] },
    ...{ profiles: of<BFDProfile>('BFDProfile'), communities: of<Community>('Community') },
  });
  const told: string[] = [];
  const failures = await clear(store, leavings, release, (line) => told.push(line));
  const found = <T extends KubernetesObject>(object: T) => all.find(object.kind, keyOf(object)) as T;
  return { told, failures, found, writes: all.writes };
}

describe('releasePatch', () => {
  it('takes our conditions and addresses away, and leaves those of others', () => {
    expect(releasePatch(holder('web', '192.0.2.1'))).toEqual({ conditions: [THEIRS], loadBalancer: { ingress: [] } });
  });

  it('leaves an address that is not ours', () => {
    expect(releasePatch(holder('web', '192.0.2.1', 'False'))).toEqual({ conditions: [THEIRS] });
    expect(releasePatch(service('web', { holds: ['192.0.2.1'] }))).toBeNull();
  });
});

describe('leavingsOf', () => {
  const others = { ...holder('theirs', '192.0.2.9'), spec: { type: 'LoadBalancer' as const, loadBalancerClass: 'x' } };
  const left = { ...holder('left', '192.0.2.8'), spec: { type: 'ClusterIP' as const } };
  const shows = (ip: string) =>
    ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: ip,
        managedFields: [
          {
            manager: 'berth-controller',
            operation: 'Apply',
            subresource: 'status',
            fieldsV1: { 'f:status': { 'f:loadBalancer': {} } },
          },
        ],
      },
      status: { loadBalancer: { ingress: [{ ip }] } },
    }) as Ingress;
  const objects = {
    ...{ pools: [], profiles: [], communities: [] },
    services: [holder('web', '192.0.2.1'), others, left],
    ingresses: [shows('192.0.2.1'), shows('192.0.2.9')],
  };

  it.each([
    [undefined, ['web', 'left'], ['192.0.2.1']],
    ['x', ['theirs', 'left'], ['192.0.2.9']],
    ['y', ['left'], []],
  ])('are of the class that is told, and what has no class any more: %s', (lbClass, services, ingresses) => {
    const found = leavingsOf(objects, lbClass);
    expect(found.services.map(({ metadata }) => metadata.name)).toEqual(services);
    expect(found.ingresses.map(({ metadata }) => metadata.name)).toEqual(ingresses);
  });
});

describe('clear', () => {
  const web = holder('web', '192.0.2.1');
  const other = service('other', { holds: ['198.51.100.1'] });
  const publicPool = held('public', 'example.com/other');

  it('takes away what is ours and nothing else, addresses first', async () => {
    const { told, failures, found, writes } = await run(
      [publicPool, pool('free', '198.51.100.0/24'), web, other],
      true,
    );
    expect(failures).toEqual([]);
    expect(told).toEqual(['service/default/web: gave back 192.0.2.1', 'ipaddresspool/public: finalizer removed']);
    expect(writes).toEqual(['Service default/web', 'IPAddressPool public']);
    expect(found(web).status).toEqual({ conditions: [THEIRS], loadBalancer: { ingress: [] } });
    expect(found(publicPool).metadata.finalizers).toEqual(['example.com/other']);
  });

  it('touches no Service where addresses are kept', async () => {
    const { told, found } = await run([publicPool, web], false);
    expect(told).toEqual(['ipaddresspool/public: finalizer removed']);
    expect(found(web)).toEqual(web);
  });

  it('lets go of what others named', async () => {
    const used = { finalizers: [IN_USE], deletionTimestamp: '2026-01-01T00:00:00Z' };
    const fast = profile({ name: 'fast', ...used, finalizers: [IN_USE, 'example.com/other'] });
    const { told, found } = await run([fast, profile('slow'), community({ name: 'c', ...used }, {})], false);
    expect(told).toEqual([
      'bfdprofile/fast: finalizer removed: it was being deleted, and goes',
      'community/c: finalizer removed: it was being deleted, and goes',
    ]);
    expect(found(fast).metadata.finalizers).toEqual(['example.com/other']);
  });

  it('reads again what others have changed meanwhile', async () => {
    const { failures, found } = await run([publicPool, web], true, ['Conflict', 'Conflict']);
    expect(failures).toEqual([]);
    expect(found(web).status?.loadBalancer?.ingress).toEqual([]);
  });

  it('writes to an Ingress only in the state that was looked at', async () => {
    const fieldsV1 = { 'f:status': { 'f:loadBalancer': {} } };
    const site: Ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        namespace: 'default',
        name: 'site',
        resourceVersion: '7',
        managedFields: [{ manager: FIELD_MANAGER, operation: 'Apply', subresource: 'status', fieldsV1 }],
      },
    };
    const preconditions: unknown[] = [];
    const later = { ...site, metadata: { ...site.metadata, resourceVersion: '8' } };
    const store = {
      get: async () => later as never,
      applyStatus: async (...call: readonly unknown[]) => {
        preconditions.push(call[4]);
        if (preconditions.length === 1) throw new StoreError('Conflict', 'it has changed');
        return later as never;
      },
      patchStatus: async () => Promise.reject(new Error('no Service is here')),
      setFinalizers: async () => {},
    };
    const leavings = { pools: [], profiles: [], communities: [], services: [], ingresses: [site] };
    expect(await clear(store, leavings, true, () => {})).toEqual([]);
    expect(preconditions).toEqual([{ resourceVersion: '7' }, { resourceVersion: '8' }]);
  });

  it('takes what is gone for cleared', async () => {
    expect((await run([publicPool, web], true, ['NotFound', 'NotFound'])).failures).toEqual([]);
  });

  it('says what it could not clear, and lets no pool go before all addresses are given back', async () => {
    const { failures, found } = await run([publicPool, web, holder('api', '192.0.2.2')], true, ['Forbidden']);
    expect(failures).toEqual(['service/default/web: refused: Forbidden']);
    expect(found(holder('api', '192.0.2.2')).status?.loadBalancer?.ingress).toEqual([]);
    expect(found(publicPool)).toEqual(publicPool);
  });
});
