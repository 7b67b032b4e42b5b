import { describe, expect, it } from 'vitest';
import { parseRange } from '../../src/ip/range.ts';
import { NETS, pool, service } from './builders.ts';
import { Scene } from './scene.ts';

describe.each(NETS)('a holder whose pool is edited, $family', ({ family, ip, range, service }) => {
  const holder = () => new Scene([pool('public', range(1, 9), { created: 5 })]).put(service('web', { ips: ip(5) }));

  it.each([
    ['shrinks', pool('public', range(1, 4))],
    ['moves elsewhere', pool('public', range(6, 9))],
    ['reserves its address', pool('public', range(1, 9), { reserved: [ip(5)] })],
    ['selects other namespaces', pool('public', range(1, 9), { serviceAllocation: { namespaces: ['shop'] } })],
    [
      'selects other labels',
      pool('public', range(1, 9), { serviceAllocation: { serviceSelectors: [{ matchLabels: { a: 'b' } }] } }),
    ],
    ['can no longer be read', pool('public', 'x')],
    ['overlaps itself', pool('public', [range(1, 9), range(1, 1)])],
    ['is being deleted', pool('public', range(1, 9), { deleting: true })],
    ['shrinks and is disabled', pool('public', range(1, 4), { disabled: true })],
  ])('keeps its address when the pool %s, and nobody else gets it', (_, edited) => {
    const scene = holder().pools([edited]);
    expect(scene.says('web')).toBe(`${ip(5)} Retained`);
    expect(scene.verdict('web')).toMatchObject({ allocated: true, pool: 'public' });
    expect(scene.retained('public')).toEqual([`${ip(5)} default/web`]);
    expect(scene.put(service('next', { ips: ip(5) })).verdict('next').addresses).toEqual([]);
    scene.allocator.reconsider();
    expect(scene.allocator.settle()).toEqual([]);
  });

  it.each([
    ['autoAssign is turned off', pool('public', range(1, 9), { autoAssign: false })],
    ['it is disabled', pool('public', range(1, 9), { disabled: true })],
    ['its priority changes', pool('public', range(1, 9), { serviceAllocation: { priority: 7 } })],
    ['its ranges are cut up and turned round', pool('public', [range(6, 9), range(3, 5), range(1, 2)])],
    ['other addresses are reserved', pool('public', range(1, 9), { reserved: [range(6, 9)] })],
    ['it grows', pool('public', range(0, 9))],
    ['keys come to reach further', pool('public', range(1, 9), { sharing: 'Cluster' })],
    ['it has another name', pool('renamed', range(1, 9))],
  ])('notices nothing when %s', (_, edited) => {
    const scene = holder().pools([edited]);
    expect(scene.says('web')).toBe(ip(5));
    expect(scene.verdict('web').pool).toBe(edited.metadata.name);
    expect(scene.retained(edited.metadata.name)).toEqual([]);
    expect(scene.report(edited.metadata.name)[`assigned${family}`]).toBe(1);
  });

  it('keeps its address when the pool is gone without a trace', () => {
    const scene = holder().pools([pool('other', range(1, 4))]);
    expect(scene.says('web')).toBe(`${ip(5)} Retained`);
    expect(scene.verdict('web').pool).toBeNull();
    expect(scene.retained('other')).toEqual([]);
    expect(scene.put(service('next')).says('next')).toBe(ip(1));
  });

  it('keeps its address when every pool is gone', () => {
    expect(holder().pools([]).says('web')).toBe(`${ip(5)} Retained`);
  });

  it('keeps an address that a node turns out to have', () => {
    const neverGiven = [parseRange(range(5, 5))];
    const scene = holder().pools([pool('public', range(1, 9))], { neverGiven });
    expect(scene.says('web')).toBe(`${ip(5)} Retained`);
  });

  it('has a plain address again when the pool is as before', () => {
    const scene = holder()
      .pools([pool('public', range(1, 4))])
      .pools([pool('public', range(1, 9))]);
    expect(scene.says('web')).toBe(ip(5));
    expect(scene.retained('public')).toEqual([]);
  });

  it('gives back an address that nobody gets then', () => {
    const scene = holder()
      .pools([pool('public', range(5, 6), { reserved: [ip(5)] })])
      .remove('web');
    expect(scene.retained('public')).toEqual([]);
    expect(scene.put(service('next')).says('next')).toBe(ip(6));
  });

  it('passes to the pool that contains its address too once its own is being deleted', () => {
    const scene = holder().pools([pool('public', range(1, 9), { deleting: true }), pool('renamed', range(1, 9))]);
    expect(scene.says('web')).toBe(ip(5));
    expect(scene.verdict('web').pool).toBe('renamed');
    expect(scene.retained('public')).toEqual([]);
    expect(scene.report('renamed')[`assigned${family}`]).toBe(1);
  });

  it('passes by family, and the message names the pool that each half is retained by', () => {
    const ranges = ['192.0.2.0/24', '2001:db8::/64'];
    const scene = new Scene([pool('public', ranges)]).put(
      service('dual', { families: ['IPv4', 'IPv6'], policy: 'PreferDualStack' }),
    );
    scene.pools([pool('public', ranges, { deleting: true }), pool('renamed', range(0, 255))]);
    const [passed, other] = family === 'IPv4' ? ['192.0.2.0', '2001:db8::'] : ['2001:db8::', '192.0.2.0'];
    expect(scene.verdict('dual').message).toContain(`; ${other} is an address that pool public no longer offers`);
    expect(scene.retained('public')).toEqual([`${other} default/dual`]);
    expect(scene.held('dual')).toContain(passed);
    expect(scene.report('renamed')[`assigned${family}`]).toBe(1);
  });

  it('passes to an older pool that comes to contain its address, which is given out once', () => {
    const scene = holder().pools([
      pool('old', range(5, 9), { created: 1 }),
      pool('public', range(1, 9), { created: 5 }),
    ]);
    expect(scene.says('web')).toBe(ip(5));
    expect(scene.verdict('web').pool).toBe('old');
    expect(scene.put(service('next')).says('next')).toBe(ip(6));
  });

  it('stays listed in a pool that overlaps an older one elsewhere', () => {
    const scene = holder().pools([
      pool('old', range(8, 9), { created: 1 }),
      pool('public', range(1, 9), { created: 5 }),
    ]);
    expect(scene.says('web')).toBe(`${ip(5)} Retained`);
    expect(scene.retained('public')).toEqual([`${ip(5)} default/web`]);
  });

  it('keeps its address when it names a pool that was renamed', () => {
    const scene = new Scene([pool('public', range(1, 9))]).put(service('web', { pool: 'public' }));
    scene.pools([pool('renamed', range(1, 9))]);
    expect(scene.says('web')).toBe(`${ip(1)} KeptWhileRequestPending`);
    expect(scene.verdict('web').message).toContain('UnknownPool');
    expect(scene.put(service('web')).says('web')).toBe(ip(1));
  });

  it('stays listed while it waits for another pool, so that the old one waits for it', () => {
    const full = pool('full', range(0, 0), { reserved: [ip(0)] });
    const scene = holder().put(service('web', { pool: 'full' }));
    scene.pools([pool('public', range(1, 9), { deleting: true }), full]);
    expect(scene.says('web')).toBe(`${ip(5)} KeptWhileRequestPending`);
    expect(scene.retained('public')).toEqual([`${ip(5)} default/web`]);
  });

  it('moves only for a request that can be met when its old address is retained', () => {
    const scene = holder().pools([pool('public', range(1, 4))]);
    expect(scene.put(service('web', { ips: ip(9) })).says('web')).toBe(`${ip(5)} KeptWhileRequestPending`);
    expect(scene.put(service('web', { ips: ip(2) })).says('web')).toBe(ip(2));
    expect(scene.retained('public')).toEqual([]);
  });

  it('stays when its range moves to another pool, though its Service names the old one', () => {
    const scene = new Scene([pool('p', range(1, 9))]).put(service('web', { pool: 'p' }));
    scene.pools([pool('p', range(10, 19)), pool('q', range(1, 9))]);
    expect(scene.says('web')).toBe(`${ip(1)} Retained`);
    expect(scene.retained('p')).toEqual([`${ip(1)} default/web`]);
  });

  it('goes on being shared when keys come to reach less far, and nobody else may join', () => {
    const scene = new Scene([pool('public', range(1, 9), { sharing: 'Cluster' })]);
    scene.put(service('a/web', { key: 'k', ports: [80] })).put(service('b/web', { key: 'k', ports: [443] }));
    scene.pools([pool('public', range(1, 9), { sharing: 'Namespace' })]);
    scene.put(service('c/web', { key: 'k', ports: [53] }));
    expect(scene.outcome()).toEqual({ 'a/web': ip(1), 'b/web': ip(1), 'c/web': ip(2) });
  });

  it('shares a retained address with whom it shared it before', () => {
    const scene = new Scene([pool('public', range(1, 9), { sharing: 'Cluster' })]);
    scene.put(service('a/web', { key: 'k', ports: [80] })).put(service('b/web', { key: 'k', ports: [443] }));
    expect(scene.outcome()).toEqual({ 'a/web': ip(1), 'b/web': ip(1) });
    for (const pools of [[pool('public', range(1, 9), { sharing: 'Cluster', deleting: true })], []]) {
      const kept = `${ip(1)} Retained`;
      expect(scene.pools(pools).outcome()).toEqual({ 'a/web': kept, 'b/web': kept });
    }
  });
});

describe('a dual-stack holder whose pool loses a family', () => {
  it.each(['PreferDualStack', 'RequireDualStack'] as const)('keeps both addresses: %s', (policy) => {
    const scene = new Scene([pool('public', ['192.0.2.0/24', '2001:db8::/64'])]).put(service('web', { policy }));
    scene.pools([pool('public', '192.0.2.0/24')]);
    expect(scene.says('web')).toBe('192.0.2.0 2001:db8:: Retained');
    expect(scene.retained('public')).toEqual(['2001:db8:: default/web']);
    expect(scene.report('public')).toMatchObject({ assignedIPv4: 1, assignedIPv6: 0 });
  });
});

describe('a pool that comes to avoid addresses ending in .0', () => {
  it('retains those that are held', () => {
    const scene = new Scene([pool('public', '192.0.2.0/24')]).put(service('web'));
    scene.pools([pool('public', '192.0.2.0/24', { avoidBuggyIPs: true })]);
    expect(scene.says('web')).toBe('192.0.2.0 Retained');
    expect(scene.retained('public')).toEqual(['192.0.2.0 default/web']);
    expect(scene.report('public')).toMatchObject({ totalIPv4: 254, assignedIPv4: 0, availableIPv4: 254 });
  });
});
