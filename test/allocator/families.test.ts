import { describe, expect, it } from 'vitest';
import { pool, service } from './builders.ts';
import { decided, Scene } from './scene.ts';

const V4 = '192.0.2.0/30';
const V6 = '2001:db8::/126';
const BOTH = ['10.0.0.1', 'fd00::1'];

describe('the families of a Service that no API server has seen', () => {
  it.each([
    ['none said: IPv4', {}, '192.0.2.0'],
    ['PreferDualStack', { policy: 'PreferDualStack' }, '192.0.2.0 2001:db8::'],
    ['RequireDualStack', { policy: 'RequireDualStack' }, '192.0.2.0 2001:db8::'],
    ['RequireDualStack, IPv6 first', { policy: 'RequireDualStack', families: ['IPv6'] }, '192.0.2.0 2001:db8::'],
  ] as const)('%s', (_, wish, outcome) => {
    expect(decided([pool('public', [V4, V6])], [service('web', wish)])).toEqual({ web: outcome });
  });
});

describe('a Service that prefers dual stack', () => {
  const prefer = { policy: 'PreferDualStack', clusterIPs: BOTH } as const;

  it('tells which pools were tried in vain, but not the one that serves it', () => {
    const scene = new Scene([pool('a', V6), pool('b', V4)]).put(service('web', prefer));
    expect(scene.passedOver('web')).toEqual(['a FamilyMissing']);
  });

  it('is told the pool of each address where they are from two', () => {
    const pools = [pool('a', ['198.51.100.0/24', V6]), pool('c', V4)];
    const scene = new Scene(pools).put(service('web', { ...prefer, holds: ['192.0.2.1', '2001:db8::2'] }));
    expect(scene.verdict('web').message).toBe('192.0.2.1 from pool c and 2001:db8::2 from pool a');
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

  it('keeps its address while both cannot be given', () => {
    const scene = new Scene([pool('a', V4)]).put(service('web')).put(service('web', require));
    expect(scene.says('web')).toBe('192.0.2.0 KeptWhileRequestPending');
    expect(scene.verdict('web').message).toContain('DualStackUnavailable');
  });
});
