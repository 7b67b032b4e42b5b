import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/api/kubernetes/service.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { at, pool, service } from '../allocator/builders.ts';
import { advertisement, eth0, link, node, slice, speaker } from '../announcement/objects.ts';
import { controllerLease, explained, NOW, speakerLease } from './situations.ts';

const PUBLIC = pool('public', '192.0.2.1-192.0.2.2');
const HELD = [service('a', { holds: ['192.0.2.1'] }), service('b', { holds: ['192.0.2.2'] })];

describe('the summary of a Service', () => {
  const speakers = [speaker('n1', [eth0()], ['192.0.2.1'])];
  const announcedWeb = service('web', { holds: ['192.0.2.1'] });

  it.each<[string, readonly KubernetesObject[], boolean, string]>([
    ['that is no LoadBalancer', [PUBLIC, service('web', { type: 'ClusterIP' })], false, 'NotLoadBalancer'],
    ['of another class', [PUBLIC, service('web', { class: 'example.com/other' })], false, 'OtherClass'],
    ['without a pool', [service('web')], false, 'NoPools'],
    ['without room', [PUBLIC, ...HELD, service('web')], false, 'PoolExhausted'],
    ['that names no pool there is', [PUBLIC, service('web', { pool: 'pubic' })], false, 'UnknownPool'],
    ['that cannot be understood', [PUBLIC, service('web', { ips: 'x' })], false, 'InvalidRequest'],
    ['that nobody can announce', [PUBLIC, announcedWeb], false, 'NoSpeaker'],
    ['that is announced', [PUBLIC, announcedWeb, ...speakers], true, 'Allocated'],
    ['that is on its way', [PUBLIC, announcedWeb, speaker('n1')], false, 'NotYetAnnounced'],
    ['off every subnet', [PUBLIC, announcedWeb, speaker('n1', [link('eth0', '10.0.0.1/24')])], false, 'NoEligibleNode'],
    [
      'that keeps what it has',
      [PUBLIC, ...speakers, service('web', { holds: ['192.0.2.1'], ips: '10.1.1.1' })],
      false,
      'KeptWhileRequestPending',
    ],
    [
      'that is retained',
      [pool('public', '192.0.2.2/32', { formerly: ['192.0.2.0/24'] }), announcedWeb, ...speakers],
      true,
      'Retained',
    ],
  ])('%s', (_, objects, ok, reason) => {
    expect(explained('web', objects).summary).toMatchObject({ ok, reason });
  });

  it('is followed by the strangers that answer for an address which is announced all the same', () => {
    const [{ status, ...object } = speaker('n1')] = speakers;
    const conflicts = [{ address: '192.0.2.1', mac: '02:00:00:00:00:99', seen: at(0) }];
    const claimed = { ...object, status: { ...status, conflicts } };
    const { findings } = explained('web', [PUBLIC, announcedWeb, claimed]);
    const message = expect.stringContaining('02:00:00:00:00:99');
    expect(findings).toContainEqual(expect.objectContaining({ ok: false, reason: 'AddressConflict', message }));
  });

  it('says what to do where there is anything to do', () => {
    expect(explained('web', [service('web')]).summary.remedy).toMatch(/^Create an IPAddressPool/);
    expect(explained('web', [PUBLIC, announcedWeb, ...speakers]).summary.remedy).toBeNull();
  });
});

/** A Service whose stored conditions say this. */
function stored(
  of: Service,
  ...conditions: readonly [type: string, status: 'True' | 'False', reason: string][]
): Service {
  const list = conditions.map(([type, status, reason]) => ({
    type,
    status,
    reason,
    message: 'm',
    lastTransitionTime: at(0),
  }));
  return { ...of, status: { ...of.status, conditions: list } };
}

