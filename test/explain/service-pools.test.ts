import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/api/object.ts';
import { pool, service } from '../allocator/builders.ts';
import { node } from '../announcement/objects.ts';
import { explained } from './situations.ts';

const PUBLIC = pool('public', '192.0.2.1-192.0.2.2');
const BAD = pool('bad', ['198.51.100.0/24', '198.51.100.0/25']);
const HELD = [service('a', { holds: ['192.0.2.1'] }), service('b', { holds: ['192.0.2.2'] })];

const own = (address: string) => ({ status: { addresses: [{ type: 'InternalIP', address }] } });

/** Each pool as `public: PassedOver Full`. */
const pools = (objects: readonly KubernetesObject[], name = 'web') =>
  explained(name, objects).service.pools.map(({ pool, result, reason }) =>
    reason === null ? `${pool}: ${result}` : `${pool}: ${result} ${reason}`,
  );

describe('the pools of a Service', () => {
  const team = pool('team', '198.51.100.0/24', { serviceAllocation: { priority: 1, namespaces: ['team-a'] } });
  const labelled = pool('labelled', '198.51.100.0/24', {
    serviceAllocation: { priority: 1, serviceSelectors: [{ matchLabels: { app: 'x' } }] },
  });

  it.each<[string, readonly KubernetesObject[], readonly string[]]>([
    ['the first that may serve it', [PUBLIC, service('web')], ['public: Serves']],
    [
      'one after the first',
      [PUBLIC, pool('second', '198.51.100.0/24'), service('web')],
      ['public: Serves', 'second: NotNeeded'],
    ],
    ['a full one', [PUBLIC, ...HELD, service('web')], ['public: PassedOver Full']],
    [
      'a full one and the next',
      [PUBLIC, pool('second', '198.51.100.0/24'), ...HELD, service('web')],
      ['public: PassedOver Full', 'second: Serves'],
    ],
    ['one of another namespace', [team, service('web')], ['team: PassedOver NamespaceNotSelected']],
    ['one for other labels', [labelled, service('web')], ['labelled: PassedOver ServiceNotSelected']],
    [
      'one without autoAssign',
      [pool('manual', '192.0.2.0/24', { autoAssign: false }), service('web')],
      ['manual: PassedOver AutoAssignOff'],
    ],
    [
      'one without autoAssign that it names',
      [pool('manual', '192.0.2.0/24', { autoAssign: false }), service('web', { pool: 'manual' })],
      ['manual: Serves'],
    ],
    ['a disabled one', [pool('off', '192.0.2.0/24', { disabled: true }), service('web')], ['off: PassedOver Disabled']],
    [
      'one that is being deleted',
      [pool('going', '192.0.2.0/24', { deleting: true }), service('web')],
      ['going: PassedOver Deleting'],
    ],
    [
      'one that overlaps',
      [pool('a', '192.0.2.0/24', { created: 1 }), pool('b', '192.0.2.0/24', { created: 2 }), service('web')],
      ['a: Serves', 'b: PassedOver NotReady'],
    ],
    ['one without the family', [PUBLIC, service('web', { families: ['IPv6'] })], ['public: PassedOver FamilyMissing']],
    ['none for one that cannot be understood', [PUBLIC, service('web', { ips: 'x' })], ['public: NotTried']],
    ['none for a headless one', [PUBLIC, service('web', { clusterIPs: ['None'] })], ['public: NotTried']],
    [
      'none for one whose cluster IPs are of one family, and that requires two',
      [
        pool('both', ['192.0.2.0/24', '2001:db8::/64']),
        service('web', { clusterIPs: ['10.0.0.1'], policy: 'RequireDualStack' }),
      ],
      ['both: NotTried'],
    ],
    ['none for one that is being deleted', [PUBLIC, service('web', { deleting: true })], ['public: NotTried']],
    [
      'only its own for one that holds an address and cannot be understood any more',
      [PUBLIC, pool('second', '198.51.100.0/24'), service('web', { ips: 'x', holds: ['192.0.2.1'] })],
      ['public: Serves', 'second: NotTried'],
    ],
    [
      'others than the one that it names',
      [PUBLIC, pool('second', '198.51.100.0/24'), service('web', { pool: 'second' })],
      ['public: NotRequested', 'second: Serves'],
    ],
    [
      'none where it names one that is not there',
      [PUBLIC, service('web', { pool: 'pubic' })],
      ['public: NotRequested'],
    ],
    [
      'the one of an address that is taken',
      [PUBLIC, ...HELD, service('web', { ips: '192.0.2.1' })],
      ['public: PassedOver AddressInUse'],
    ],
    [
      'the one of an address that is reserved',
      [pool('public', '192.0.2.0/24', { reserved: ['192.0.2.9'] }), service('web', { ips: '192.0.2.9' })],
      ['public: PassedOver AddressReserved'],
    ],
    [
      'the one that it is in, though another comes first',
      [PUBLIC, pool('a', '198.51.100.0/24'), service('web', { holds: ['192.0.2.2'] })],
      ['a: NotNeeded', 'public: Serves'],
    ],
    [
      'the one of an address that is not Ready, and no other',
      [PUBLIC, BAD, service('web', { ips: '198.51.100.7' })],
      ['public: NotRequested', 'bad: PassedOver NotReady'],
    ],
    [
      'the one of an address that is being deleted, and no other',
      [PUBLIC, pool('going', '198.51.100.0/24', { deleting: true }), service('web', { ips: '198.51.100.7' })],
      ['public: NotRequested', 'going: PassedOver Deleting'],
    ],
    ['none at all', [service('web')], []],
  ])('%s', (_, objects, expected) => {
    expect(pools(objects)).toEqual(expected);
  });

  it('say what they have and serve, and what to change', () => {
    const [first, second] = explained('web', [team, PUBLIC, ...HELD, service('web')]).service.pools;
    expect(first).toMatchObject({
      message: 'it serves the namespaces team-a',
      remedy: expect.stringContaining('serviceAllocation'),
    });
    expect(second).toMatchObject({
      message: '2 of 2 IPv4 addresses are held',
      remedy: expect.stringMatching(/^Add addresses/),
    });
  });

  it.each<[string, readonly KubernetesObject[], string, string]>([
    [
      'that no longer lists it',
      [pool('public', '192.0.2.9/32', { formerly: ['192.0.2.0/24'] }), service('web', { holds: ['192.0.2.1'] })],
      'Retains',
      'no longer offers 192.0.2.1, which the Service keeps',
    ],
    [
      'that lists what a node has come to have',
      [PUBLIC, node('n1', {}, own('192.0.2.1')), service('web', { holds: ['192.0.2.1'] })],
      'Retains',
      'no longer offers 192.0.2.1, which the Service keeps',
    ],
    [
      'that offers one of two',
      [
        pool('public', ['192.0.2.0/24', '2001:db8::/64'], { reserved: ['192.0.2.1'] }),
        service('web', { policy: 'PreferDualStack', holds: ['192.0.2.1', '2001:db8::1'] }),
      ],
      'Serves',
      'gives 2001:db8::1; no longer offers 192.0.2.1, which the Service keeps',
    ],
  ])('say of an address that is kept from a pool %s', (_, objects, result, message) => {
    expect(explained('web', objects).service.pools).toMatchObject([{ pool: 'public', result, reason: null, message }]);
  });

  it('say which gives which, where the families are from two', () => {
    const objects = [
      pool('a', ['198.51.100.0/24', '2001:db8::/64']),
      pool('c', '192.0.2.0/24'),
      service('web', { policy: 'PreferDualStack', holds: ['192.0.2.4', '2001:db8::2'] }),
    ];
    const { pools, decided } = explained('web', objects).service;
    expect(pools.map(({ pool, result, message }) => [pool, result, message])).toEqual([
      ['a', 'Serves', 'gives 2001:db8::2'],
      ['c', 'Serves', 'gives 192.0.2.4'],
    ]);
    expect(decided.addresses).toEqual(['192.0.2.4', '2001:db8::2']);
  });

  it('are walked for a Service that keeps its address while its request waits', () => {
    const objects = [
      PUBLIC,
      ...HELD,
      pool('second', '198.51.100.0/24'),
      service('web', { holds: ['198.51.100.7'], ips: '192.0.2.1' }),
    ];
    expect(pools(objects)).toEqual(['public: PassedOver AddressInUse', 'second: Serves']);
  });
});
