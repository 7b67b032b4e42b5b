/** What a cluster with MetalLB has: kinds of its shape, its workloads, its objects, and Services that hold addresses. */

const KINDS = [
  ['IPAddressPool', 'ipaddresspools', ['v1beta1']],
  ['L2Advertisement', 'l2advertisements', ['v1beta1']],
  ['BGPAdvertisement', 'bgpadvertisements', ['v1beta1']],
  ['BGPPeer', 'bgppeers', ['v1beta2', 'v1beta1']],
  ['BFDProfile', 'bfdprofiles', ['v1beta1']],
  ['Community', 'communities', ['v1beta1']],
] as const;

export const CRDS = KINDS.map(([kind, plural, versions]) =>
  JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.metallb.io` },
    spec: {
      group: 'metallb.io',
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: versions.map((name, index) => ({
        ...{ name, served: true, storage: index === 0 },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      })),
    },
  }),
).join('\n---\n');

const podOf = (name: string, spec = '') =>
  `{metadata: {labels: {component: ${name}}}, spec: {${spec}containers: [{name: ${name}, image: metallb-${name}}]}}`;

export const INSTALLATION = `apiVersion: v1
kind: Namespace
metadata: {name: metallb-system}
---
apiVersion: v1
kind: Namespace
metadata: {name: team-a, labels: {tier: gold}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: controller, namespace: metallb-system}
spec: {selector: {matchLabels: {component: controller}}, template: ${podOf('controller')}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: speaker, namespace: metallb-system}
spec: {selector: {matchLabels: {component: speaker}}, template: ${podOf('speaker', 'hostNetwork: true, ')}}
`;

/** What a version before 0.13 has instead of objects: the same pools, as far as it can say them. */
export const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: metallb-system}
data:
  config: |
    peers: [{my-asn: 64512, peer-asn: 64513, peer-address: 192.0.2.1}]
    address-pools:
      - {name: public, protocol: layer2, addresses: [192.0.2.100-192.0.2.127, "2001:db8::100/120"]}
      - {name: closed, protocol: layer2, addresses: [192.0.2.128/28], auto-assign: false}
      - {name: gold, protocol: layer2, addresses: [192.0.2.160/28], auto-assign: false}
      - {name: routed, protocol: bgp, addresses: [198.51.100.0/24], avoid-buggy-ips: true, auto-assign: false}
`;

const object = (kind: string, name: string, spec: string, version = 'v1beta1') =>
  `apiVersion: metallb.io/${version}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: metallb-system}\nspec: ${spec}\n`;

export const OBJECTS = [
  object('IPAddressPool', 'public', '{addresses: [192.0.2.100-192.0.2.127, "2001:db8::100/120"]}'),
  object('IPAddressPool', 'closed', '{addresses: [192.0.2.128/28], autoAssign: false}'),
  object(
    'IPAddressPool',
    'gold',
    '{addresses: [192.0.2.160/28], serviceAllocation: {priority: 10, namespaceSelectors: [{matchLabels: {tier: gold}}]}}',
  ),
  object('IPAddressPool', 'routed', '{addresses: [198.51.100.0/24], avoidBuggyIPs: true, autoAssign: false}'),
  object('L2Advertisement', 'local', '{ipAddressPools: [public, closed, gold]}'),
  object('BGPAdvertisement', 'routed', '{ipAddressPools: [routed], communities: [nope], peers: [tor]}'),
  object('Community', 'names', '{communities: [{name: nope, value: "64512:1"}]}'),
  // Slow enough for a machine on which all of a cluster runs.
  object('BFDProfile', 'fast', '{receiveInterval: 300, detectMultiplier: 10, echoMode: true}'),
  object(
    'BGPPeer',
    'tor',
    '{myASN: 64512, peerASN: 64513, peerAddress: 192.0.2.1, holdTime: 1m30s, bfdProfile: fast, passwordSecret: {}}',
    'v1beta2',
  ),
].join('---\n');

/** A Service as MetalLB has left it. */
interface HeldService {
  readonly namespace: string;
  readonly name: string;
  readonly pool: string;
  readonly addresses: readonly string[];
  readonly text: string;
}

/** How tests write who holds what. */
export function held(namespace: string, name: string, addresses: readonly string[]): string {
  return `${namespace}/${name} ${addresses.join(' ')}`;
}

function service(
  [namespace, name]: readonly [string, string],
  pool: string,
  addresses: readonly string[],
  { annotations = '', spec = 'ports: [{port: 80}]' } = {},
): HeldService {
  const noted = `metallb.io/ip-allocated-from-pool: ${pool}${annotations === '' ? '' : `, ${annotations}`}`;
  const text = `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}, annotations: {${noted}}}
spec: {type: LoadBalancer, ${spec}}
`;
  return { namespace, name, pool, addresses, text };
}

export const SERVICES: readonly HeldService[] = [
  service(['default', 'web'], 'public', ['192.0.2.117']),
  service(['default', 'asked'], 'public', ['192.0.2.120'], {
    annotations: 'metallb.universe.tf/loadBalancerIPs: 192.0.2.120',
  }),
  service(['default', 'oldfield'], 'public', ['192.0.2.121'], {
    spec: 'loadBalancerIP: 192.0.2.121, ports: [{port: 80}]',
  }),
  service(['default', 'dual'], 'public', ['192.0.2.105', '2001:db8::142'], {
    spec: 'ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]',
  }),
  service(['default', 'dns-tcp'], 'public', ['192.0.2.110'], {
    annotations: 'metallb.io/allow-shared-ip: dns',
    spec: 'ports: [{port: 53, protocol: TCP}]',
  }),
  service(['team-a', 'dns-udp'], 'public', ['192.0.2.110'], {
    annotations: 'metallb.io/allow-shared-ip: dns',
    spec: 'ports: [{port: 53, protocol: UDP}]',
  }),
  service(['default', 'closed'], 'closed', ['192.0.2.135'], { annotations: 'metallb.io/address-pool: closed' }),
  service(['team-a', 'gold'], 'gold', ['192.0.2.170'], {
    spec: 'externalTrafficPolicy: Local, ports: [{port: 80}]',
  }),
  service(['default', 'routed'], 'routed', ['198.51.100.7'], { annotations: 'metallb.io/address-pool: routed' }),
];