describe('what else is found at a Service', () => {
  const found = (objects: readonly KubernetesObject[]) =>
    explained('web', objects, { now: NOW }).findings.map(({ reason }) => reason);
  const pending = stored(
    service('web'),
    ['berth.dev/Allocated', 'False', 'NoPools'],
    ['berth.dev/Announced', 'False', 'NoAddress'],
  );

  it.each<[string, readonly KubernetesObject[], readonly string[]]>([
    ['nothing where all agrees', [pending, controllerLease(1)], []],
    ['a controller that is gone', [pending, controllerLease(60)], ['ControllerDown']],
    ['no controller at all', [pending], ['ControllerDown']],
    ['a controller that gave up', [pending, controllerLease(1, '')], ['ControllerDown']],
    ['a status that is not up to date', [PUBLIC, pending, controllerLease(1)], ['StatusOutdated']],
    [
      'a controller that is gone, and a pool that came since',
      [PUBLIC, pending, controllerLease(60)],
      ['NoSpeaker', 'StatusOutdated'],
    ],
    ['a controller that does not look at it', [service('web'), controllerLease(1)], ['NotObserved']],
    [
      'the mark of another implementation',
      [service('web', { labels: { implementation: 'kube-vip' } })],
      ['OtherOwner', 'ControllerDown'],
    ],
    [
      'no endpoint',
      [pending, controllerLease(1), slice('web', 'IPv4', [{ addresses: ['10.0.0.1'], conditions: { ready: false } }])],
      ['NoEndpoints'],
    ],
    [
      'nothing of endpoints that serve',
      [pending, controllerLease(1), slice('web', 'IPv4', [{ addresses: ['10.0.0.1'] }])],
      [],
    ],
    ['nothing at one of another class', [service('web', { class: 'x/y', labels: { implementation: 'kube-vip' } })], []],
  ])('%s', (_, objects, expected) => {
    expect(found(objects)).toEqual(expected);
  });

  it('names both sides of a disagreement', () => {
    const { findings } = explained('web', [PUBLIC, pending, controllerLease(1)], { now: NOW });
    expect(findings[0]?.message).toBe(
      'berth.dev/Allocated says False NoPools, and by the rules it is True Allocated; ' +
        'berth.dev/Announced says False NoAddress, and by the rules it is False NoSpeaker',
    );
  });

  it('puts a controller that is down first where an address waits for it', () => {
    const { summary, service } = explained('web', [PUBLIC, pending], { now: NOW });
    expect(summary).toMatchObject({ ok: false, reason: 'ControllerDown' });
    expect(service).toMatchObject({ holds: [], decided: { addresses: ['192.0.2.1'], pool: 'public' } });
  });

  it('judges no Lease of a copy, or that could not be read', () => {
    const unread = [{ what: 'Lease', why: 'forbidden' }];
    for (const rest of [{}, { now: NOW, unread }]) {
      const { service, findings, notChecked } = explained('web', [pending], rest);
      expect(service.controller.state).toBe('Unknown');
      expect(findings).toEqual([]);
      expect(notChecked).toEqual('unread' in rest ? unread : []);
    }
  });
});

describe('the announcement of a Service', () => {
  const web = service('web', { holds: ['192.0.2.1'] });
  const nodes = (objects: readonly KubernetesObject[], rest = {}) =>
    explained('web', objects, rest).service.announcements[0]?.nodes.map(({ node, role, reason }) => [
      node,
      role,
      reason,
    ]);

  it('names every node with its part or the reason', () => {
    const objects = [
      PUBLIC,
      web,
      speaker('n1', [eth0()], ['192.0.2.1']),
      speaker('n2'),
      speaker('n3', [link('eth0', '10.0.0.1/24')]),
      node('n4'),
    ];
    expect(nodes(objects)).toEqual([
      ['n1', 'Owner', null],
      ['n2', 'Standby', 'NotOwner'],
      ['n3', null, 'OffSubnet'],
      ['n4', null, 'InterfacesUnknown'],
    ]);
  });

  it('says who reports it, and who is silent', () => {
    const objects = [
      PUBLIC,
      web,
      speaker('n1', [eth0()], ['192.0.2.1']),
      speaker('n2'),
      speakerLease('n1', 60),
      speakerLease('n2', 1),
    ];
    expect(nodes(objects, { now: NOW })).toEqual([
      ['n2', 'Owner', null],
      ['n1', null, 'SpeakerSilent'],
    ]);
    const { announcements } = explained('web', objects, { now: NOW }).service;
    expect(announcements[0]?.reported).toMatchObject([
      { node: 'n1', role: 'Owner', interface: 'eth0', isSilent: true },
    ]);
  });

  it('says why nobody announces it', () => {
    const other = advertisement({ ipAddressPools: ['other'] });
    const { summary, service } = explained('web', [other, PUBLIC, web, speaker('n1')].slice(1), {
      objects: [other, PUBLIC, web, speaker('n1')],
    });
    expect(summary).toMatchObject({ reason: 'NoAdvertisement' });
    expect(service.announcements).toMatchObject([{ owner: null, reason: 'NoAdvertisement' }]);
  });
});

