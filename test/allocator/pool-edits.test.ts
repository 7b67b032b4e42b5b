import { describe, expect, it } from 'vitest';
import { NETS, pool, service } from './builders.ts';
import { Scene } from './scene.ts';

describe.each(NETS)('a holder whose pool is edited, $family', ({ family, ip, range, service }) => {
  const holder = () => new Scene([pool('public', range(1, 9), { created: 5 })]).put(service('web', { ips: ip(5) }));

  it('keeps its address when the pool is gone without a trace', () => {
    const scene = holder().pools([pool('other', range(1, 4))]);
    expect(scene.says('web')).toBe(`${ip(5)} Retained`);
    expect(scene.verdict('web').pool).toBeNull();
    expect(scene.retained('other')).toEqual([]);
    expect(scene.put(service('next')).says('next')).toBe(ip(1));
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

  it('keeps its address when it names a pool that was renamed', () => {
    const scene = new Scene([pool('public', range(1, 9))]).put(service('web', { pool: 'public' }));
    scene.pools([pool('renamed', range(1, 9))]);
    expect(scene.says('web')).toBe(`${ip(1)} KeptWhileRequestPending`);
    expect(scene.verdict('web').message).toContain('UnknownPool');
    expect(scene.put(service('web')).says('web')).toBe(ip(1));
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
