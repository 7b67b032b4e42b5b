import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('two Services may share an address, $family', ({ ip, range, service }) => {
  const one = pool('public', range(1, 1));
  const http = { key: 'k', ports: [80] };
  const https = { key: 'k', ports: [443] };

  it.each([
    ['with one key and different ports', http, https, true],
    ['with one key and different protocols', { key: 'k', ports: ['TCP/53'] }, { key: 'k', ports: ['UDP/53'] }, true],
    ['with one key and no ports', { key: 'k' }, { key: 'k' }, true],
    ['but not with different keys', http, { ...https, key: 'l' }, false],
    ['but not when one has no key', http, { ports: [443] }, false],
    ['but not with an empty key', { key: '', ports: [80] }, { key: '', ports: [443] }, false],
    ['but not without keys', { ports: [80] }, { ports: [443] }, false],
    ['but not with a port in common', { key: 'k', ports: [80, 443] }, https, false],
    [
      'with policy Local and the same pods',
      { ...http, local: { app: 'web' } },
      { ...https, local: { app: 'web' } },
      true,
    ],
    [
      'with policy Local and the same pods, in whatever order they are described',
      { ...http, local: { app: 'web', tier: 'x' } },
      { ...https, local: { tier: 'x', app: 'web' } },
      true,
    ],
    [
      'but not with policy Local and other pods',
      { ...http, local: { app: 'web' } },
      { ...https, local: { app: 'api' } },
      false,
    ],
    ['but not with Local and Cluster', { ...http, local: { app: 'web' } }, https, false],
    ['with Local for no pods in particular and Cluster', { ...http, local: {} }, https, true],
  ])('%s', (_, a, b, shared) => {
    const outcome = decided([one], [service('a', a), service('b', b)]);
    expect(outcome).toEqual({ a: ip(1), b: shared ? ip(1) : 'PoolExhausted' });
    const named = decided([one], [service('a', { ...a, ips: ip(1) }), service('b', { ...b, ips: ip(1) })]);
    expect(named).toEqual({ a: ip(1), b: shared ? ip(1) : 'AddressInUse' });
  });

  it.each([
    ['one namespace', 'Namespace', 'default/b', true],
    ['two namespaces', 'Namespace', 'shop/b', false],
    ['two namespaces where the pool says Cluster', 'Cluster', 'shop/b', true],
  ] as const)('in %s', (_, sharing, b, shared) => {
    const outcome = decided([pool('public', range(1, 1), { sharing })], [service('a', http), service(b, https)]);
    expect(outcome[b.replace('default/', '')]).toBe(shared ? ip(1) : 'PoolExhausted');
  });

  it.each([
    ['the shared one, where that is lower than any free one', 1],
    ['a free one, where that is lower', 5],
  ])('and a sharer gets %s', (_, held) => {
    const scene = new Scene([pool('public', range(1, 9))]).put(service('a', { ...http, ips: ip(held) }));
    expect(scene.put(service('b', https)).outcome()).toEqual({ a: ip(held), b: ip(1) });
  });

  it('and the shared one of the first range comes before a free one of the second', () => {
    const pools = [pool('public', [range(7, 8), range(1, 2)], { reserved: [ip(7)] })];
    expect(decided(pools, [service('a', http), service('b', https)])).toEqual({ a: ip(8), b: ip(8) });
  });

  it('and the shared one of a pool tried later does not count', () => {
    const pools = [pool('a', range(1, 1)), pool('b', range(2, 2))];
    const services = [service('holder', { ...http, pool: 'b', created: 1 }), service('web', { ...https, created: 2 })];
    expect(decided(pools, services)).toEqual({ holder: ip(2), web: ip(1) });
  });

  it('and three must agree with each other', () => {
    const services = [service('a', http), service('b', https), service('c', { key: 'k', ports: [8080, 443] })];
    expect(decided([one], services)).toEqual({ a: ip(1), b: ip(1), c: 'PoolExhausted' });
  });

  it('but not one that is reserved meanwhile', () => {
    const scene = new Scene([pool('public', range(1, 2))]).put(service('a', http));
    scene.pools([pool('public', range(1, 2), { reserved: [ip(1)] })]).put(service('b', https));
    expect(scene.outcome()).toEqual({ a: `${ip(1)} Retained`, b: ip(2) });
  });

  it('and the address is free when the last of them goes', () => {
    const scene = new Scene([one]).put(service('a', http), service('b', https)).put(service('c'));
    expect(scene.remove('a').says('c')).toBe('PoolExhausted');
    expect(scene.remove('b').says('c')).toBe(ip(1));
  });

  it('and a port that one gives up serves another', () => {
    const scene = new Scene([one]).put(
      service('a', http),
      service('b', https),
      service('c', { key: 'k', ports: [80] }),
    );
    expect(scene.says('c')).toBe('PoolExhausted');
    expect(scene.remove('a').says('c')).toBe(ip(1));
  });

  it.each([
    ['takes the key', { ports: [80] }, http],
    ['takes another port', { key: 'k', ports: [443] }, http],
    ['takes policy Cluster', { ...http, local: { app: 'web' } }, http],
  ])('as soon as the holder %s', (_, before, after) => {
    const scene = new Scene([one]).put(service('a', before)).put(service('b', https));
    expect(scene.says('b')).toBe('PoolExhausted');
    expect(scene.put(service('a', after)).outcome()).toEqual({ a: ip(1), b: ip(1) });
  });

  it('as soon as the one that waits takes the key', () => {
    const scene = new Scene([one]).put(service('a', http)).put(service('b', { ports: [443] }));
    expect(scene.put(service('b', https)).says('b')).toBe(ip(1));
  });

  it('as soon as the pool says Cluster', () => {
    const scene = new Scene([one]).put(service('a', http)).put(service('shop/b', https));
    expect(scene.says('shop/b')).toBe('PoolExhausted');
    expect(scene.pools([pool('public', range(1, 1), { sharing: 'Cluster' })]).says('shop/b')).toBe(ip(1));
  });

  it('and a sole holder may change its key', () => {
    const scene = new Scene([one]).put(service('a', http)).put(service('a', { ...http, key: 'l' }));
    expect(scene.says('a')).toBe(ip(1));
    expect(scene.put(service('b', https)).says('b')).toBe('PoolExhausted');
    expect(scene.put(service('b', { ...https, key: 'l' })).says('b')).toBe(ip(1));
  });

  it.each([
    ['change their key', { ...http, key: 'l' }, { ...https, key: 'l' }],
    ['swap their ports', https, http],
    ['come to select the same pods', { ...http, local: { app: 'web' } }, { ...https, local: { app: 'web' } }],
  ])('and both may %s at once, whatever else is free', (_, a, b) => {
    const scene = new Scene([pool('public', range(1, 9))]);
    scene.put(service('a', { ...http, ips: ip(5) }), service('b', { ...https, ips: ip(5) }));
    expect(scene.put(service('a', a), service('b', b)).outcome()).toEqual({ a: ip(5), b: ip(5) });
  });

  it('under a key that is spelled MetalLB’s way', () => {
    const annotations = { 'metallb.universe.tf/allow-shared-ip': 'k' };
    expect(decided([one], [service('a', http), service('b', { annotations, ports: [443] })])).toEqual({
      a: ip(1),
      b: ip(1),
    });
  });

  it('and one that may not is told why', () => {
    const why = (a: object, b: object, sharing: 'Namespace' | 'Cluster' = 'Namespace', name = 'b') => {
      const scene = new Scene([pool('public', range(1, 1), { sharing })]);
      scene.put(service('a', { ...a, ips: ip(1) })).put(service(name, { ...b, ips: ip(1) }));
      return scene.verdict(name).message;
    };
    expect(why(http, { ports: [443] })).toBe(`${ip(1)} is held by default/a, and it does not share`);
    expect(why(http, { ...https, key: 'l' })).toContain('their sharing keys differ');
    expect(why(http, http)).toContain('both use port TCP/80');
    expect(why(http, { ...https, local: { app: 'web' } })).toContain('must select the same pods');
    expect(why(http, https, 'Namespace', 'shop/b')).toContain('a sharing key counts within its namespace');
    expect(why(http, https, 'Cluster', 'shop/b')).toContain(ip(1));
  });
});

