import { describe, expect, it } from 'vitest';
import { CONTROLLER, DAEMONS, type Daemon, SPEAKER } from '../../src/api/access.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { CATALOGUE } from '../../src/doctor/catalogue.ts';
import type { Patient } from '../../src/doctor/check.ts';
import { CHECKS, diagnose } from '../../src/doctor/diagnose.ts';
import { Situation, type SituationInput } from '../../src/explain/situation.ts';
import { pool, type ServiceWish, service } from '../allocator/builders.ts';
import { advertisement as bgpAdvertisement, peer } from '../announcement/bgp/objects.ts';
import { advertisement, eth0, link, node, nodeWith, slice, speaker } from '../announcement/objects.ts';
import { controllerLease, NOW, speakerLease } from '../explain/situations.ts';

interface Given extends Partial<Omit<SituationInput, 'objects'>> {
  readonly surroundings?: readonly KubernetesObject[];
  readonly missingKinds?: readonly string[];
}

const foreign = (apiVersion: string, kind: string, key: string, rest: object = {}): KubernetesObject => {
  const [namespace, name = ''] = key.includes('/') ? key.split('/') : [undefined, key];
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, ...rest };
};
const deployment = (key: string, rest: object = {}) => foreign('apps/v1', 'Deployment', key, rest);
const daemonSet = (key: string, rest: object = {}) => foreign('apps/v1', 'DaemonSet', key, rest);
const role = ({ name, access }: Daemon, but?: string) =>
  foreign('rbac.authorization.k8s.io/v1', 'ClusterRole', name, {
    rules: access
      .filter(({ resource }) => resource !== but)
      .map(({ group, resource, verbs }) => ({ apiGroups: [group], resources: [resource], verbs })),
  });
const proxy = (text: string) => foreign('v1', 'ConfigMap', 'kube-system/kube-proxy', { data: { 'config.conf': text } });

const ROLES = DAEMONS.map((daemon) => role(daemon));
const READY = [
  deployment('berth-system/berth-controller', { spec: { replicas: 2 }, status: { readyReplicas: 2 } }),
  daemonSet('berth-system/berth-speaker', { status: { desiredNumberScheduled: 1, numberReady: 1 } }),
];
const POOL = pool('public', '192.0.2.50-192.0.2.60');
const LIVES = [controllerLease(1), speakerLease('n1', 1)];
const N1 = node('n1', {}, { status: { addresses: [{ type: 'InternalIP', address: '192.0.2.11' }] } });
const SPEAKS = speaker('n1');
const NAMESPACE = foreign('v1', 'Namespace', 'default');
const CLUSTER = [POOL, advertisement(), N1, SPEAKS, NAMESPACE, ...LIVES];

function examine(objects: readonly KubernetesObject[], { surroundings = [], missingKinds = [], ...rest }: Given = {}) {
  const situation = new Situation({ objects, now: NOW, ...rest });
  const patient: Patient = { situation, surroundings: [...ROLES, ...READY, ...surroundings], missingKinds };
  return diagnose(patient).checks;
}

/** What was found, as `check object reason`. */
function found(objects: readonly KubernetesObject[], given: Given = {}): readonly string[] {
  return examine(objects, given).flatMap(({ check, symptoms }) =>
    symptoms.map(({ object, reason }) => `${check} ${object} ${reason}`),
  );
}

/** The cluster without the objects of these kinds, and with others. */
const without = (kinds: string, ...more: readonly KubernetesObject[]) => [
  ...CLUSTER.filter(({ kind }) => !kinds.split(' ').includes(kind)),
  ...more,
];
const wanting = (wish: ServiceWish = {}) => [...CLUSTER, service('web', wish)];

it('a cluster in order has no symptom', () => {
  expect(found(CLUSTER)).toEqual([]);
  expect(examine(CLUSTER).every(({ state }) => state === 'ok')).toBe(true);
});

