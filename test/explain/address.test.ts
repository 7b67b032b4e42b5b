import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/api/object.ts';
import { explainAddress } from '../../src/explain/address.ts';
import { parseAddress } from '../../src/ip/address.ts';
import { parseRange } from '../../src/ip/range.ts';
import { pool, service } from '../allocator/builders.ts';
import { link, node, speaker } from '../announcement/objects.ts';
import { situation } from './situations.ts';

const explained = (address: string, objects: readonly KubernetesObject[]) =>
  explainAddress(parseAddress(address), situation(objects));

const PUBLIC = pool('public', ['192.0.2.0/24', '2001:db8::/64']);
const own = (address: string) => ({ status: { addresses: [{ type: 'InternalIP', address }] } });
const serviceCIDR = {
  ...{ apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'kubernetes' } },
  spec: { cidrs: ['192.0.2.128/25'] },
};

it('an address that a Service of another class shows is held, by name and class', () => {
  const other = service('theirs', { class: 'example.com/x', holds: ['192.0.2.7'] });
  const { summary, address } = explained('192.0.2.7', [PUBLIC, other]);
  expect(summary.reason).toBe('Held');
  expect(summary.message).toContain('default/theirs (loadBalancerClass example.com/x)');
  expect(address).toMatchObject({ wouldBeGiven: false, holders: ['default/theirs'], shownBy: [] });
  expect(explained('192.0.2.7', [PUBLIC, other]).findings).toEqual([]);
});

it('an address that one of ours and a Service of another class show is held by the earlier', () => {
  const other = service('theirs', { class: 'example.com/x', holds: ['192.0.2.7'], created: 2 });
  const web = service('web', { holds: ['192.0.2.7'], created: 1 });
  expect(explained('192.0.2.7', [PUBLIC, other, web]).address).toMatchObject({
    holders: ['default/web'],
    shownBy: ['default/theirs'],
  });
  const older = { ...other, metadata: { ...other.metadata, creationTimestamp: '2025-01-01T00:00:00Z' } };
  expect(explained('192.0.2.7', [PUBLIC, older, web]).address).toMatchObject({
    holders: ['default/theirs'],
    shownBy: ['default/web'],
  });
});

it('an address in no pool that something withholds is not one to add to a pool', () => {
  const { summary, address } = explained('10.0.0.5', [PUBLIC, node('n1', {}, { spec: { podCIDRs: ['10.0.0.0/24'] } })]);
  expect(summary).toMatchObject({ reason: 'NeverGiven', message: 'withheld by Node/n1, and in no pool' });
  expect(summary.remedy).not.toMatch(/Add/);
  expect(address).toMatchObject({ pools: [], withheldBy: [{ by: 'Node/n1' }] });
});

