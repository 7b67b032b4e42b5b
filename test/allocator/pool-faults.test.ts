import { describe, expect, it } from 'vitest';
import { NETS, pool, service } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('a pool, $family', ({ family, ip, range, service }) => {
  it.each([
    ['that is sound', pool('public', range(1, 9)), 'Ready'],
    ['with an unreadable entry', pool('public', [range(1, 9), 'x']), 'InvalidAddresses'],
    ['with a bare address', pool('public', ip(1)), 'InvalidAddresses'],
    ['with a range that runs backwards', pool('public', `${ip(9)}-${ip(1)}`), 'InvalidAddresses'],
    ['with an unreadable reservation', pool('public', range(1, 9), { reserved: ['x'] }), 'InvalidAddresses'],
    ['that lists an address twice', pool('public', [range(1, 5), range(5, 9)]), 'InvalidAddresses'],
    ['that reserves an address twice', pool('public', range(1, 9), { reserved: [ip(1), range(1, 2)] }), 'Ready'],
    ['that reserves what it does not have', pool('public', range(1, 5), { reserved: [ip(9)] }), 'Ready'],
    ['that is being deleted', pool('public', range(1, 9), { deleting: true }), 'Deleting'],
    ['that is disabled', pool('public', range(1, 9), { disabled: true }), 'Ready'],
  ])('%s', (_, object, reason) => {
    const report = new Scene([object]).report('public');
    expect(report.reason).toBe(reason);
    expect(report.ready).toBe(reason === 'Ready');
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
    ['younger', { created: 1 }, { created: 2 }, 'b'],
    ['younger, whatever its name', { created: 2 }, { created: 1 }, 'a'],
    ['later by name, for want of times', {}, {}, 'b'],
    ['later by name, made at once', { created: 1 }, { created: 1 }, 'b'],
    ['one without a creation time', {}, { created: 1 }, 'a'],
  ])('that overlaps another is at fault if it is the %s', (_, a, b, atFault) => {
    const pools = [pool('a', range(1, 5), a), pool('b', range(5, 9), b)];
    for (const order of [pools, [...pools].reverse()]) {
      const scene = new Scene(order);
      const other = atFault === 'a' ? 'b' : 'a';
      expect(scene.report(atFault)).toMatchObject({ ready: false, reason: 'OverlapsPool' });
      expect(scene.report(atFault).message).toContain(`of pool ${other}`);
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

  it.each([
    ['being deleted', pool('old', range(1, 9), { created: 1, deleting: true })],
    ['unreadable itself', pool('old', [range(1, 9), 'x'], { created: 1 })],
  ])('is not at fault for overlapping one that is %s', (_, old) => {
    expect(new Scene([old, pool('public', range(1, 9), { created: 2 })]).report('public').ready).toBe(true);
  });

  it('is not at fault for overlapping one that is at fault for it', () => {
    const pools = [pool('a', range(1, 3)), pool('b', range(3, 6)), pool('c', range(6, 9))];
    const scene = new Scene(pools);
    expect(['a', 'b', 'c'].map((name) => scene.report(name).reason)).toEqual(['Ready', 'OverlapsPool', 'Ready']);
  });

  it('leaves the others in force', () => {
    expect(decided([pool('a', 'x'), pool('b', range(1, 1))], [service('web')])).toEqual({ web: ip(1) });
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

describe('pools of different families', () => {
  it('never overlap', () => {
    const scene = new Scene([pool('a', '0.0.0.0/0'), pool('b', '::/0')]).put(service('web'));
    expect([scene.report('a').ready, scene.report('b').ready]).toEqual([true, true]);
  });

  it('may not be mixed in one range', () => {
    expect(new Scene([pool('a', '192.0.2.1-2001:db8::1')]).report('a').reason).toBe('InvalidAddresses');
  });
});