type Row = readonly [code: string, symptom: string, objects: readonly KubernetesObject[], given?: Given];
const ROWS: readonly Row[] = [
  ['P2', 'kinds ipaddresspools.berth.dev KindsMissing', [], { missingKinds: ['ipaddresspools.berth.dev'] }],
  ['P2', 'controller berth-controller ControllerDown', without('Lease', speakerLease('n1', 1))],
  ['P3', 'controller berth-controller ControllerDown', without('Lease', controllerLease(60), speakerLease('n1', 1))],
  [
    'P3',
    'workload Deployment/berth-system/other WorkloadNotReady',
    CLUSTER,
    { surroundings: [deployment('berth-system/other', { spec: { replicas: 2 }, status: { readyReplicas: 1 } })] },
  ],
  ['P4', 'controller berth-controller ControllerDown', without('Lease', controllerLease(60), speakerLease('n1', 1))],
  ['P6', 'class Service/default/web OtherClass', wanting({ class: 'else' })],
  ['P7', 'owner Service/default/web OtherOwner', wanting({ annotations: { 'kube-vip.io/vipHost': 'n1' } })],
  [
    'P7',
    'implementation DaemonSet/kube-system/kube-vip-ds OtherImplementation',
    CLUSTER,
    { surroundings: [daemonSet('kube-system/kube-vip-ds')] },
  ],
  ['P8', 'address Service/default/web NoPools', without('IPAddressPool', service('web'))],
  [
    'P8',
    'foreign-pool IPAddressPool/metallb-system/old (metallb.io) ForeignPools',
    CLUSTER,
    { surroundings: [foreign('metallb.io/v1beta1', 'IPAddressPool', 'metallb-system/old')] },
  ],
  [
    'P9',
    'foreign-pool IPAddressPool/default/stray (metallb.io) ForeignPools',
    CLUSTER,
    { surroundings: [foreign('metallb.io/v1beta1', 'IPAddressPool', 'default/stray')] },
  ],
  ['P10', 'pool IPAddressPool/bad InvalidAddresses', [...CLUSTER, pool('bad', '2001:db8::9-2001:db8::1')]],
  ['P10', 'bgp-object BGPPeer/tor UnknownProfile', [...CLUSTER, peer('tor', { bfdProfile: 'none' })]],
  [
    'P10',
    'status Service/default/web StatusOutdated',
    wanting({ holds: ['192.0.2.50'], since: 1, reason: 'PoolExhausted' }),
  ],
  [
    'P12',
    'address Service/default/web NoMatchingPool',
    without(
      'IPAddressPool',
      pool('gold', '192.0.2.50/32', { serviceAllocation: { namespaces: ['gold'] } }),
      service('web'),
    ),
  ],
  [
    'P12',
    'selection IPAddressPool/gold SelectsNothing',
    without('IPAddressPool', pool('gold', '192.0.2.50/32', { serviceAllocation: { namespaces: ['gold'] } })),
  ],
  [
    'P13',
    'address Service/default/web NoMatchingPool',
    without('IPAddressPool', pool('closed', '192.0.2.50/32', { autoAssign: false }), service('web')),
  ],
  ['P14', 'address Service/default/web UnknownPool', wanting({ pool: 'pubic' })],
  [
    'P15',
    'address Service/default/web PoolExhausted',
    without('IPAddressPool', pool('one', '192.0.2.50/32'), service('a', { holds: ['192.0.2.50'] }), service('web')),
  ],
  [
    'P15',
    'pool IPAddressPool/one Full',
    without('IPAddressPool', pool('one', '192.0.2.50/32'), service('a', { holds: ['192.0.2.50'] })),
  ],
  ['P16', 'address Service/default/web FamilyMismatch', wanting({ families: ['IPv6'] })],
  [
    'P17',
    'address Service/default/web DualStackUnavailable',
    wanting({ families: ['IPv4', 'IPv6'], policy: 'RequireDualStack', clusterIPs: ['10.96.0.7'] }),
  ],
  ['P18', 'address Service/default/web AddressNotInAnyPool', wanting({ ips: '198.51.100.1' })],
  [
    'P19',
    'address Service/default/web AddressInUse',
    [...wanting({ ips: '192.0.2.50' }), service('a', { holds: ['192.0.2.50'] })],
  ],
  ['P20', 'address Service/default/web FamilyMismatch', wanting({ ips: '192.0.2.50', families: ['IPv6'] })],
  ['P21', 'address Service/default/web InvalidRequest', wanting({ ips: 'nonsense' })],
  [
    'P21',
    'annotation Service/default/web AnnotationOverruled',
    wanting({ pool: 'public', annotations: { 'metallb.io/address-pool': 'other' } }),
  ],
  ['P22', 'external-ip Service/default/web ExternalIPsInPool', wanting({ externalIPs: ['192.0.2.55'] })],
  [
    'P23',
    'address Service/default/web AddressInUse',
    [...wanting({ ips: '192.0.2.50', key: 'b' }), service('a', { holds: ['192.0.2.50'], key: 'a' })],
  ],
  [
    'P24',
    'address Service/default/web AddressInUse',
    [
      ...wanting({ ips: '192.0.2.50', key: 'a', ports: [80] }),
      service('a', { holds: ['192.0.2.50'], key: 'a', ports: [80] }),
    ],
  ],
  [
    'P25',
    'address Service/default/web AddressInUse',
    [
      ...wanting({ ips: '192.0.2.50', key: 'a', ports: [80], local: { app: 'a' } }),
      service('a', { holds: ['192.0.2.50'], key: 'a', ports: [81], local: { app: 'b' } }),
    ],
  ],
  [
    'P27',
    'owner Service/default/web OtherOwner',
    wanting({ annotations: { 'kube-vip.io/loadbalancerIPs': '192.0.2.9' } }),
  ],
  [
    'P28',
    'implementation DaemonSet/kube-system/svclb-web-1a2b OtherImplementation',
    CLUSTER,
    { surroundings: [daemonSet('kube-system/svclb-web-1a2b')] },
  ],
  ['P30', 'owner Service/default/web OtherOwner', [...CLUSTER, writtenBy('cloud-controller-manager')]],
  ['P31', 'deletion Service/default/web StuckDeletion', [...CLUSTER, stuck()]],
  [
    'P32',
    'quota ResourceQuota/default/few QuotaReached',
    CLUSTER,
    {
      surroundings: [
        foreign('v1', 'ResourceQuota', 'default/few', {
          status: { hard: { 'services.loadbalancers': '2' }, used: { 'services.loadbalancers': '2' } },
        }),
      ],
    },
  ],
  ['A1', 'pool IPAddressPool/public NoAdvertisement', without('L2Advertisement')],
  ['A1', 'announcement Service/default/web NoAdvertisement', without('L2Advertisement', service('web'))],
  [
    'A2',
    'advertisement L2Advertisement/default SelectsNothing',
    without('L2Advertisement', advertisement({ nodeSelectors: [{ matchLabels: { edge: 'yes' } }] })),
  ],
  [
    'A2',
    'advertisement L2Advertisement/default UnknownPool',
    without('L2Advertisement', advertisement({ ipAddressPools: ['pubic'] })),
  ],
  ['A3', 'node Node/n1 NodesExcluded', without('Node', excluded())],
  ['A3', 'announcement Service/default/web NoEligibleNode', without('Node', excluded(), service('web'))],
  ['A4', 'endpoint Service/default/web NoEndpoints', [...wanting(), slice('web', 'IPv4', [])]],
  [
    'A5',
    'announcement Service/default/web NoEligibleNode',
    [...wanting({ local: { app: 'a' } }), slice('web', 'IPv4', [{ addresses: ['10.0.0.1'], nodeName: 'n9' }])],
  ],
  [
    'A6',
    'node-name Service/default/web NoNodeName',
    [...wanting({ local: { app: 'a' } }), slice('web', 'IPv4', [{ addresses: ['10.0.0.1'] }])],
  ],
  ['A7', 'node Node/n1 NodeUnfit', without('Node', nodeWith('n1', 'NetworkUnavailable', 'True'))],
  ['A8', 'node Node/n1 NodeUnfit', without('Node', nodeWith('n1', 'Ready', 'Unknown'))],
  ['A9', 'speaker Node/n1 SpeakerMissing', without('SpeakerStatus')],
  [
    'A9',
    'workload DaemonSet/berth-system/none WorkloadNotReady',
    CLUSTER,
    { surroundings: [daemonSet('berth-system/none', { status: { desiredNumberScheduled: 0, numberReady: 0 } })] },
  ],
  ['A10', 'speaker SpeakerStatus/n1 SpeakerSilent', without('Lease', controllerLease(1), speakerLease('n1', 90))],
  [
    'A11',
    'advertisement L2Advertisement/default SelectsNothing',
    without('L2Advertisement', advertisement({ interfaces: ['eth7'] })),
  ],
  [
    'A12',
    'announcement Service/default/web NoEligibleNode',
    without('SpeakerStatus', speaker('n1', [link('eth0', '198.51.100.1/24')]), service('web')),
  ],
  [
    'A13',
    'single-owner Address/192.0.2.50 TwoOwners',
    [
      ...without('SpeakerStatus'),
      ...['n1', 'n2'].map((name) => speaker(name, [eth0()], ['192.0.2.50'])),
      node('n2'),
      speakerLease('n2', 1),
    ],
  ],
  ['A14', 'speaker SpeakerStatus/n9 NodeGone', [...CLUSTER, speaker('n9'), speakerLease('n9', 1)]],
  [
    'U1',
    'kube-proxy ConfigMap/kube-system/kube-proxy StrictArpOff',
    CLUSTER,
    { surroundings: [proxy('ipvs:\n  strictARP: false\nmode: "ipvs"\n')] },
  ],
  [
    'U2',
    'conflict Address/192.0.2.50 AddressConflict',
    [...without('SpeakerStatus'), reporting({ conflicts: [stranger()] })],
  ],
  [
    'U3',
    'overlap IPAddressPool/public HoldsUsedAddresses',
    without('IPAddressPool', pool('public', '192.0.2.8-192.0.2.20')),
  ],
  ['U4', 'range IPAddressPool/public HostBits', without('IPAddressPool', pool('public', '192.0.2.200/28'))],
  [
    'U5',
    'overlap IPAddressPool/public HoldsUsedAddresses',
    without('Node', node('n1', {}, { spec: { podCIDRs: ['192.0.2.0/26'] } })),
  ],
  ['U6', 'network Node/n1 UnfitNetwork', without('Node', node('n1', {}, { spec: { providerID: 'openstack:///x' } }))],
  [
    'U12',
    'announcement Service/default/web NoEligibleNode',
    without('SpeakerStatus', speaker('n1', [link('eth0', '198.51.100.1/24')]), service('web')),
  ],
  [
    'U13',
    'advertisement BGPPeer/tor SelectsNothing',
    [...CLUSTER, peer('tor', { nodeSelectors: [{ matchLabels: { rack: 'a' } }] })],
  ],
  [
    'U14',
    'session SpeakerStatus/n1 SessionDown',
    [...without('SpeakerStatus'), reporting({ sessions: [session({ state: 'Active' })] })],
  ],
  [
    'U15',
    'router BGPPeer/tor OtherBGPSpeaker',
    [...CLUSTER, peer()],
    {
      surroundings: [
        foreign('crd.projectcalico.org/v1', 'BGPPeer', 'calico', { spec: { peerIP: peer().spec.peerAddress } }),
      ],
    },
  ],
  [
    'U16',
    'session SpeakerStatus/n1 FamilyNotCarried',
    [
      ...without('SpeakerStatus'),
      reporting({ withheld: [{ reason: 'FamilyNotCarried', count: 1, examples: ['2001:db8::1 default/web'] }] }),
    ],
  ],
  [
    'U27',
    'network Node/n1 VirtualNetwork',
    without('Node', node('n1', {}, { spec: { providerID: 'kind://docker/kind/n1' } })),
  ],
  [
    'U28',
    'node-address Node/n1 NodeUsesAddress',
    without(
      'Node',
      node('n1', {}, { status: { addresses: [{ type: 'InternalIP', address: '192.0.2.50' }] } }),
      service('web', { holds: ['192.0.2.50'] }),
    ),
  ],
  ['U29', 'owner Service/default/web OtherOwner', [...CLUSTER, writtenBy('cloud-controller-manager')]],
  ['I1', 'ingress Ingress/default/shop ServiceWithoutAddress', [...CLUSTER, service('web', { ips: 'x' }), ingress({})]],
  [
    'I2',
    'ingress Ingress/default/shop StaleAddress',
    [
      ...CLUSTER,
      service('web', { holds: ['192.0.2.50'] }),
      ingress({ loadBalancer: { ingress: [{ ip: '192.0.2.59' }] } }),
    ],
  ],
  ['I3', 'ingress Ingress/default/shop UnknownClass', [...CLUSTER, ingress({}, {}, 'nginks')]],
];