describe('an address', () => {
  it.each<[string, string, readonly KubernetesObject[], string, boolean]>([
    ['that is free', '192.0.2.7', [PUBLIC], 'Available', true],
    ['that is free, IPv6', '2001:db8::7', [PUBLIC], 'Available', true],
    ['that is held', '192.0.2.7', [PUBLIC, service('web', { holds: ['192.0.2.7'] })], 'Held', true],
    [
      'that is shared',
      '192.0.2.7',
      [
        PUBLIC,
        service('a', { holds: ['192.0.2.7'], key: 'k', ports: [80] }),
        service('b', { holds: ['192.0.2.7'], key: 'k', ports: [81] }),
      ],
      'Shared',
      true,
    ],
    ['that is retained', '198.51.100.7', [PUBLIC, service('web', { holds: ['198.51.100.7'] })], 'Retained', true],
    ['in no pool', '10.0.0.1', [PUBLIC], 'NotInAnyPool', false],
    ['of a disabled pool', '192.0.2.7', [pool('p', '192.0.2.0/24', { disabled: true })], 'PoolClosed', false],
    [
      'of a pool that is being deleted',
      '192.0.2.7',
      [pool('p', '192.0.2.0/24', { deleting: true })],
      'PoolClosed',
      false,
    ],
    ['of a pool that is not Ready', '192.0.2.7', [pool('p', ['192.0.2.0/24', '192.0.2.0/25'])], 'PoolClosed', false],
    [
      'that is reserved',
      '192.0.2.7',
      [pool('p', '192.0.2.0/24', { reserved: ['192.0.2.9', '192.0.2.0/28'] })],
      'Reserved',
      false,
    ],
    ['that is avoided', '192.0.2.255', [pool('p', '192.0.2.0/24', { avoidBuggyIPs: true })], 'Avoided', false],
    ['of special purpose', '127.0.0.1', [pool('p', '127.0.0.0/8')], 'SpecialPurpose', false],
    ['of special purpose, IPv6', 'fe80::7', [pool('p', 'fe80::/64')], 'SpecialPurpose', false],
    ['of special purpose and in no pool', '224.0.0.1', [PUBLIC], 'SpecialPurpose', false],
    ['of a node', '192.0.2.7', [PUBLIC, node('n1', {}, own('192.0.2.7'))], 'NeverGiven', false],
  ])('%s', (_, address, objects, reason, ok) => {
    const { summary, object } = explained(address, objects);
    expect(summary).toMatchObject({ reason, ok });
    expect(object).toEqual({ kind: 'Address', namespace: null, name: address });
  });

  it.each<[string, string, readonly KubernetesObject[], readonly string[]]>([
    [
      'the entry that reserves it',
      '192.0.2.7',
      [pool('p', '192.0.2.0/24', { reserved: ['192.0.2.9', '192.0.2.0/28'] })],
      ['Reserved IPAddressPool/p spec.reserved[1]: 192.0.2.0/28'],
    ],
    [
      'the pool that avoids it',
      '192.0.2.0',
      [pool('p', '192.0.2.0/24', { avoidBuggyIPs: true })],
      ['Avoided IPAddressPool/p spec.avoidBuggyIPs'],
    ],
    [
      'the node that has it',
      '192.0.2.7',
      [PUBLIC, node('n1', {}, own('192.0.2.7')), node('n2')],
      ['NeverGiven Node/n1'],
    ],
    [
      'the node whose pods have it',
      '192.0.2.7',
      [PUBLIC, node('n1', {}, { spec: { podCIDRs: ['192.0.2.0/28'] } })],
      ['NeverGiven Node/n1'],
    ],
    [
      'the speaker of a node that has it',
      '192.0.2.7',
      [PUBLIC, speaker('n1', [link('eth0', '192.0.2.7/24')])],
      ['NeverGiven SpeakerStatus/n1'],
    ],
    [
      'the Service that has it as externalIP',
      '192.0.2.7',
      [PUBLIC, service('web', { externalIPs: ['192.0.2.7'] })],
      ['NeverGiven Service/default/web'],
    ],
    [
      'what it is for',
      '169.254.0.7',
      [pool('p', '169.254.0.0/16')],
      ['SpecialPurpose link-local addresses (RFC 3927)'],
    ],
    ['the range of cluster IPs', '192.0.2.200', [PUBLIC, serviceCIDR], ['NeverGiven ServiceCIDR/kubernetes']],
    ['nothing where it is free', '192.0.2.7', [PUBLIC, serviceCIDR, node('n1', {}, own('192.0.2.8'))], []],
  ])('names %s', (_, address, objects, expected) => {
    const { address: details } = explained(address, objects);
    expect(details?.withheldBy.map(({ reason, by }) => `${reason} ${by}`)).toEqual(expected);
    expect(details?.wouldBeGiven).toBe(expected.length === 0);
  });

  it('names what the command line reserves', () => {
    const whole = situation([PUBLIC], { reserved: [parseRange('192.0.2.0/28')] });
    const { summary, address } = explainAddress(parseAddress('192.0.2.7'), whole);
    expect(summary.reason).toBe('NeverGiven');
    expect(address).toMatchObject({ wouldBeGiven: false, withheldBy: [{ by: '--reserved 192.0.2.0-192.0.2.15' }] });
  });

  it('says who could get it', () => {
    expect(explained('192.0.2.7', [PUBLIC]).address).toMatchObject({ wouldBeGiven: true, isAutoAssigned: true });
    const manual = pool('manual', '192.0.2.0/24', { autoAssign: false });
    expect(explained('192.0.2.7', [manual]).address).toMatchObject({ wouldBeGiven: true, isAutoAssigned: false });
    const held = [PUBLIC, service('web', { holds: ['192.0.2.7'] })];
    expect(explained('192.0.2.7', held).address).toMatchObject({ wouldBeGiven: false, isAutoAssigned: false });
  });

  it('names the pools that list it, that which counts first', () => {
    const objects = [pool('a', '192.0.2.0/24', { created: 2 }), pool('b', '192.0.2.0/24', { created: 1 })];
    expect(explained('192.0.2.7', objects).address?.pools).toMatchObject([
      { pool: 'b', ready: true, message: null },
      { pool: 'a', ready: false, message: expect.stringMatching(/^OverlapsPool: /) },
    ]);
  });

  it.each([
    ['that is announced', ['192.0.2.7']],
    ['that is withheld for it', []],
  ])('needs attention where a stranger answers for one %s', (_, owns) => {
    const { status, ...object } = speaker('n1', [link('eth0', '192.0.2.1/24')], owns);
    const conflicts = [{ address: '192.0.2.7', mac: '02:00:00:00:00:99', seen: '2026-01-01T11:59:00Z' }];
    const claimed = { ...object, status: { ...status, conflicts } };
    const { summary, findings } = explained('192.0.2.7', [PUBLIC, service('web', { holds: ['192.0.2.7'] }), claimed]);
    expect(summary).toMatchObject({ ok: false, reason: 'AddressConflict' });
    expect(summary.message).toContain('02:00:00:00:00:99');
    expect(summary.message).toContain('node n1');
    expect(findings.map(({ reason }) => reason)).toEqual(['Held']);
    expect(explained('192.0.2.8', [PUBLIC, claimed]).summary).toMatchObject({ ok: true, reason: 'Available' });
  });

  it('tells of a Service that shows it without holding it', () => {
    const objects = [
      PUBLIC,
      service('a', { holds: ['192.0.2.7'], since: 1 }),
      service('b', { holds: ['192.0.2.7'], since: 2 }),
    ];
    const { address, findings } = explained('192.0.2.7', objects);
    expect(address).toMatchObject({ holders: ['default/a'], shownBy: ['default/b'] });
    expect(findings).toMatchObject([{ message: expect.stringContaining('default/b') }]);
  });
});
