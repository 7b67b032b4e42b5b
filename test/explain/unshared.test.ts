import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/api/object.ts';
import { type PoolWish, pool, type ServiceWish, service } from '../allocator/builders.ts';
import { explained } from './situations.ts';

const POOL = pool('public', '192.0.2.1-192.0.2.9');
const sharer = (name: string, wish: ServiceWish = {}) => service(name, { key: 'k', ports: [80], ...wish });
const said = (...objects: readonly KubernetesObject[]): string | null =>
  explained('web', [POOL, ...objects]).findings.find(({ reason }) => reason === 'NotShared')?.message ?? null;

describe('a Service with a sharing key that shares nothing', () => {
  const a = sharer('a', { holds: ['192.0.2.1'] });
  const whole = (pools: PoolWish) => pool('public', '192.0.2.1-192.0.2.9', pools);

  it.each<[string, string, ServiceWish]>([
    ['its ports', 'both use port TCP/80', {}],
    [
      'its traffic policy',
      'it has externalTrafficPolicy Cluster, and this Service Local',
      { ports: [81], local: { app: 'x' } },
    ],
    ['the pool that it asks for', 'it asks for pool second', { ports: [81], pool: 'second' }],
  ])('says with whom, and that it is for %s', (_, why, wish) => {
    const second = pool('second', '198.51.100.0/24');
    expect(said(second, a, sharer('web', wish))).toBe(
      `shares no address under its key "k": not 192.0.2.1 of default/a: ${why}`,
    );
  });

  it('says that it selects other pods', () => {
    const local = sharer('a', { holds: ['192.0.2.1'], local: { app: 'a' } });
    expect(said(local, sharer('web', { ports: [81], local: { app: 'b' } }))).toMatch(
      /not 192\.0\.2\.1 of default\/a: both have externalTrafficPolicy Local, and they select different pods$/,
    );
  });

  it('says that it is in another namespace', () => {
    const far = sharer('team-b/a', { holds: ['192.0.2.1'] });
    expect(said(far, sharer('web', { ports: [81] }))).toMatch(
      /of team-b\/a: a sharing key counts within its namespace$/,
    );
    const objects = [whole({ sharing: 'Cluster' }), far, sharer('web', { ports: [81] })];
    expect(explained('web', objects).service.decided.addresses).toEqual(['192.0.2.1']);
  });

  it('says that somebody else who holds the address is in the way', () => {
    const b = sharer('b', { ports: [81], holds: ['192.0.2.1'] });
    expect(said(a, b, sharer('web', { ports: [81] }))).toMatch(
      /of default\/a: default\/b holds it too, and both use port TCP\/81; not 192\.0\.2\.1 of default\/b: both use port TCP\/81$/,
    );
  });

  it('says that the pool is closed to it', () => {
    const closed = whole({ serviceAllocation: { serviceSelectors: [{ matchLabels: { app: 'a' } }] } });
    const open = pool('second', '198.51.100.0/24');
    const labelled = sharer('a', { holds: ['192.0.2.1'], labels: { app: 'a' } });
    const { findings } = explained('web', [closed, open, labelled, sharer('web', { ports: [81] })]);
    expect(findings.find(({ reason }) => reason === 'NotShared')?.message).toMatch(
      /it is of pool public: the serviceAllocation/,
    );
  });

  it('says that it could, where it keeps another address', () => {
    expect(said(a, sharer('web', { ports: [81], holds: ['192.0.2.2'] }))).toMatch(
      /it could, and holds or found another/,
    );
  });

  it('says that its key is like that of another', () => {
    const near = service('a', { key: 'shared-web', ports: [80], holds: ['192.0.2.1'] });
    expect(said(near, service('web', { key: 'shared-wbe', ports: [81] }))).toBe(
      'no other holder has its key "shared-wbe": default/a has "shared-web", is that meant?',
    );
  });

  it.each<[string, readonly KubernetesObject[]]>([
    ['it shares one', [a, sharer('web', { ports: [81] })]],
    ['it is the first', [sharer('web')]],
    ['others have keys of their own', [service('a', { key: 'dns', holds: ['192.0.2.1'] }), sharer('web')]],
    ['it has no key', [a, service('web')]],
    ['it names its address', [a, sharer('web', { ips: '192.0.2.5' })]],
  ])('says nothing where %s', (_, objects) => {
    expect(said(...objects)).toBeNull();
  });

  it('is said to need nobody: sharing is never promised', () => {
    const { findings } = explained('web', [POOL, a, sharer('web')]);
    expect(findings.find(({ reason }) => reason === 'NotShared')?.ok).toBe(true);
  });
});
