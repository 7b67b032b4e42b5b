import { describe, expect, it } from 'vitest';
import { NETS, pool, service } from './builders.ts';
import { Scene } from './scene.ts';

const EVICT = { reclaimPolicy: 'Evict' } as const;

describe.each(NETS)('a holder in a pool that evicts, $family', ({ family, ip, range, service }) => {
  const other = family === 'IPv4' ? '2001:db8::/64' : '192.0.2.0/24';
  const holder = () =>
    new Scene([pool('public', range(5, 9), { created: 5 })]).put(service('web', { ips: ip(5) })).put(service('web'));

  it.each([
    ['shrinks', [pool('public', range(7, 9), EVICT)], ip(7)],
    ['reserves its address', [pool('public', range(5, 9), { ...EVICT, reserved: [ip(5)] })], ip(6)],
    [
      'selects others',
      [pool('public', range(5, 9), { ...EVICT, serviceAllocation: { namespaces: ['shop'] } }), pool('a', range(1, 1))],
      ip(1),
    ],
    ['is being deleted', [pool('public', range(5, 9), { ...EVICT, deleting: true }), pool('a', range(1, 1))], ip(1)],
    ['reserves all it has', [pool('public', range(5, 9), { ...EVICT, reserved: [range(5, 9)] })], 'PoolExhausted'],
    ['is the last, and is being deleted', [pool('public', range(5, 9), { ...EVICT, deleting: true })], 'NoPools'],
    ['loses the family', [pool('public', other, EVICT)], 'FamilyMismatch'],
  ])('moves at once when the pool %s', (_, pools, outcome) => {
    const scene = holder().pools(pools);
    expect(scene.says('web')).toBe(outcome);
    expect(scene.retained('public')).toEqual([]);
    scene.allocator.reconsider();
    expect(scene.allocator.settle()).toEqual([]);
  });

  it.each([
    ['nothing concerns it', pool('public', range(5, 9), EVICT), ip(5)],
    ['the pool is disabled', pool('public', range(5, 9), { ...EVICT, disabled: true }), ip(5)],
    ['autoAssign is turned off', pool('public', range(5, 9), { ...EVICT, autoAssign: false }), ip(5)],
    ['the pool cannot be read', pool('public', [range(5, 9), 'x'], EVICT), `${ip(5)} Retained`],
    ['the pool overlaps itself', pool('public', [range(5, 9), range(5, 9)], EVICT), `${ip(5)} Retained`],
  ])('stays when %s', (_, edited, outcome) => {
    expect(
      holder()
        .pools([edited, pool('a', range(1, 1))])
        .says('web'),
    ).toBe(outcome);
  });

  it('stays when the pool overlaps an older one', () => {
    const pools = [pool('old', range(9, 9), { created: 1 }), pool('public', range(5, 9), { ...EVICT, created: 5 })];
    expect(holder().pools(pools).says('web')).toBe(`${ip(5)} Retained`);
  });

  it('stays when another pool has its address', () => {
    const scene = holder().pools([
      pool('public', range(5, 9), { ...EVICT, deleting: true }),
      pool('renamed', range(1, 9)),
    ]);
    expect(scene.says('web')).toBe(ip(5));
    expect(scene.verdict('web').pool).toBe('renamed');
  });

  it('moves when Evict is set on a pool that is being deleted already', () => {
    const scene = holder().pools([pool('public', range(5, 9), { deleting: true }), pool('a', range(1, 1))]);
    expect(scene.says('web')).toBe(`${ip(5)} Retained`);
    scene.pools([pool('public', range(5, 9), { ...EVICT, deleting: true }), pool('a', range(1, 1))]);
    expect(scene.says('web')).toBe(ip(1));
  });

  it('is served in the order of the pools, as if it had held nothing', () => {
    const scene = holder().pools([
      pool('a', range(1, 1)),
      pool('public', range(5, 9), { ...EVICT, reserved: [ip(5)] }),
    ]);
    expect(scene.says('web')).toBe(ip(1));
  });

  it('loses an address that it asks for by name', () => {
    const scene = new Scene([pool('public', range(5, 9))]).put(service('web', { ips: ip(5) }));
    expect(scene.pools([pool('public', range(5, 9), { ...EVICT, reserved: [ip(5)] })]).says('web')).toBe(
      'AddressReserved',
    );
    expect(scene.pools([pool('public', range(7, 9), EVICT)]).says('web')).toBe('AddressNotInAnyPool');
  });

  it('stays when its request cannot be understood, and its pool says so', () => {
    const scene = holder().put(service('web', { ips: 'x' }));
    scene.pools([pool('public', range(5, 9), { ...EVICT, deleting: true })]);
    expect(scene.says('web')).toBe(`${ip(5)} KeptWhileRequestPending`);
    expect(scene.retained('public')).toEqual([`${ip(5)} default/web`]);
  });

  it('stays while it is being deleted itself, and its pool says so', () => {
    const scene = holder().put(service('web', { deleting: true }));
    scene.pools([pool('public', range(5, 9), { ...EVICT, deleting: true }), pool('a', range(1, 1))]);
    expect(scene.verdict('web').addresses).toHaveLength(1);
    expect(scene.retained('public')).toEqual([`${ip(5)} default/web`]);
    expect(scene.remove('web').retained('public')).toEqual([]);
  });

  it('moves in the order of the rule for two holders, and the rest wait', () => {
    const scene = new Scene([pool('public', range(5, 7))]);
    scene.put(service('a', { created: 3 }), service('b', { created: 1 }), service('c', { created: 2 }));
    scene.pools([pool('public', range(5, 7), { ...EVICT, deleting: true }), pool('a', range(1, 2))]);
    expect(scene.outcome()).toEqual({ a: 'PoolExhausted', b: ip(1), c: ip(2) });
  });
});

describe('a dual-stack holder in a pool that evicts', () => {
  const dual = () => new Scene([pool('public', ['192.0.2.0/24', '2001:db8::/64'])]);

  it('that prefers both keeps the other half when a family goes', () => {
    const scene = dual().put(service('web', { policy: 'PreferDualStack' }));
    expect(scene.pools([pool('public', '192.0.2.0/24', EVICT)]).says('web')).toBe('192.0.2.0');
    expect(scene.pools([pool('public', ['192.0.2.0/24', '2001:db8::/64'])]).says('web')).toBe('192.0.2.0 2001:db8::');
  });

  it('that prefers both gets another address for the one that goes', () => {
    const scene = dual().put(service('web', { policy: 'PreferDualStack' }));
    scene.pools([pool('public', ['192.0.2.0/24', '2001:db8::/64'], { ...EVICT, reserved: ['192.0.2.0'] })]);
    expect(scene.says('web')).toBe('192.0.2.1 2001:db8::');
  });

  it('that requires both keeps the other half while both cannot be given', () => {
    const scene = dual().put(service('web', { policy: 'RequireDualStack' }));
    scene.pools([pool('public', '192.0.2.0/24', EVICT)]);
    expect(scene.says('web')).toBe('192.0.2.0 KeptWhileRequestPending');
    expect(scene.verdict('web').message).toContain('DualStackUnavailable');
  });
});
