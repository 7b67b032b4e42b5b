import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('a Service that names a pool, $family', ({ range, ip, service }) => {
  it.each([
    ['is read without the spaces around the name', ' b ', ip(2)],
    ['names none with nothing but spaces', ' ', ip(1)],
  ])('%s', (_, name, outcome) => {
    const pools = [pool('a', range(1, 1)), pool('b', range(2, 2))];
    expect(decided(pools, [service('web', { pool: name })])).toEqual({ web: outcome });
  });

  it('says why it waits', () => {
    const scene = new Scene([
      pool('public', range(1, 1), { disabled: true }),
      pool('lab', range(2, 2), { reserved: [ip(2)] }),
    ]);
    scene.put(service('a', { pool: 'pubilc' }), service('b', { pool: 'public' }), service('c', { pool: 'lab' }));
    expect(scene.verdict('a').message).toBe(
      'berth.dev/address-pool: pool pubilc does not exist: did you mean public? (pools: lab, public)',
    );
    expect(scene.verdict('b').message).toContain('public (it is disabled)');
    expect(scene.passedOver('b')).toEqual(['public Disabled']);
    expect(scene.verdict('c').message).toBe('pool lab is full: extend it or free an address of it');
    expect(scene.passedOver('c')).toEqual(['lab Full']);
  });

  it('is told the spelling by which it names a pool that is not there, and some of those that are', () => {
    const names = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'];
    const scene = new Scene(names.map((name, index) => pool(name, range(index, index))));
    scene.put(service('a', { annotations: { 'metallb.io/address-pool': 'else' } }));
    expect(scene.verdict('a').message).toBe(
      'metallb.io/address-pool: pool else does not exist (pools: p1, p2, p3, p4, p5 and 2 more)',
    );
  });

  it.each([
    ['itself', { pool: 'bad' }],
    ['by an address of it', { ips: ip(2) }],
  ])('says what is wrong with the pool that it names %s, and where', (_, wish) => {
    const scene = new Scene([pool('public', range(1, 1)), pool('bad', [range(2, 3), 'x'])]).put(service('a', wish));
    expect(scene.verdict('a').message).toMatch(
      /^pool bad \(it is not Ready: InvalidAddresses: spec\.addresses\[1\]: .*\) is not open to this Service$/,
    );
  });
});
