/** Interfaces that other software makes on a node for traffic inside it or between nodes. */
interface ReservedName {
  /** Matches the whole name. */
  readonly name: RegExp;
  /** Who makes such interfaces, for messages. */
  readonly origin: string;
}

const RESERVED_NAMES: readonly ReservedName[] = [
  { name: /^lo$/, origin: 'the loopback interface' },
  { name: /^dummy\d*$/, origin: 'a dummy interface, which leads nowhere' },
  { name: /^(tun|tunl|sit|gre|gretap|erspan|ip6tnl|ip6gre|ip_vti|ip6_vti|ppp|wg)\d+$/, origin: 'a tunnel' },
  { name: /^veth.*$/, origin: 'the host end of a container' },
  { name: /^(docker\d*|docker_gwbridge|br-[0-9a-f]{12})$/, origin: 'a network of Docker' },
  { name: /^podman\d*$/, origin: 'a network of Podman' },
  { name: /^nerdctl\d*$/, origin: 'a network of nerdctl' },
  { name: /^(lxc|lxd|incus)br.*$/, origin: 'a network of LXC, LXD or Incus' },
  { name: /^(virbr|vnet).*$/, origin: 'a network of libvirt' },
  { name: /^cbr\d+$/, origin: 'the bridge of kubenet' },
  { name: /^cni.*$/, origin: 'the bridge of a CNI plug-in' },
  { name: /^(cali.*|vxlan(-v6)?\.calico|wireguard\.cali|wg-v6\.cali|bpfin\.cali|bpfout\.cali)$/, origin: 'Calico' },
  { name: /^(cilium.*|lxc.*)$/, origin: 'Cilium' },
  { name: /^flannel.*$/, origin: 'Flannel' },
  { name: /^antrea-.*$/, origin: 'Antrea' },
  { name: /^(weave|vethwe.*|datapath)$/, origin: 'Weave Net' },
  { name: /^(kube-bridge|kube-dummy-if|kube-tunnel-.*)$/, origin: 'kube-router' },
  { name: /^(ovs-system|br-int|ovn-k8s-mp\d+|ovn0|genev_sys_.*|vxlan_sys_.*)$/, origin: 'Open vSwitch or OVN' },
  { name: /^kube-ipvs\d*$/, origin: 'kube-proxy in mode ipvs' },
  { name: /^nodelocaldns$/, origin: 'NodeLocal DNSCache' },
];

/**
 * Who makes interfaces of this name, for names that no network outside the node is behind; undefined for all others.
 * A reserved interface announces only where an advertisement names it.
 */
export function reservedFor(interfaceName: string): string | undefined {
  return RESERVED_NAMES.find(({ name }) => name.test(interfaceName))?.origin;
}
