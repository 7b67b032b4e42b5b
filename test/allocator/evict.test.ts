import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { Scene } from './scene.ts';

const EVICT = { reclaimPolicy: 'Evict' } as const;

describe.each(NETS)('a holder in a pool that evicts, $family', ({ ip, range, service }) => {
  const holder = () =>
    new Scene([pool('public', range(5, 9), { created: 5 })]).put(service('web', { ips: ip(5) })).put(service('web'));

  it('is of the pool that has its address, when its own is being deleted', () => {
    const deleting = pool('public', range(5, 9), { ...EVICT, deleting: true });
    expect(
      holder()
        .pools([deleting, pool('renamed', range(1, 9))])
        .verdict('web').pool,
    ).toBe('renamed');
  });

  it('stays while it is being deleted itself, and its pool says so', () => {
    const scene = holder().put(service('web', { deleting: true }));
    scene.pools([pool('public', range(5, 9), { ...EVICT, deleting: true }), pool('a', range(1, 1))]);
    expect(scene.verdict('web').addresses).toHaveLength(1);
    expect(scene.retained('public')).toEqual([`${ip(5)} default/web`]);
    expect(scene.remove('web').retained('public')).toEqual([]);
  });
});
