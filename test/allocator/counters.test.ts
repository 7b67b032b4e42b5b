import { describe, expect, it } from 'vitest';
import { parseRange } from '../../src/ip/range.ts';
import { NETS, pool, service } from './builders.ts';
import { Scene } from './scene.ts';

describe.each(NETS)('the counters of a pool, $family', ({ family, ip, range, service }) => {
  const other = family === 'IPv4' ? 'IPv6' : 'IPv4';
  const counters = (scene: Scene) => {
    const report = scene.report('public');
    expect([report[`total${other}`], report[`assigned${other}`], report[`available${other}`]]).toEqual([0, 0, 0]);
    return [report[`total${family}`], report[`assigned${family}`], report[`available${family}`]];
  };

  it.each([
    ['count what it lists', pool('public', range(0, 9)), [10, 0, 10]],
    ['count several ranges', pool('public', [range(7, 9), range(1, 2)]), [5, 0, 5]],
    ['leave out what is reserved', pool('public', range(0, 9), { reserved: [ip(0), range(8, 9)] }), [7, 0, 7]],
    ['go on for a disabled pool', pool('public', range(0, 9), { disabled: true }), [10, 0, 10]],
    ['are zero for a pool that is not Ready', pool('public', [range(0, 9), 'x']), [0, 0, 0]],
    ['are zero for a pool that is being deleted', pool('public', range(0, 9), { deleting: true }), [0, 0, 0]],
  ])('%s', (_, object, expected) => {
    expect(counters(new Scene([object]))).toEqual(expected);
  });

  it('leave out what is never given', () => {
    expect(counters(new Scene([pool('public', range(0, 9))], { neverGiven: [parseRange(range(0, 3))] }))).toEqual([
      6, 0, 6,
    ]);
  });

  it('follow what is given and given back', () => {
    const scene = new Scene([pool('public', range(0, 9))]).put(service('a'), service('b'));
    expect(counters(scene)).toEqual([10, 2, 8]);
    expect(counters(scene.remove('a'))).toEqual([10, 1, 9]);
    expect(counters(scene.put(service('b', { ips: ip(5) })))).toEqual([10, 1, 9]);
  });

  it('count a shared address once', () => {
    const sharers = [80, 81, 82].map((port) => service(`s${port}`, { key: 'k', ports: [port] }));
    expect(counters(new Scene([pool('public', range(0, 9))]).put(...sharers))).toEqual([10, 1, 9]);
  });

  it('leave out what is retained, in the pool or outside', () => {
    const scene = new Scene([pool('public', range(0, 9))]).put(
      service('a', { ips: ip(9) }),
      service('b', { ips: ip(1) }),
    );
    expect(counters(scene.pools([pool('public', range(0, 5), { reserved: [ip(1)] })]))).toEqual([5, 0, 5]);
    expect(scene.retained('public')).toEqual([`${ip(1)} default/b`, `${ip(9)} default/a`]);
  });

  it('leave out what a holder keeps whom the pool no longer selects', () => {
    const serviceAllocation = { namespaces: ['shop'] };
    const scene = new Scene([pool('public', range(0, 9))]).put(service('web')).put(service('shop/web'));
    scene.pools([pool('public', range(0, 9), { serviceAllocation })]);
    expect(counters(scene)).toEqual([9, 1, 8]);
    expect(scene.retained('public')).toEqual([`${ip(0)} default/web`]);
  });

  it('list what several retain together, each of them', () => {
    const scene = new Scene([pool('public', range(0, 9))]);
    scene.put(service('b', { key: 'k', ports: [80] }), service('a', { key: 'k', ports: [81] }));
    scene.pools([pool('public', range(1, 9))]);
    expect(scene.retained('public')).toEqual([`${ip(0)} default/a`, `${ip(0)} default/b`]);
  });
});

describe('the counters of a pool', () => {
  const MOST = 9007199254740991;

  it.each([
    ['a /64', ['2001:db8::/64'], MOST],
    ['everything', ['::/0'], MOST],
    ['two /65', ['2001:db8::/65', '2001:db8::8000:0:0:0/65'], MOST],
    ['one address less than the most', ['2001:db8::1-2001:db8::1f:ffff:ffff:fffe'], MOST - 1],
    ['exactly the most', ['2001:db8::1-2001:db8::1f:ffff:ffff:ffff'], MOST],
    ['one more', ['2001:db8::-2001:db8::1f:ffff:ffff:ffff'], MOST],
  ])('stop at 2^53 - 1: %s', (_, addresses, total) => {
    const report = new Scene([pool('public', addresses)]).report('public');
    expect(report).toMatchObject({ totalIPv6: total, assignedIPv6: 0, availableIPv6: total });
  });

  it('are exact for what is assigned of a /64', () => {
    const services = ['a', 'b', 'c'].map((name) => service(name, { families: ['IPv6'] }));
    const report = new Scene([pool('public', '2001:db8::/64')]).put(...services).report('public');
    expect(report).toMatchObject({ totalIPv6: MOST, assignedIPv6: 3, availableIPv6: MOST });
  });

  it('hold all of IPv4', () => {
    const report = new Scene([pool('public', '0.0.0.0/0')]).put(service('web')).report('public');
    expect(report).toMatchObject({ totalIPv4: 2 ** 32, assignedIPv4: 1, availableIPv4: 2 ** 32 - 1 });
  });

  it('count both families', () => {
    const scene = new Scene([pool('public', ['192.0.2.0/30', '2001:db8::/126'])]);
    scene.put(service('web', { policy: 'RequireDualStack' }));
    expect(scene.report('public')).toMatchObject({
      totalIPv4: 4,
      assignedIPv4: 1,
      availableIPv4: 3,
      totalIPv6: 4,
      assignedIPv6: 1,
      availableIPv6: 3,
    });
  });

  it('leave out addresses ending in .0 or .255 where they are avoided', () => {
    const report = new Scene([pool('public', '192.0.2.0/23', { avoidBuggyIPs: true })]).report('public');
    expect(report.totalIPv4).toBe(508);
  });

  it('cost no more for all of IPv4, where the same are avoided', () => {
    const report = new Scene([pool('public', '0.0.0.0/0', { avoidBuggyIPs: true })]).report('public');
    expect(report).toMatchObject({ totalIPv4: 2 ** 24 * 254, availableIPv4: 2 ** 24 * 254 });
  });

  it('come by the name of the pool', () => {
    const scene = new Scene([pool('c', '192.0.2.0/30'), pool('a', 'x'), pool('b', '192.0.3.0/30', { deleting: true })]);
    expect(scene.allocator.poolReports().map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
});
