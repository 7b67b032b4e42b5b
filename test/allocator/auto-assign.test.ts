import { describe, expect, it } from 'vitest';
import { NETS, pool, service } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('a Service that leaves the choice to us, $family', ({ ip, range, service }) => {
  it.each([
    ['gets the lowest address', [pool('public', range(1, 9))], [service('web')], { web: ip(1) }],
    [
      'gets the lowest that is free',
      [pool('public', range(1, 9))],
      [service('a', { holds: [ip(1)] }), service('b', { holds: [ip(3)] }), service('web')],
      { a: ip(1), b: ip(3), web: ip(2) },
    ],
    [
      'gets from the first range listed before a lower one listed later',
      [pool('public', [range(7, 8), range(1, 2)])],
      [service('a'), service('b'), service('c')],
      { a: ip(7), b: ip(8), c: ip(1) },
    ],
    [
      'gets none that is reserved, whether as an address, a CIDR or a range',
      [pool('public', range(0, 9), { reserved: [ip(0), range(3, 4)] })],
      [service('a'), service('b'), service('c')],
      { a: ip(1), b: ip(2), c: ip(5) },
    ],
    [
      'waits where the pool is full',
      [pool('public', range(1, 1))],
      [service('a'), service('b')],
      { a: ip(1), b: 'PoolExhausted' },
    ],
    [
      'waits where every address is reserved',
      [pool('public', range(1, 2), { reserved: [range(0, 9)] })],
      [service('web')],
      { web: 'PoolExhausted' },
    ],
    ['waits where there is no pool', [], [service('web')], { web: 'NoPools' }],
    [
      'waits where no pool is Ready',
      [pool('public', range(1, 9), { deleting: true }), pool('broken', 'x-y')],
      [service('web')],
      { web: 'NoPools' },
    ],
    [
      'waits where no pool may serve it',
      [pool('off', range(1, 2), { disabled: true }), pool('named', range(3, 4), { autoAssign: false })],
      [service('web')],
      { web: 'NoMatchingPool' },
    ],
  ])('%s', (_, pools, services, outcome) => {
    expect(decided(pools, services)).toEqual(outcome);
  });

  it.each([
    ['created earlier', { a: { created: 2 }, b: { created: 1 } }, 'b'],
    ['with a creation time, where the other has none', { a: {}, b: { created: 1 } }, 'b'],
    ['first by namespace, for want of times', { 'shop/a': {}, 'cart/b': {} }, 'cart/b'],
    ['first by namespace, though not letter by letter', { 'a-b/a': {}, 'a/b': {} }, 'a/b'],
    ['first by name, for want of times', { b: {}, a: {} }, 'a'],
  ])('comes first: %s', (_, wishes, first) => {
    const services = Object.entries(wishes).map(([name, wish]) => service(name, wish));
    expect(decided([pool('public', range(1, 1))], services)[first]).toBe(ip(1));
    expect(decided([pool('public', range(1, 1))], [...services].reverse())[first]).toBe(ip(1));
  });

  it('comes after those that hold something', () => {
    const services = [service('old', { created: 1 }), service('new', { created: 9, holds: [ip(1)] })];
    expect(decided([pool('public', range(1, 1))], services)).toEqual({ new: ip(1), old: 'PoolExhausted' });
  });

  it('gets what is given back while it waits, the oldest first', () => {
    const scene = new Scene([pool('public', range(1, 1))]);
    scene
      .put(service('holder'))
      .put(service('young', { created: 2 }))
      .put(service('old', { created: 1 }));
    expect(scene.remove('holder').outcome()).toEqual({ old: ip(1), young: 'PoolExhausted' });
  });

  it('gets an address when a pool comes', () => {
    const scene = new Scene([]).put(service('web'));
    expect(scene.says('web')).toBe('NoPools');
    expect(scene.pools([pool('public', range(1, 9))]).says('web')).toBe(ip(1));
  });
});

describe('a Service that leaves the choice to us', () => {
  it('is taken to be IPv4 where nothing says otherwise', () => {
    expect(decided([pool('public', ['2001:db8::/64', '192.0.2.0/24'])], [service('web')])).toEqual({
      web: '192.0.2.0',
    });
  });

  it('gets the first address of a /64', () => {
    expect(decided([pool('public', '2001:db8::/64')], [service('web', { families: ['IPv6'] })])).toEqual({
      web: '2001:db8::',
    });
  });

  it('gets none that ends in .0 or .255 where the pool avoids them', () => {
    const pools = [
      pool('public', '192.0.2.254-192.0.4.1', { avoidBuggyIPs: true, reserved: ['192.0.3.2-192.0.3.254'] }),
    ];
    const services = ['a', 'b', 'c', 'd'].map((name) => service(name));
    expect(decided(pools, services)).toEqual({ a: '192.0.2.254', b: '192.0.3.1', c: '192.0.4.1', d: 'PoolExhausted' });
  });

  it('gets IPv6 addresses that end in 0 or ff from such a pool', () => {
    const pools = [pool('public', ['2001:db8::-2001:db8::1', '2001:db8::ff/128'], { avoidBuggyIPs: true })];
    const services = ['a', 'b', 'c'].map((name) => service(name, { families: ['IPv6'] }));
    expect(decided(pools, services)).toEqual({ a: '2001:db8::', b: '2001:db8::1', c: '2001:db8::ff' });
  });
});
