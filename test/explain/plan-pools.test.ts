import { describe, expect, it } from 'vitest';
import { pool, service } from '../allocator/builders.ts';
import { BOTH, line, lines, PUBLIC, plan } from './plan-lines.ts';

describe('pools that change', () => {
  const holder = service('web', { holds: ['192.0.2.2'] });

  it('are counted as they are after the plan', () => {
    const objects = [BOTH, holder, service('a'), service('b', { policy: 'RequireDualStack' })];
    expect(plan(objects).pools[0]).toMatchObject({
      totalIPv4: 4,
      assignedIPv4: 3,
      availableIPv4: 1,
      totalIPv6: 4,
      assignedIPv6: 1,
      availableIPv6: 3,
    });
  });

  it('retain what an edit leaves outside, and say so', () => {
    const edited = pool('public', '192.0.2.3-192.0.2.4');
    const { pools, services } = plan([edited, holder], { before: [PUBLIC, holder] });
    expect(services.map(line)).toEqual(['web: none 192.0.2.2 -> 192.0.2.2 Retained']);
    expect(services[0]?.pool).toBe('public');
    expect(pools[0]?.retained).toEqual([{ address: '192.0.2.2', service: 'default/web' }]);
  });

  it('evict it where they say so, or the plan is asked to', () => {
    const evicting = pool('public', '192.0.2.3-192.0.2.4', { reclaimPolicy: 'Evict' });
    const retaining = pool('public', '192.0.2.3-192.0.2.4');
    const moved = ['web: move 192.0.2.2 -> 192.0.2.3 Allocated'];
    expect(lines([evicting, holder], { before: [PUBLIC, holder] })).toEqual(moved);
    expect(lines([retaining, holder], { before: [PUBLIC, holder], evict: true })).toEqual(moved);
  });

  it.each([[[PUBLIC, holder]], [undefined]])('stay, deleted, while addresses of them are held', (before) => {
    const other = pool('other', '198.51.100.0/24');
    const { pools, services } = plan([other, holder], { before, deleted: [PUBLIC] });
    expect(services.map(line)).toEqual(['web: none 192.0.2.2 -> 192.0.2.2 Retained']);
    expect(pools.map(({ name, ready, reason }) => [name, ready, reason])).toEqual([
      ['other', true, null],
      ['public', false, 'Deleting'],
    ]);
    expect(pools[1]?.message).toContain('default/web');
    expect(pools[1]?.retained).toEqual([{ address: '192.0.2.2', service: 'default/web' }]);
  });

  it.each([[[PUBLIC, holder]], [undefined]])('go, deleted, when their holders are evicted', (before) => {
    const other = pool('other', '198.51.100.0/24');
    const { pools, services } = plan([other, holder], { before, deleted: [PUBLIC], evict: true });
    expect(services.map(line)).toEqual(['web: move 192.0.2.2 -> 198.51.100.0 Allocated']);
    expect(pools.map(({ name }) => name)).toEqual(['other']);
  });

  it('are unknown to whoever names them, where they go, deleted, since nobody holds anything of them', () => {
    const old = pool('old', '198.51.100.0/24', { deleting: true });
    const names = service('names', { annotations: { 'berth.dev/address-pool': 'old' } });
    const { pools, services } = plan([PUBLIC, old, names]);
    expect(services.map(line)).toEqual(['names: pending - -> - UnknownPool']);
    expect(pools.map(({ name }) => name)).toEqual(['public']);
  });

  it('go, deleted, where nobody holds anything of them', () => {
    expect(plan([PUBLIC], { deleted: [pool('old', '198.51.100.0/24')] }).pools.map(({ name }) => name)).toEqual([
      'public',
    ]);
  });

  it('go, where they are being deleted already, with their last holder, and only if nobody else holds them back', () => {
    const dying = pool('public', '192.0.2.0/24', { deleting: true });
    const backed = { ...dying, metadata: { ...dying.metadata, finalizers: ['berth.dev/addresses-held'] } };
    const foreign = { ...dying, metadata: { ...dying.metadata, finalizers: ['example.com/other'] } };
    const names = (objects: Parameters<typeof plan>[0]) => plan(objects).pools.map(({ name }) => name);
    expect(names([backed, holder])).toEqual(['public']);
    expect(names([backed])).toEqual([]);
    expect(names([foreign])).toEqual(['public']);
  });

  it('give no address that is reserved for all', () => {
    const reserved = [{ family: 'IPv4', first: 0xc0000200, last: 0xc0000202 } as const];
    expect(lines([pool('public', '192.0.2.0/24'), service('web')], { reserved })).toEqual([
      'web: assign - -> 192.0.2.3 Allocated',
    ]);
  });

  it('give out nothing once deleted', () => {
    expect(lines([service('web')], { deleted: [PUBLIC] })).toEqual(['web: pending - -> - NoPools']);
  });

  it('may be renamed by applying the new name and deleting the old', () => {
    const { pools, services } = plan([pool('renamed', '192.0.2.0/24'), holder], {
      before: [PUBLIC, holder],
      deleted: [PUBLIC],
    });
    expect(services.map(line)).toEqual(['web: none 192.0.2.2 -> 192.0.2.2 Allocated']);
    expect(services[0]?.pool).toBe('renamed');
    expect(pools.map(({ name, ready }) => [name, ready])).toEqual([['renamed', true]]);
  });

  it('release one that was of our class before', () => {
    const now = service('web', { class: 'other', holds: ['192.0.2.2'] });
    expect(lines([PUBLIC, now], { before: [PUBLIC, holder] })).toEqual(['web: release 192.0.2.2 -> - null']);
    const next = service('next', { ips: '192.0.2.2' });
    expect(lines([PUBLIC, now, next], { before: [PUBLIC, holder, next] })).toEqual([
      'next: assign - -> 192.0.2.2 Allocated',
      'web: release 192.0.2.2 -> - null',
    ]);
    const written = service('web', { class: 'other' });
    expect(lines([PUBLIC, written])).toEqual([]);
  });

  it('know the labels of namespaces and the addresses of nodes', () => {
    const gold = pool('gold', '192.0.2.1-192.0.2.4', {
      serviceAllocation: { namespaceSelectors: [{ matchLabels: { tier: 'gold' } }] },
    });
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels: { tier: 'gold' } } };
    const status = { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, status };
    expect(lines([gold, namespace, node, service('web')])).toEqual(['web: assign - -> 192.0.2.2 Allocated']);
    expect(lines([gold, service('web')])).toEqual(['web: pending - -> - NoMatchingPool']);
  });

  it('know the label that every namespace has, with an object or without', () => {
    const shop = { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } };
    const ofShop = pool('shop', '192.0.2.1-192.0.2.4', { serviceAllocation: { namespaceSelectors: [shop] } });
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    for (const objects of [[ofShop], [ofShop, namespace]]) {
      expect(lines([...objects, service('shop/web'), service('web')])).toEqual([
        'web: pending - -> - NoMatchingPool',
        'web: assign - -> 192.0.2.1 Allocated',
      ]);
    }
  });
});