describe('the catalogue', () => {
  it.each(ROWS.map((row) => [row[0], row[1], row] as const))(
    '%s is found: %s',
    (_code, expected, [, , objects, given]) => {
      expect(found(objects, given)).toContain(expected);
    },
  );

  it('P5 is found: the role of a daemon lacks a right, or is not there', () => {
    const situation = new Situation({ objects: CLUSTER, now: NOW });
    const rights = (...surroundings: readonly KubernetesObject[]) =>
      diagnose({ situation, surroundings, missingKinds: [] }).checks.find(({ check }) => check === 'rights')?.symptoms;
    expect(rights(role(CONTROLLER, 'services/status'), role(SPEAKER))).toMatchObject([
      { object: 'ClusterRole/berth-controller', reason: 'RightsMissing', message: 'it lacks patch services/status' },
    ]);
    expect(rights(role(CONTROLLER))).toMatchObject([{ object: 'ClusterRole/berth-speaker' }]);
  });

  it('has every cause once, each with a check that finds it here or the reason why none does', () => {
    const codes = CATALOGUE.map(({ code }) => code);
    const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);
    expect(codes).toEqual([...numbered('P', 33), ...numbered('A', 16), ...numbered('U', 30), ...numbered('I', 8)]);
    const names = CHECKS.map(({ name }) => name);
    for (const { code, checks, unseen } of CATALOGUE) {
      expect(names, code).toEqual(expect.arrayContaining([...checks]));
      expect(checks.length > 0, code).toBe(unseen === undefined);
      const shown = ROWS.filter((row) => row[0] === code).map(([, symptom]) => symptom.split(' ')[0]);
      if (code !== 'P5') expect(checks, code).toEqual(expect.arrayContaining(shown));
      if (checks.length > 0 && code !== 'P5') expect(shown.length, code).toBeGreaterThan(0);
    }
  });

  it('leaves no check without a cause', () => {
    expect(
      CHECKS.map(({ name }) => name).filter((name) => !CATALOGUE.some(({ checks }) => checks.includes(name))),
    ).toEqual([]);
  });
});

