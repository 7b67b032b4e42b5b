import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/api/object.ts';
import { pool, service } from '../allocator/builders.ts';
import { node } from '../announcement/objects.ts';
import { explained } from './situations.ts';

const PUBLIC = pool('public', '192.0.2.1-192.0.2.2');

describe('the summary of a Service that is refused', () => {
  it.each<[string, Parameters<typeof pool>[2], readonly KubernetesObject[], string]>([
    ['reserves', { reserved: ['192.0.2.0'] }, [], 'IPAddressPool/public spec.reserved[0]: 192.0.2.0 (Reserved)'],
    ['avoids', { avoidBuggyIPs: true }, [], 'IPAddressPool/public spec.avoidBuggyIPs (Avoided)'],
    [
      'may not give',
      {},
      [node('n1', {}, { status: { addresses: [{ type: 'InternalIP', address: '192.0.2.0' }] } })],
      'Node/n1 (NeverGiven)',
    ],
  ])('names what withholds an address that its pool %s', (_, wish, others, by) => {
    const objects = [pool('public', '192.0.2.0/24', wish), ...others, service('web', { ips: '192.0.2.0' })];
    const { summary } = explained('web', objects);
    expect(summary).toMatchObject({ reason: 'AddressReserved', message: `192.0.2.0 is withheld by ${by}` });
  });

  it.each<[string, Parameters<typeof service>[1], string]>([
    [
      'one of two families',
      { ips: '192.0.2.1', policy: 'PreferDualStack' },
      'Name one address of each family, or set ipFamilyPolicy: SingleStack.',
    ],
    [
      'one of two families, the second',
      { ips: '2001:db8::1', policy: 'PreferDualStack' },
      'Name one address of each family.',
    ],
    [
      'one of two families that it requires',
      { ips: '192.0.2.1', policy: 'RequireDualStack' },
      'Name one address of each family, or set ipFamilyPolicy: SingleStack.',
    ],
    ['another family', { ips: '2001:db8::1' }, "Name an IPv4 address alone, or change the Service's ipFamilies."],
    [
      'one too many',
      { ips: '192.0.2.1,2001:db8::1' },
      'Name an IPv4 address alone, or set ipFamilyPolicy: PreferDualStack.',
    ],
    ['a pool without the family', { pool: 'v4', families: ['IPv6'] }, 'Add addresses of the family to a pool'],
  ])('says how to make families fit where the Service names %s', (_, wish, remedy) => {
    const pools = [pool('both', ['192.0.2.0/24', '2001:db8::/64']), pool('v4', '198.51.100.0/24')];
    const { summary, service: details } = explained('web', [...pools, service('web', wish)]);
    expect(summary).toMatchObject({ reason: 'FamilyMismatch', remedy: expect.stringContaining(remedy) });
    if (wish?.ips === undefined) return;
    const remedies = details.pools.filter(({ result }) => result === 'PassedOver').map((each) => each.remedy);
    expect(remedies).toEqual([summary.remedy]);
  });

  it.each<[string, readonly KubernetesObject[], string]>([
    ['not Ready', [PUBLIC, pool('bad', ['198.51.100.0/24', '198.51.100.0/25'])], 'Mend what the condition Ready'],
    ['disabled', [PUBLIC, pool('bad', '198.51.100.0/24', { disabled: true })], 'Set spec.disabled: false'],
    ['being deleted', [PUBLIC, pool('bad', '198.51.100.0/24', { deleting: true })], 'Use another pool'],
    [
      'for others',
      [PUBLIC, pool('bad', '198.51.100.0/24', { serviceAllocation: { priority: 1, namespaces: ['x'] } })],
      'Add the namespace',
    ],
  ])('says how to open a pool that is named, directly or by an address, and is %s', (_, objects, remedy) => {
    for (const wish of [{ pool: 'bad' }, { ips: '198.51.100.7' }]) {
      const { summary } = explained('web', [...objects, service('web', wish)]);
      expect(summary).toMatchObject({ reason: 'PoolNotAllowed', remedy: expect.stringContaining(remedy) });
    }
  });
});
