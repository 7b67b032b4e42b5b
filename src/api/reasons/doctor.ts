import type { Reason } from './reasons.ts';

/** What `doctor` finds around the objects that `explain` explains. */
export const DOCTOR_FINDINGS = {
  KindsMissing: {
    meaning: 'The cluster does not have the kinds of Berth.',
    remedy: 'Install them: kubectl apply --server-side -f manifests/crds.',
  },
  WorkloadNotReady: {
    meaning: 'A workload of Berth has no ready pod, or fewer than it wants.',
    remedy: 'See with kubectl describe of the workload and its pods why they do not start.',
  },
  RightsMissing: {
    meaning: 'A daemon lacks a right that it needs: its role is older than it is, or was changed.',
    remedy: 'Apply manifests/rbac.yaml of the version that runs.',
  },
  OtherImplementation: {
    meaning: 'Another implementation of LoadBalancer runs in the cluster.',
    remedy: 'Take it away, or keep the two apart by spec.loadBalancerClass and --lb-class.',
  },
  ForeignPools: {
    meaning: 'There are pools of MetalLB, which Berth does not read.',
    remedy: 'Translate them with berth import metallb --cluster: docs/migrating-from-metallb.md.',
  },
  StuckDeletion: {
    meaning: 'A Service is being deleted, and waits for a finalizer that nobody takes away.',
    remedy: 'Bring back the controller that put it there, or take the finalizer away by the command in the message.',
  },
  QuotaReached: {
    meaning: 'A ResourceQuota lets no further Service of type LoadBalancer be created.',
    remedy: 'Raise services.loadbalancers in the quota, or delete a Service.',
  },
  ExternalIPsInPool: {
    meaning:
      'A Service has an address of a pool in spec.externalIPs, which asks for nothing and withholds it from others.',
    remedy: 'Ask for it with the annotation berth.dev/loadBalancerIPs, and empty spec.externalIPs.',
  },
  HostBits: {
    meaning: 'A CIDR of a pool has bits set after its prefix: it begins at an earlier address than it seems to.',
    remedy: 'Write the first address of the CIDR, or a range.',
  },
  HoldsUsedAddresses: {
    meaning: 'A pool lists addresses that the cluster uses itself; these are never given out.',
    remedy: 'Leave them out of the pool, so that its size is what it seems to be.',
  },
  SelectsNothing: {
    meaning: 'A selector matches nothing that there is.',
    remedy: 'Correct the selector or the name, or label what it is meant for.',
  },
  NodesExcluded: {
    meaning: 'Every node is excluded from announcing.',
    remedy: 'Take the label node.kubernetes.io/exclude-from-external-load-balancers or the taint away from some.',
  },
  NodeUnfit: {
    meaning: 'A node may take no address at present.',
    remedy: 'Mend what the message names.',
  },
  SpeakerMissing: {
    meaning: 'A node has no speaker, so that it announces nothing.',
    remedy: 'Run berth speaker there: see the tolerations and node selectors of its DaemonSet.',
  },
  NodeGone: {
    meaning: 'A SpeakerStatus is of a node that is not there any more.',
    remedy: 'Delete it.',
  },
  TwoOwners: {
    meaning: 'Two speakers of one network say that they answer for one address.',
    remedy: 'See that UDP ports 3784 and 16997 pass between the nodes.',
  },
  NodeUsesAddress: {
    meaning: 'A node calls an address of a Service its own.',
    remedy: 'Give the kubelet its address with --node-ip, so that it does not choose another on its interfaces.',
  },
  NoNodeName: {
    meaning: 'An endpoint of a Service with externalTrafficPolicy: Local is on no node, so that none announces for it.',
    remedy: 'Set nodeName in the EndpointSlice, or externalTrafficPolicy: Cluster.',
  },
  StrictArpOff: {
    meaning: 'kube-proxy runs in mode ipvs without strictARP: every node answers for every address.',
    remedy: 'Set ipvs.strictARP: true in the ConfigMap kube-system/kube-proxy, and restart kube-proxy.',
  },
  UnfitNetwork: {
    meaning: 'The nodes are in a network that does not deliver addresses which it has not assigned.',
    remedy:
      "Use the provider's own load balancers, BGP where it has that, or allow the addresses in its port security.",
  },
  VirtualNetwork: {
    meaning: 'The nodes are containers or virtual machines of one host, behind whose own network the addresses are.',
    remedy: 'Reach the addresses from that host, or route its network to them.',
  },
  TrafficBounces: {
    meaning:
      'Packets end their TTL on a node that advertises over BGP: what comes for an address that nothing serves there goes back to the router, and bounces. A traceroute from a Pod looks alike.',
    remedy:
      'See that kube-proxy runs on the node and has rules for the Services. berth speaker --reject-unserved (bgp.rejectUnserved of the chart) has the kernel answer such packets at once.',
  },
  OtherBGPSpeaker: {
    meaning: 'Another BGP speaker of the cluster has a session with the same router, which takes one from a node.',
    remedy: 'Let that speaker advertise the addresses, or give Berth a source address or a peer of its own.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** See {@link DOCTOR_FINDINGS}. */
export type DoctorFinding = keyof typeof DOCTOR_FINDINGS;