describe('a check', () => {
  it('concludes nothing from what could not be read', () => {
    const checks = examine(without('L2Advertisement'), { unread: [{ what: 'L2Advertisement', why: 'forbidden' }] });
    const states = Object.fromEntries(checks.map(({ check, state, message }) => [check, `${state}: ${message}`]));
    expect(states.pool).toBe('unknown: L2Advertisement: forbidden');
    expect(states.range).toMatch(/^ok/);
  });

  it.each([
    ['strictARP is on', 'ipvs: {}\n  strictARP: true\nmode: ipvs\n'],
    ['the mode is another', 'mode: iptables\n'],
  ])('of kube-proxy finds nothing where %s', (_, text) => {
    expect(found(CLUSTER, { surroundings: [proxy(text)] })).toEqual([]);
  });

  it('of pools knows those that are advertised over BGP alone', () => {
    const objects = without('L2Advertisement', bgpAdvertisement(), peer());
    expect(found(objects).filter((each) => each.startsWith('pool'))).toEqual([]);
  });

  it('of implementations leaves out what was scaled down', () => {
    const surroundings = [deployment('metallb-system/controller', { spec: { replicas: 0 } })];
    expect(found(CLUSTER, { surroundings })).toEqual([]);
  });
});

function excluded() {
  return node('n1', { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } });
}

