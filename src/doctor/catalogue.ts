/** A known cause of trouble: the checks that find it, or why objects do not tell of it. */
export interface Cause {
  /** P: no address. A: an address that nobody announces. U: announced, and not reached. I: Ingress and DNS. */
  readonly code: string;
  readonly cause: string;
  readonly checks: readonly string[];
  /** Only where there is no check: why not. */
  readonly unseen?: string;
}

const seen = (code: string, cause: string, ...checks: readonly string[]): Cause => ({ code, cause, checks });
const unseen = (code: string, cause: string, why: string): Cause => ({ code, cause, checks: [], unseen: why });

const ON_THE_WIRE = 'only the network shows it: berth probe from outside, tcpdump on the node';
const ON_THE_NODE = 'only the node itself shows it';
const OF_A_CLIENT = 'depends on which client is meant';
const OF_DNS = 'DNS is not looked at';

/** All that is known to keep a Service from its clients. */
export const CATALOGUE: readonly Cause[] = [
  unseen('P1', 'the Service is not of type LoadBalancer', 'it asks for nothing: berth explain service says so'),
  seen('P2', 'nothing in the cluster implements LoadBalancer', 'kinds', 'controller'),
  seen('P3', 'the controller is down', 'controller', 'workload'),
  seen('P4', 'the controller does not reach the API server', 'controller'),
  seen('P5', 'the role of a daemon is older than the daemon', 'rights'),
  seen('P6', 'nobody serves the class of the Service', 'class'),
  seen('P7', 'another implementation has claimed the Service', 'owner', 'implementation'),
  seen('P8', 'there is no pool', 'address', 'foreign-pool'),
  seen('P9', 'the pool is of another implementation, or where nobody reads it', 'foreign-pool'),
  seen('P10', 'a pool or another object is invalid', 'pool', 'bgp-object', 'status'),
  unseen('P11', 'a webhook keeps objects from being created', 'Berth has no webhook'),
  seen('P12', 'no pool selects the Service', 'address', 'selection'),
  seen('P13', 'the pools left have autoAssign: false', 'address'),
  seen('P14', 'the Service names a pool that is not there', 'address'),
  seen('P15', 'every pool is full', 'address', 'pool'),
  seen('P16', 'no pool has the family', 'address'),
  seen('P17', 'the cluster is not dual-stack', 'address'),
  seen('P18', 'the address asked for is in no pool', 'address'),
  seen('P19', 'the address asked for is taken', 'address'),
  seen('P20', 'the address asked for is of another family', 'address'),
  seen('P21', 'the request cannot be understood', 'address', 'annotation'),
  seen('P22', 'the wish stands in spec.externalIPs', 'external-ip'),
  seen('P23', 'sharing: the keys differ', 'address'),
  seen('P24', 'sharing: the ports collide', 'address'),
  seen('P25', 'sharing: the traffic policies or selectors differ', 'address'),
  unseen('P26', 'the implementation waits for endpoints', 'Berth does not wait for them'),
  seen('P27', 'another implementation has chosen an address, and nobody writes it', 'owner', 'implementation'),
  seen('P28', 'k3s ServiceLB waits for host ports', 'implementation'),
  unseen('P29', 'DHCP has given no address', 'Berth asks no DHCP server'),
  seen('P30', 'two writers overwrite each other', 'owner', 'status'),
  seen('P31', 'the Service hangs in its deletion', 'deletion'),
  seen('P32', 'a quota is used up', 'quota'),
  unseen('P33', 'the Service is only just there', 'the next look tells'),
  seen('A1', 'no advertisement covers the pool', 'pool', 'announcement'),
  seen('A2', 'an advertisement selects nothing', 'advertisement'),
  seen('A3', 'the nodes are labelled as excluded', 'node', 'announcement'),
  seen('A4', 'the Service has no endpoint', 'endpoint'),
  seen('A5', 'externalTrafficPolicy: Local, and no endpoint where a speaker is', 'announcement'),
  seen('A6', 'endpoints without a node', 'node-name'),
  seen('A7', 'the network of the node is unavailable', 'node', 'announcement'),
  seen('A8', 'the node is not Ready, or out of service', 'node', 'announcement'),
  seen('A9', 'no speaker runs on the node', 'speaker', 'workload'),
  seen('A10', 'the speaker is not ready', 'speaker', 'workload'),
  seen('A11', 'the interface that is named is missing', 'advertisement', 'announcement'),
  seen('A12', 'no interface is in the subnet', 'announcement'),
  seen('A13', 'two nodes answer', 'single-owner'),
  seen('A14', 'the owner is a node that is gone', 'speaker'),
  unseen(
    'A15',
    'a Lease is renewed too late, as clients are throttled',
    'one look tells no rate: see the log of the speaker',
  ),
  unseen('A16', 'Services that share an address have different nodes', 'Berth announces it where one of them can be'),
  seen('U1', 'kube-proxy in mode ipvs without strictARP', 'kube-proxy'),
  seen('U2', 'a stranger has the address', 'conflict', 'announcement'),
  seen('U3', 'the pool has addresses of nodes and gateways', 'overlap'),
  seen('U4', 'the CIDR begins elsewhere than it seems', 'range'),
  seen('U5', 'the pool overlaps the ranges of Pods or Services', 'overlap'),
  seen('U6', 'the network drops addresses that it has not assigned', 'network'),
  unseen('U7', 'a wireless interface drops ARP', ON_THE_NODE),
  unseen('U8', 'gratuitous ARP is ignored or suppressed', ON_THE_WIRE),
  unseen('U9', 'a switch forgets the address', `${ON_THE_WIRE}; Berth repeats its announcements every 60 s`),
  unseen('U10', 'reverse path filter', ON_THE_NODE),
  unseen('U11', 'a stateful firewall sees half of a flow', OF_A_CLIENT),
  seen('U12', 'the router does not know the subnet', 'announcement'),
  seen('U13', 'no peer is for the node', 'advertisement', 'announcement'),
  seen('U14', 'a BGP session is down', 'session'),
  seen('U15', 'another BGP speaker has the router', 'router'),
  seen('U16', 'a session does not carry the route', 'session', 'bgp-object', 'announcement'),
  unseen('U17', 'the router refuses the route', 'only the router shows it: berth get sessions has what was advertised'),
  unseen('U18', 'the router keeps one path', 'only the router shows it'),
  unseen('U19', 'a NetworkPolicy drops the client', OF_A_CLIENT),
  unseen('U20', 'loadBalancerSourceRanges excludes the client', OF_A_CLIENT),
  seen('U21', 'kube-proxy has no rule for the address', 'bouncing'),
  unseen('U22', 'allocateLoadBalancerNodePorts: false', 'Berth needs no node ports'),
  unseen(
    'U23',
    'targetPort is not what the pod listens on',
    'pods are not read, and may listen on other ports than they say',
  ),
  unseen('U24', 'a firewall on the node', ON_THE_NODE),
  unseen('U25', 'works from outside and not from pods, with externalTrafficPolicy: Local', OF_A_CLIENT),
  unseen('U26', 'the address does not answer to ping', 'that is so by design: kube-proxy serves ports'),
  seen('U27', 'the cluster is on one machine, whose network is not routed', 'network'),
  seen('U28', 'a node took the address for its own', 'node-address'),
  seen('U29', 'another controller changes the status', 'owner', 'status'),
  unseen('U30', 'large packets are lost (MTU)', ON_THE_WIRE),
  seen('I1', 'the Ingress shows no address', 'ingress'),
  seen('I2', 'the Ingress shows an old address', 'ingress'),
  seen('I3', 'the Ingress has no class, or a wrong one', 'ingress'),
  unseen('I4', 'DNS: the Service has no name', OF_DNS),
  unseen('I5', 'DNS: there is no target', OF_DNS),
  unseen('I6', 'DNS: the status has a name in place of an address', OF_DNS),
  unseen('I7', 'DNS: the record is filtered', OF_DNS),
  unseen('I8', 'DNS: the record is stale', OF_DNS),
];
