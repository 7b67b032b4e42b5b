import { describe, expect, it } from 'vitest';
import { NETS, pool, service } from './builders.ts';
import { decided, Scene } from './scene.ts';

describe.each(NETS)('at start, $family', ({ ip, range, service }) => {
  it.each([
    [
      'every published address is claimed before any new one is given',
      [pool('public', range(1, 9))],
      [service('new', { created: 1 }), service('old', { created: 9, holds: [ip(1)] })],
      { new: ip(2), old: ip(1) },
    ],
    [
      'an address of a pool that gives out nothing more stays',
      [pool('public', range(1, 9), { disabled: true })],
      [service('web', { holds: [ip(5)] })],
      { web: ip(5) },
    ],
    [
      'an address of a pool without autoAssign stays',
      [pool('public', range(1, 9), { autoAssign: false })],
      [service('web', { holds: [ip(5)] })],
      { web: ip(5) },
    ],
    [
      'an address that is reserved stays',
      [pool('public', range(1, 9), { reserved: [ip(5)] })],
      [service('web', { holds: [ip(5)] })],
      { web: `${ip(5)} Retained` },
    ],
    [
      'an address of nobody knows where stays, even in pools that evict',
      [pool('public', range(1, 4), { reclaimPolicy: 'Evict' })],
      [service('web', { holds: [ip(5)] })],
      { web: `${ip(5)} Retained` },
    ],
    [
      'an address stays though there is no pool at all',
      [],
      [service('web', { holds: [ip(5)] })],
      { web: `${ip(5)} Retained` },
    ],
    [
      'an address of a pool that is being deleted stays',
      [pool('public', range(1, 9), { deleting: true }), pool('other', range(0, 0))],
      [service('web', { holds: [ip(5)] })],
      { web: `${ip(5)} Retained` },
    ],
    [
      'an address of a pool that is being deleted and evicts does not stay',
      [pool('public', range(1, 9), { deleting: true, reclaimPolicy: 'Evict' }), pool('other', range(0, 0))],
      [service('web', { holds: [ip(5)] })],
      { web: ip(0) },
    ],
    [
      'an address that the status of its pool says is retained is evicted once the pool says so',
      [pool('public', range(1, 4), { reclaimPolicy: 'Evict', retained: [`${ip(5)} default/web`] })],
      [service('web', { holds: [ip(5)] })],
      { web: ip(1) },
    ],
    [
      'an address that the pool listed when its status was written is evicted by an edit made meanwhile',
      [pool('public', range(1, 4), { reclaimPolicy: 'Evict', formerly: [range(1, 9)] })],
      [service('web', { holds: [ip(5)] })],
      { web: ip(1) },
    ],
    [
      'an address whose range has moved to another pool meanwhile stays with a Service that names the first',
      [pool('p', range(1, 4), { formerly: [range(5, 9)] }), pool('q', range(5, 9))],
      [service('web', { holds: [ip(5)], pool: 'p' })],
      { web: `${ip(5)} Retained` },
    ],
    [
      'an address other than the one asked for stays until that can be given',
      [pool('public', range(1, 9))],
      [service('a', { holds: [ip(5)], ips: ip(6) }), service('b', { holds: [ip(6)], ips: ip(7) })],
      { a: ip(6), b: ip(7) },
    ],
    [
      'a wish that can be met at once is met',
      [pool('public', range(1, 9))],
      [service('web', { holds: [ip(5)], ips: ip(6) })],
      { web: ip(6) },
    ],
    [
      'an address published twice counts once',
      [pool('public', range(1, 9))],
      [service('web', { holds: [ip(5), ip(5)] })],
      { web: ip(5) },
    ],
    [
      'two addresses of one family stay',
      [pool('public', range(1, 9))],
      [service('web', { holds: [ip(6), ip(5)] })],
      { web: `${ip(5)} ${ip(6)}` },
    ],
    [
      'what is no address is passed over',
      [pool('public', range(1, 9))],
      [service('web', { holds: ['x', ip(5), ''] })],
      { web: ip(5) },
    ],
  ])('%s', (_, pools, services, outcome) => {
    expect(decided(pools, services)).toEqual(outcome);
    expect(decided(pools, [...services].reverse())).toEqual(outcome);
  });

  it('the pools may come after the Services', () => {
    const scene = new Scene([]).put(service('web', { holds: [ip(5)] }), service('new', { created: 1 }));
    scene.pools([pool('public', range(1, 4), { retained: [`${ip(5)} default/web`] })]);
    expect(scene.outcome()).toEqual({ web: `${ip(5)} Retained`, new: ip(1) });
    expect(scene.verdict('web').pool).toBe('public');
    expect(scene.retained('public')).toEqual([`${ip(5)} default/web`]);
  });

  it('a pool that is being deleted waits for those that hold its addresses', () => {
    const scene = new Scene([pool('public', range(1, 9), { deleting: true })]).put(service('web', { holds: [ip(5)] }));
    expect(scene.retained('public')).toEqual([`${ip(5)} default/web`]);
    expect(scene.report('public').message).toContain('default/web');
  });

  it('a Service that changes before anything is decided is claimed as it is last seen', () => {
    const scene = new Scene([pool('public', range(1, 9))]);
    scene.put(service('web', { holds: [ip(5)] }), service('web', { holds: [ip(6)] }));
    expect(scene.says('web')).toBe(ip(6));
  });
});

describe('at start', () => {
  it('both halves of a dual-stack Service stay, IPv4 first', () => {
    const web = service('web', { policy: 'RequireDualStack', holds: ['2001:db8::5', '192.0.2.5'] });
    expect(decided([pool('public', ['192.0.2.0/24', '2001:db8::/64'])], [web])).toEqual({
      web: '192.0.2.5 2001:db8::5',
    });
  });

  it('an address is known by its value, however it is written', () => {
    const web = service('web', { families: ['IPv6'], holds: ['2001:DB8:0::0005'] });
    expect(decided([pool('public', '2001:db8::/64')], [web])).toEqual({ web: '2001:db8::5' });
  });

  it('an address of a family that is not asked for is given back once another is given', () => {
    const web = service('web', { families: ['IPv6'], holds: ['192.0.2.5'] });
    expect(decided([pool('public', '192.0.2.0/24')], [web])).toEqual({ web: '192.0.2.5 KeptWhileRequestPending' });
    expect(decided([pool('public', ['192.0.2.0/24', '2001:db8::/64'])], [web])).toEqual({ web: '2001:db8::' });
  });
});
