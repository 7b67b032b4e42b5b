import { describe, expect, it } from 'vitest';
import { pool, service } from './builders.ts';
import { decided, Scene } from './scene.ts';

const V4 = '192.0.2.0/30';
const V6 = '2001:db8::/126';
const FULL = { reserved: [V4, V6] };
const BOTH = ['10.0.0.1', 'fd00::1'];
const BOTH_IPV6_FIRST = ['fd00::1', '10.0.0.1'];

describe('the families of a Service', () => {
  it.each([
    ['none said: IPv4', {}, '192.0.2.0'],
    ['ipFamilies IPv6', { families: ['IPv6'] }, '2001:db8::'],
    ['ipFamilies of both without a policy: the first', { families: ['IPv6', 'IPv4'] }, '2001:db8::'],
    ['PreferDualStack', { policy: 'PreferDualStack' }, '192.0.2.0 2001:db8::'],
    ['RequireDualStack', { policy: 'RequireDualStack' }, '192.0.2.0 2001:db8::'],
    ['RequireDualStack, IPv6 first', { policy: 'RequireDualStack', families: ['IPv6'] }, '192.0.2.0 2001:db8::'],
    ['an IPv6 cluster IP', { clusterIPs: ['fd00::1'] }, '2001:db8::'],
    ['an IPv6 cluster IP, whatever ipFamilies says', { clusterIPs: ['fd00::1'], families: ['IPv4'] }, '2001:db8::'],
    ['PreferDualStack with one cluster IP', { clusterIPs: ['10.0.0.1'], policy: 'PreferDualStack' }, '192.0.2.0'],
    ['PreferDualStack with two', { clusterIPs: BOTH, policy: 'PreferDualStack' }, '192.0.2.0 2001:db8::'],
    [
      'PreferDualStack with two, IPv6 first',
      { clusterIPs: BOTH_IPV6_FIRST, policy: 'PreferDualStack' },
      '192.0.2.0 2001:db8::',
    ],
    [
      'RequireDualStack with one cluster IP',
      { clusterIPs: ['10.0.0.1'], policy: 'RequireDualStack' },
      'DualStackUnavailable',
    ],
    ['a headless Service', { clusterIPs: ['None'] }, 'InvalidRequest'],
    ['a cluster IP that is none', { clusterIPs: ['x'] }, 'InvalidRequest'],
  ] as const)('%s', (_, wish, outcome) => {
    expect(decided([pool('public', [V4, V6])], [service('web', wish)])).toEqual({ web: outcome });
  });
});

describe('a Service that prefers dual stack', () => {
  const prefer = { policy: 'PreferDualStack', clusterIPs: BOTH } as const;

  it.each([
    ['takes the first pool that has both', [pool('a', V4), pool('b', [V6, '192.0.3.0/30'])], '192.0.3.0 2001:db8::'],
    ['else the first with its primary family', [pool('a', V6), pool('b', V4)], '192.0.2.0'],
    ['else one with the other', [pool('a', V6), pool('b', V4, FULL)], '2001:db8::'],
    ['takes one family of a pool that is out of the other', [pool('a', [V4, V6], { reserved: [V4] })], '2001:db8::'],
    ['never takes the two from two pools', [pool('a', V4), pool('b', V6)], '192.0.2.0'],
    ['waits where all is full', [pool('a', V4, FULL), pool('b', V6, FULL)], 'PoolExhausted'],
    ['waits where the pool of the other family is full', [pool('b', V6, FULL)], 'PoolExhausted'],
    ['waits where no pool may serve it', [pool('a', [V4, V6], { disabled: true })], 'NoMatchingPool'],
  ])('%s', (_, pools, outcome) => {
    expect(decided(pools, [service('web', prefer)])).toEqual({ web: outcome });
  });

  it.each([
    ['IPv4', BOTH, '192.0.2.0'],
    ['IPv6', BOTH_IPV6_FIRST, '2001:db8::'],
  ])('has %s for its primary family by its first cluster IP', (_, clusterIPs, outcome) => {
    const pools = [pool('a', V4), pool('b', V6)];
    expect(decided(pools, [service('web', { ...prefer, clusterIPs })])).toEqual({ web: outcome });
  });

  it('tells which pools were tried in vain, but not the one that serves it', () => {
    const scene = new Scene([pool('a', V6), pool('b', V4)]).put(service('web', prefer));
    expect(scene.passedOver('web')).toEqual(['a FamilyMissing']);
  });

  it.each([
    ['gets one family of the pool it names', V6, {}, '2001:db8::'],
    ['gets both', [V4, V6], {}, '192.0.2.0 2001:db8::'],
    ['waits where that is full', V6, FULL, 'PoolExhausted'],
  ])('%s', (_, addresses, spec, outcome) => {
    const pools = [pool('a', ['198.51.100.0/24', '2001:db8:1::/64']), pool('b', addresses, spec)];
    expect(decided(pools, [service('web', { ...prefer, pool: 'b' })])).toEqual({ web: outcome });
  });

  it('gets the other family as soon as its pool has it', () => {
    const scene = new Scene([pool('a', V4)]).put(service('web', prefer));
    expect(scene.says('web')).toBe('192.0.2.0');
    expect(scene.pools([pool('a', [V4, V6])]).says('web')).toBe('192.0.2.0 2001:db8::');
  });

  it('gets the other family when a holder gives it back', () => {
    const scene = new Scene([pool('a', [V4, '2001:db8::/128'])]);
    scene.put(service('holder', { families: ['IPv6'] })).put(service('web', prefer));
    expect(scene.says('web')).toBe('192.0.2.0');
    expect(scene.remove('holder').says('web')).toBe('192.0.2.0 2001:db8::');
  });

  it('does not move to a pool that has both', () => {
    const scene = new Scene([pool('b', V4)]).put(service('web', prefer));
    const a = pool('a', ['198.51.100.0/24', V6]);
    expect(scene.pools([a, pool('b', V4)]).says('web')).toBe('192.0.2.0');
  });

  it('with one cluster IP stays with one address, pass after pass', () => {
    const scene = new Scene([pool('a', [V4, V6])]).put(service('web', { ...prefer, clusterIPs: ['10.0.0.1'] }));
    for (let pass = 0; pass < 3; pass++) {
      scene.allocator.reconsider();
      expect(scene.allocator.settle()).toEqual([]);
      expect(scene.says('web')).toBe('192.0.2.0');
    }
  });
});