describe('the request of a Service', () => {
  it('is told whole', () => {
    const objects = [PUBLIC, service('web', { pool: 'public', ips: '192.0.2.2', key: 'k', policy: 'SingleStack' })];
    expect(explained('web', objects).service.request).toEqual({
      type: 'LoadBalancer',
      loadBalancerClass: null,
      families: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      pool: 'public',
      addresses: ['192.0.2.2'],
      sharingKey: 'k',
    });
  });

  it('of sharers names the others', () => {
    const share = (port: number) => ({ key: 'k', ports: [port], holds: ['192.0.2.1'] });
    const objects = [PUBLIC, service('web', share(80)), service('dns', share(53))];
    expect(explained('web', objects).service.holds).toEqual([{ address: '192.0.2.1', sharedWith: ['default/dns'] }]);
  });
});

describe('a request that is pending', () => {
  const keeps = service('web', { holds: ['192.0.2.1'], ips: '10.1.1.1' });
  const reasons = (objects: readonly KubernetesObject[], rest = {}) => {
    const { summary, findings } = explained('web', objects, rest);
    return [summary, ...findings].map(({ reason }) => reason);
  };

  it.each<[string, readonly KubernetesObject[], readonly string[]]>([
    ['comes after an address that nobody announces', [], ['NoSpeaker', 'KeptWhileRequestPending']],
    [
      'comes before an announcement that is on its way',
      [speaker('n1')],
      ['KeptWhileRequestPending', 'NotYetAnnounced'],
    ],
    ['stands alone where all else is well', [speaker('n1', [eth0()], ['192.0.2.1'])], ['KeptWhileRequestPending']],
  ])('%s', (_, speakers, expected) => {
    expect(reasons([PUBLIC, keeps, ...speakers])).toEqual(expected);
  });

  it('is said beside a retained address likewise', () => {
    const retained = service('web', { holds: ['192.0.2.1'] });
    const shrunk = pool('public', '192.0.2.2/32', { formerly: ['192.0.2.0/24'] });
    expect(reasons([shrunk, retained])).toEqual(['NoSpeaker', 'Retained']);
  });

  it('is said once, as is a controller that is down', () => {
    expect(reasons([PUBLIC, service('web')], { now: NOW })).toEqual(['ControllerDown', 'NoSpeaker']);
  });
});

describe('two spellings of one annotation', () => {
  const both = service('web', {
    pool: 'public',
    annotations: { 'metallb.io/address-pool': 'private', 'metallb.universe.tf/allow-shared-ip': 'k' },
  });

  it('are told where they disagree', () => {
    expect(explained('web', [PUBLIC, both]).findings).toContainEqual({
      ok: false,
      reason: 'AnnotationOverruled',
      message:
        'the annotation metallb.io/address-pool: "private" does not count beside berth.dev/address-pool: "public"',
      remedy: 'Keep one of the two.',
    });
  });

  it('are in order where they agree', () => {
    const same = service('web', { pool: 'public', annotations: { 'metallb.io/address-pool': 'public' } });
    expect(explained('web', [PUBLIC, same]).findings).toEqual([]);
  });
});

describe('another implementation (P7, U29)', () => {
  it('is named by the mark that it leaves, and as the writer of the addresses', () => {
    const fieldsV1 = { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } };
    const web = service('web', { labels: { implementation: 'kube-vip' }, holds: ['192.0.2.1'] });
    const managedFields = [
      { manager: 'kube-vip', operation: 'Update', subresource: 'status', fieldsV1 },
      { manager: 'berth', operation: 'Update', subresource: 'status', fieldsV1 },
    ];
    const flapping = { ...web, metadata: { ...web.metadata, managedFields } } as Service;
    const found = explained('web', [PUBLIC, flapping]).findings.find(({ reason }) => reason === 'OtherOwner');
    expect(found).toMatchObject({
      ok: false,
      message: 'it carries the label implementation=kube-vip of kube-vip, addresses in the status written by kube-vip',
      remedy: expect.stringContaining('spec.loadBalancerClass'),
    });
  });
});
