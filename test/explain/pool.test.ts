import { describe, expect, it } from 'vitest';
import type { IPAddressPool } from '../../src/api/ip-address-pool.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { explainPool } from '../../src/explain/pool.ts';
import { pool, service } from '../allocator/builders.ts';
import { advertisement } from '../announcement/objects.ts';
import { controllerLease, NOW, situation } from './situations.ts';

const explained = (name: string, objects: readonly KubernetesObject[], rest = {}) => {
  const whole = situation(objects, rest);
  return explainPool(whole.poolOf(name) as IPAddressPool, whole);
};

const PUBLIC = pool('public', ['192.0.2.1-192.0.2.3', '2001:db8::/64'], { reserved: ['192.0.2.3'] });

describe('the summary of a pool', () => {
  it.each<[string, KubernetesObject[], boolean, string]>([
    ['in order', [pool('p', '192.0.2.0/24')], true, 'Ready'],
    ['that cannot be read', [pool('p', ['2001:db8::9-2001:db8::1'])], false, 'InvalidAddresses'],
    [
      'that overlaps an older one',
      [pool('a', '192.0.2.0/25', { created: 1 }), pool('p', '192.0.2.0/24', { created: 2 })],
      false,
      'OverlapsPool',
    ],
    [
      'that is being deleted',
      [pool('p', '192.0.2.0/24', { deleting: true }), service('web', { holds: ['192.0.2.1'] })],
      false,
      'Deleting',
    ],
    ['that is disabled', [pool('p', '192.0.2.0/24', { disabled: true })], false, 'Disabled'],
    ['that is full', [pool('p', '192.0.2.1/32'), service('web', { holds: ['192.0.2.1'] })], false, 'Full'],
  ])('%s', (_, objects, ok, reason) => {
    const { summary } = explained('p', objects);
    expect(summary).toMatchObject({ ok, reason, remedy: ok ? null : expect.any(String) });
  });

  it('without an advertisement', () => {
    const objects = [advertisement({ ipAddressPools: ['other'] }), PUBLIC];
    expect(explained('public', [], { objects }).summary).toMatchObject({ ok: false, reason: 'NoAdvertisement' });
    const unread = [{ what: 'L2Advertisement', why: 'forbidden' }];
    expect(explained('public', [], { objects, unread }).summary).toMatchObject({ ok: true, reason: 'Ready' });
  });

  it('with a controller that is down, and a status of before', () => {
    const conditions = [
      {
        type: 'Ready',
        status: 'False',
        reason: 'OverlapsPool',
        message: 'm',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ] as const;
    const old = { ...PUBLIC, status: { conditions } } as IPAddressPool;
    const reasons = (objects: readonly KubernetesObject[]) => {
      const { summary, findings } = explained('public', objects, { now: NOW });
      return [summary, ...findings].map(({ reason }) => reason);
    };
    expect(reasons([old])).toEqual(['ControllerDown', 'StatusOutdated']);
    expect(reasons([old, controllerLease(1)])).toEqual(['StatusOutdated']);
    expect(reasons([PUBLIC, controllerLease(1)])).toEqual(['Ready']);
  });
});

describe('the details of a pool', () => {
  it('count, and name holders, who waits and why', () => {
    const objects = [
      PUBLIC,
      pool('first', '198.51.100.1/32', { serviceAllocation: { priority: 1, namespaces: ['team-a'] } }),
      service('a', { holds: ['192.0.2.1'] }),
      service('b', { holds: ['192.0.2.2'] }),
      service('c'),
      service('team-a/d', { pool: 'nowhere' }),
    ];
    expect(explained('public', objects).pool).toMatchObject({
      counters: { totalIPv4: 2, assignedIPv4: 2, availableIPv4: 0, assignedIPv6: 0 },
      order: 2,
      reserved: ['192.0.2.3'],
      holders: [
        { service: 'default/a', addresses: ['192.0.2.1'] },
        { service: 'default/b', addresses: ['192.0.2.2'] },
      ],
      waiting: [
        { service: 'default/c', reason: 'Full' },
        { service: 'team-a/d', reason: 'Full' },
      ],
      advertisements: ['default'],
    });
    expect(explained('first', objects).pool).toMatchObject({
      order: 1,
      serves: { autoAssign: true, namespaces: 'the namespaces team-a', labels: 'of any kind' },
      waiting: [
        { service: 'default/c', reason: 'NamespaceNotSelected' },
        { service: 'team-a/d', reason: null },
      ],
    });
  });

  it('list what is retained', () => {
    const objects = [
      pool('p', '192.0.2.8/32', { retained: ['192.0.2.1 default/web'] }),
      service('web', { holds: ['192.0.2.1'] }),
    ];
    expect(explained('p', objects).pool).toMatchObject({
      retained: [{ address: '192.0.2.1', service: 'default/web' }],
    });
  });
});