describe('a Service that requires dual stack', () => {
  const require = { policy: 'RequireDualStack', clusterIPs: BOTH } as const;

  it.each([
    ['takes the first pool that has both', [pool('a', V4), pool('b', ['192.0.3.0/30', V6])], '192.0.3.0 2001:db8::'],
    ['waits where no one pool has both', [pool('a', V4), pool('b', V6)], 'DualStackUnavailable'],
    ['waits where a pool has both but no room for both', [pool('a', [V4, V6], { reserved: [V6] })], 'PoolExhausted'],
    [
      'waits where that one is full and another has one family',
      [pool('a', [V4, V6], FULL), pool('b', '192.0.3.0/30')],
      'PoolExhausted',
    ],
    ['waits where the one pool lacks a family and is full', [pool('a', V4, FULL)], 'DualStackUnavailable'],
    ['waits where no pool may serve it', [pool('a', [V4, V6], { autoAssign: false })], 'NoMatchingPool'],
    ['waits where there is none', [], 'NoPools'],
  ])('%s', (_, pools, outcome) => {
    expect(decided(pools, [service('web', require)])).toEqual({ web: outcome });
  });

  it.each([
    ['waits where the pool that it names lacks a family', V4, {}, 'DualStackUnavailable'],
    ['waits where that has no room', [V4, V6], { reserved: [V4] }, 'PoolExhausted'],
    ['gets both from it', [V4, V6], {}, '192.0.2.0 2001:db8::'],
  ])('%s', (_, addresses, spec, outcome) => {
    const pools = [pool('a', ['198.51.100.0/24', '2001:db8:1::/64']), pool('b', addresses, spec)];
    expect(decided(pools, [service('web', { ...require, pool: 'b' })])).toEqual({ web: outcome });
  });

  it('takes nothing while it waits for both', () => {
    const scene = new Scene([pool('a', [V4, V6], { reserved: [V6] })]).put(service('web', require));
    expect(scene.report('a').assignedIPv4).toBe(0);
  });

  it('keeps its address when it comes to require both, and gets the other of the same pool', () => {
    const scene = new Scene([pool('a', ['198.51.100.0/24', '2001:db8:1::/64']), pool('b', [V4, V6])]);
    scene.put(service('web', { pool: 'b' })).put(service('web', require));
    expect(scene.says('web')).toBe('192.0.2.0 2001:db8::');
  });

  it('keeps its address while both cannot be given', () => {
    const scene = new Scene([pool('a', V4)]).put(service('web')).put(service('web', require));
    expect(scene.says('web')).toBe('192.0.2.0 KeptWhileRequestPending');
    expect(scene.verdict('web').message).toContain('DualStackUnavailable');
  });

  it('keeps its address while it has one cluster IP', () => {
    const scene = new Scene([pool('a', [V4, V6])]).put(service('web'));
    scene.put(service('web', { ...require, clusterIPs: ['10.0.0.1'] }));
    expect(scene.says('web')).toBe('192.0.2.0 KeptWhileRequestPending');
  });

  it('gives one back when it asks for one family', () => {
    const scene = new Scene([pool('a', [V4, V6])]).put(service('web', require));
    scene.put(service('web', { clusterIPs: ['fd00::1'] }));
    expect(scene.says('web')).toBe('2001:db8::');
    expect(scene.report('a').assignedIPv4).toBe(0);
  });
});

describe('a Service of one family', () => {
  it('waits where no pool has it', () => {
    expect(decided([pool('a', V6)], [service('web')])).toEqual({ web: 'FamilyMismatch' });
  });

  it('waits for room where one pool lacks it and another is full', () => {
    expect(decided([pool('a', V6), pool('b', V4, FULL)], [service('web')])).toEqual({ web: 'PoolExhausted' });
  });
});
