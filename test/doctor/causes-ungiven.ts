import { pool, service } from '../allocator/builders.ts';
import { peer } from '../announcement/bgp/objects.ts';
import { controllerLease, speakerLease } from '../explain/situations.ts';
import { CLUSTER, daemonSet, deployment, foreign, type Row, stuck, wanting, without, writtenBy } from './patients.ts';

/** Services without an address: the cause, what is found, and where. */
export const UNGIVEN: readonly Row[] = [
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
];
