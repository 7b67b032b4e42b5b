import { describe, expect, it } from 'vitest';
import { NETS, pool } from './builders.ts';
import { Scene } from './scene.ts';

describe.each(NETS)('a pool, $family', ({ family, ip, range, service }) => {
  it('with a bare address is not Ready', () => {
    expect(new Scene([pool('public', ip(1))]).report('public')).toMatchObject({
      ready: false,
      reason: 'InvalidAddresses',
    });
  });

  it('names every fault with its field', () => {
    const { message } = new Scene([pool('public', ['x', range(1, 5), range(5, 9)], { reserved: ['y'] })]).report(
      'public',
    );
    expect(message).toContain('spec.addresses[0]: "x"');
    expect(message).toContain('spec.reserved[0]: "y"');
    expect(message).toContain('overlaps');
  });

  it.each([
    ['younger', { created: 1 }, { created: 2 }, 'b', true],
    ['younger, whatever its name', { created: 2 }, { created: 1 }, 'a', true],
    ['later by name, for want of times', {}, {}, 'b', false],
    ['later by name, made at once', { created: 1 }, { created: 1 }, 'b', false],
    ['one without a creation time', {}, { created: 1 }, 'a', false],
  ])('that overlaps another is at fault if it is the %s', (_, a, b, atFault, areTold) => {
    const pools = [pool('a', range(1, 5), a), pool('b', range(5, 9), b)];
    for (const order of [pools, [...pools].reverse()]) {
      const scene = new Scene(order);
      const other = atFault === 'a' ? 'b' : 'a';
      expect(scene.report(atFault)).toMatchObject({ ready: false, reason: 'OverlapsPool' });
      const { message } = scene.report(atFault);
      expect(message).toContain(`of pool ${other}`);
      expect(message.includes('older')).toBe(areTold);
      expect(scene.report(other)).toMatchObject({ ready: true, reason: 'Ready' });
    }
  });

  it('that overlaps several names them all', () => {
    const pools = [
      pool('a', range(1, 2)),
      pool('b', range(4, 5)),
      pool('c', [range(0, 6), range(8, 9)]),
      pool('d', range(9, 9)),
    ];
    const { message } = new Scene(pools).report('c');
    expect(message).toContain('of pool a');
    expect(message).toContain('of pool b');
    expect(new Scene(pools).report('d')).toMatchObject({ ready: true });
  });

  it('that overlaps an older one does not take its addresses out of the ledger', () => {
    const scene = new Scene([pool('a', range(1, 3), { created: 1 })]).put(service('web'));
    scene.pools([pool('a', range(1, 3), { created: 1 }), pool('b', range(1, 9), { created: 2 })]);
    expect(scene.put(service('next')).outcome()).toEqual({ web: ip(1), next: ip(2) });
    expect(scene.report('b')).toMatchObject({ [`total${family}`]: 0, [`available${family}`]: 0, retained: [] });
  });

  it('that is being deleted says for whom it waits', () => {
    const scene = new Scene([pool('public', range(0, 9))]);
    expect(scene.pools([pool('public', range(0, 9), { deleting: true })]).report('public').message).not.toContain(
      'waits',
    );
    scene.pools([pool('public', range(0, 9))]);
    for (const name of ['g', 'f', 'e', 'd', 'c', 'b', 'a']) scene.put(service(name));
    const { message } = scene.pools([pool('public', range(0, 9), { deleting: true })]).report('public');
    expect(message).toContain('waits for default/a, default/b, default/c, default/d, default/e and 2 more');
  });
});
