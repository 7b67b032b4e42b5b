import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('a Service that names a pool, $family', ({ family, ip, range, service }) => {
  const other = family === 'IPv4' ? '2001:db8::/64' : '192.0.2.0/24';

  it.each([
    ['gets an address of it', [pool('a', range(1, 1)), pool('b', range(2, 2))], 'b', ip(2)],
    ['gets one though autoAssign is false', [pool('b', range(2, 2), { autoAssign: false })], 'b', ip(2)],
    [
      'gets none of another when that one is full',
      [pool('a', range(1, 1)), pool('b', range(2, 2), { reserved: [ip(2)] })],
      'b',
      'PoolExhausted',
    ],
    ['waits for one that does not exist', [pool('a', range(1, 1))], 'b', 'UnknownPool'],
    [
      'waits where it is disabled',
      [pool('a', range(1, 1)), pool('b', range(2, 2), { disabled: true })],
      'b',
      'PoolNotAllowed',
    ],
    [
      'waits where it is being deleted',
      [pool('a', range(1, 1)), pool('b', range(2, 2), { deleting: true })],
      'b',
      'PoolNotAllowed',
    ],
    ['waits where it is not Ready', [pool('a', range(1, 1)), pool('b', 'x')], 'b', 'PoolNotAllowed'],
    [
      'waits where it selects other namespaces',
      [pool('a', range(1, 1)), pool('b', range(2, 2), { serviceAllocation: { namespaces: ['shop'] } })],
      'b',
      'PoolNotAllowed',
    ],
    ['waits where it has none of its family', [pool('a', range(1, 1)), pool('b', other)], 'b', 'FamilyMismatch'],
    ['waits where no pool is Ready, whatever it names', [pool('a', range(1, 1), { deleting: true })], 'b', 'NoPools'],
    ['is read without the spaces around the name', [pool('a', range(1, 1)), pool('b', range(2, 2))], ' b ', ip(2)],
    ['names none with nothing but spaces', [pool('a', range(1, 1)), pool('b', range(2, 2))], ' ', ip(1)],
  ])('%s', (_, pools, name, outcome) => {
    expect(decided(pools, [service('web', { pool: name })])).toEqual({ web: outcome });
  });

  it.each([
    [{ 'metallb.io/address-pool': 'b' }, ip(2)],
    [{ 'metallb.universe.tf/address-pool': 'b' }, ip(2)],
    [{ 'metallb.universe.tf/address-pool': 'a', 'metallb.io/address-pool': 'b' }, ip(2)],
    [{ 'metallb.io/address-pool': 'a', 'berth.dev/address-pool': 'b' }, ip(2)],
    [{ 'example.com/address-pool': 'b' }, ip(1)],
  ])('may spell it %j', (annotations, address) => {
    const pools = [pool('a', range(1, 1)), pool('b', range(2, 2))];
    expect(decided(pools, [service('web', { annotations })])).toEqual({ web: address });
  });

  it('gets its address when the pool comes', () => {
    const scene = new Scene([pool('a', range(1, 1))]).put(service('web', { pool: 'b' }));
    expect(scene.says('web')).toBe('UnknownPool');
    expect(scene.pools([pool('a', range(1, 1)), pool('b', range(2, 2))]).says('web')).toBe(ip(2));
  });

  it('says why it waits', () => {
    const scene = new Scene([
      pool('public', range(1, 1), { disabled: true }),
      pool('lab', range(2, 2), { reserved: [ip(2)] }),
    ]);
    scene.put(service('a', { pool: 'pubilc' }), service('b', { pool: 'public' }), service('c', { pool: 'lab' }));
    expect(scene.verdict('a').message).toContain('pool pubilc does not exist');
    expect(scene.verdict('b').message).toContain('public (it is disabled)');
    expect(scene.passedOver('b')).toEqual(['public Disabled']);
    expect(scene.verdict('c').message).toBe('pool lab is full: extend it or free an address of it');
    expect(scene.passedOver('c')).toEqual(['lab Full']);
  });
});
