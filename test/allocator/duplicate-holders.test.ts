import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('of two Services found holding one address, $family', ({ ip, range, service }) => {
  it.each([
    ['that has been allocated for longer', { a: { since: 2, created: 1 }, b: { since: 1, created: 2 } }, 'b'],
    ['whose condition is True, where the other has none', { a: { created: 1 }, b: { since: 9, created: 2 } }, 'b'],
    [
      'that was created earlier, allocated at the same time',
      { a: { since: 1, created: 2 }, b: { since: 1, created: 1 } },
      'b',
    ],
    ['that was created earlier, for want of conditions', { a: { created: 2 }, b: { created: 1 } }, 'b'],
    ['that has a creation time', { a: {}, b: { created: 9 } }, 'b'],
    ['that comes first by namespace', { 'shop/a': {}, 'cart/b': {} }, 'cart/b'],
    ['that comes first by name', { b: {}, a: {} }, 'a'],
  ])('the one keeps it %s', (_, wishes, keeper) => {
    const services = Object.entries(wishes).map(([name, wish]) => service(name, { ...wish, holds: [ip(5)] }));
    for (const order of [services, [...services].reverse()]) {
      const outcome = decided([pool('public', range(1, 9))], order);
      expect(outcome[keeper]).toBe(ip(5));
      expect(Object.values(outcome).sort()).toEqual([ip(1), ip(5)].sort());
    }
  });

  it('both keep it where they may share', () => {
    const holds = [ip(5)];
    const services = [service('a', { holds, key: 'k', ports: [80] }), service('b', { holds, key: 'k', ports: [81] })];
    expect(decided([pool('public', range(1, 9))], services)).toEqual({ a: ip(5), b: ip(5) });
  });

  it.each(['Namespace', 'Cluster'] as const)(
    'both keep it in two namespaces, as they share, with sharing: %s',
    (sharing) => {
      const holds = [ip(5)];
      const services = [service('a/a', { holds, key: 'k' }), service('b/b', { holds, key: 'k' })];
      expect(decided([pool('public', range(1, 9), { sharing })], services)).toEqual({ 'a/a': ip(5), 'b/b': ip(5) });
    },
  );

  it('the other waits where there is nothing else', () => {
    const services = [service('a', { holds: [ip(5)] }), service('b', { holds: [ip(5)] })];
    expect(decided([pool('public', range(5, 5))], services)).toEqual({ a: ip(5), b: 'PoolExhausted' });
  });

  it('the other is told who has it, where it asks for no other', () => {
    const scene = new Scene([pool('public', range(1, 9))]);
    scene.put(service('a', { holds: [ip(5)] }), service('b', { holds: [ip(5)], ips: ip(5) }));
    expect(scene.outcome()).toEqual({ a: ip(5), b: 'AddressInUse' });
    expect(scene.verdict('b').message).toContain('default/a');
  });

  it('one keeps it though no pool has it', () => {
    const services = [service('a', { holds: [ip(9)] }), service('b', { holds: [ip(9)] })];
    expect(decided([pool('public', range(1, 5))], services)).toEqual({ a: `${ip(9)} Retained`, b: ip(1) });
  });

  it('and of three, all that may share with the first keep it', () => {
    const holds = [ip(5)];
    const services = [
      service('a', { holds, key: 'k', ports: [80], since: 1 }),
      service('b', { holds, key: 'k', ports: [80], since: 2 }),
      service('c', { holds, key: 'k', ports: [81], since: 3 }),
    ];
    expect(decided([pool('public', range(1, 9))], services)).toEqual({ a: ip(5), b: ip(1), c: ip(5) });
  });

  it('the one that is known already keeps it from one that turns up', () => {
    const scene = new Scene([pool('public', range(1, 9))]).put(service('known', { ips: ip(5) }));
    scene.put(service('late', { holds: [ip(5)], since: 1 }));
    expect(scene.outcome()).toEqual({ known: ip(5), late: ip(1) });
  });
});