function stuck(): KubernetesObject {
  const web = service('web', { deleting: true });
  return { ...web, metadata: { ...web.metadata, finalizers: ['service.kubernetes.io/load-balancer-cleanup'] } };
}

function writtenBy(manager: string): KubernetesObject {
  const web = service('web', { holds: ['192.0.2.50'] });
  const managedFields = [{ manager, fieldsV1: { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } } }];
  return { ...web, metadata: { ...web.metadata, ...{ managedFields } } };
}

function reporting(status: object): KubernetesObject {
  const { status: reported, ...rest } = SPEAKS;
  return { ...rest, ...{ status: { ...reported, ...status } } };
}

function stranger() {
  return { address: '192.0.2.50', mac: '02:00:00:00:00:99', seen: '2026-01-01T11:59:00Z' };
}

function session(rest: object) {
  return {
    peer: 'tor',
    address: '192.0.2.1',
    state: 'Established',
    since: '2026-01-01T11:59:00Z',
    advertised: 0,
    ...rest,
  };
}

function ingress(
  status: object,
  annotations: object = { 'berth.dev/service': 'default/web' },
  ingressClassName?: string,
) {
  return foreign('networking.k8s.io/v1', 'Ingress', 'default/shop', {
    ...{ metadata: { namespace: 'default', name: 'shop', annotations } },
    ...{ spec: { ...(ingressClassName === undefined ? {} : { ingressClassName }) }, status },
  });
}