describe.each(NETS)('a holder that withdraws its permission to share, $family', ({ ip, range, service }) => {
  const http = { key: 'k', ports: [80] };
  const https = { key: 'k', ports: [443] };
  const shared = (a: object, b: object) =>
    new Scene([pool('public', range(1, 9))]).put(service('a', { ...http, ...a }), service('b', { ...https, ...b }));

  it.each([
    ['moves, if the other has been allocated for longer', { since: 2 }, { since: 1 }, { a: ip(2), b: ip(1) }],
    [
      'stays, if it has been allocated for longer, and the other moves',
      { since: 1 },
      { since: 2 },
      { a: ip(1), b: ip(2) },
    ],
    ['moves, if the other was created earlier', { created: 2 }, { created: 1 }, { a: ip(2), b: ip(1) }],
    ['stays, if its name comes first', {}, {}, { a: ip(1), b: ip(2) }],
  ])('%s', (_, a, b, outcome) => {
    expect(
      shared(a, b)
        .put(service('a', { ...a, key: 'l', ports: [80] }))
        .outcome(),
    ).toEqual(outcome);
    expect(
      shared(a, b)
        .put(service('a', { ...a, ports: [80] }))
        .outcome(),
    ).toEqual(outcome);
    expect(
      shared(a, b)
        .put(service('a', { ...a, key: 'k', ports: [80, 443] }))
        .outcome(),
    ).toEqual(outcome);
    expect(
      shared(a, b)
        .put(service('a', { ...a, ...http, local: { app: 'x' } }))
        .outcome(),
    ).toEqual(outcome);
  });

  it('moves alone when an older holder is among the others', () => {
    const scene = new Scene([pool('public', range(1, 9))]);
    const sharers = (wish: object) => [
      service('c', { ...https, created: 3, ...wish }),
      service('b', { ...http, created: 2, ...wish }),
      service('a', { key: 'k', created: 1, ...wish }),
    ];
    for (const sharer of sharers({ ips: ip(5) })) scene.put(sharer);
    scene.put(...sharers({})).put(service('b', { key: 'l', ports: [80], created: 2 }));
    expect(scene.outcome()).toEqual({ a: ip(5), b: ip(1), c: ip(5) });
  });

  it('sends all others away when it is the oldest', () => {
    const scene = new Scene([pool('public', range(1, 9))]);
    scene.put(
      service('a', { ...http, created: 1 }),
      service('b', { ...https, created: 2 }),
      service('c', { key: 'k', created: 3 }),
    );
    scene.put(service('a', { key: 'l', ports: [80], created: 1 }));
    expect(scene.outcome()).toEqual({ a: ip(1), b: ip(2), c: ip(2) });
  });

  it('waits where there is no other address', () => {
    const scene = new Scene([pool('public', range(1, 1))]).put(service('a', http), service('b', https));
    scene.put(service('b', { ports: [443] }));
    expect(scene.outcome()).toEqual({ a: ip(1), b: 'PoolExhausted' });
  });
});
