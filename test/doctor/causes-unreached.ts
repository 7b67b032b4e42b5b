import { pool, service } from '../allocator/builders.ts';
import { peer } from '../announcement/bgp/objects.ts';
import { advertisement, eth0, link, node, nodeWith, slice, speaker } from '../announcement/objects.ts';
import { controllerLease, speakerLease } from '../explain/situations.ts';
import {
  CLUSTER,
  daemonSet,
  excluded,
  foreign,
  ingress,
  proxy,
  type Row,
  reporting,
  session,
  stranger,
  wanting,
  without,
  writtenBy,
} from './patients.ts';

/** Addresses that nobody announces or reaches, and Ingresses. */
export const UNREACHED: readonly Row[] = [
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
    'U16',
    'session SpeakerStatus/n1 FamilyNotNegotiated',
    [
      ...without('SpeakerStatus'),
      reporting({
        withheld: [
          {
            reason: 'FamilyNotNegotiated',
            count: 1,
            examples: ['2001:db8::1 default/web'],
            protocol: 'bgp',
            peer: 'tor',
          },
        ],
      }),
    ],
  ],
  [
    'U21',
    'bouncing SpeakerStatus/n1 TrafficBounces',
    [...without('SpeakerStatus'), reporting({ bouncing: { since: '2026-01-01T11:59:00Z' } })],
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
