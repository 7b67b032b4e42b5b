import type { Node } from '../api/kubernetes/node.ts';
import type { Service } from '../api/kubernetes/service.ts';
import type { ServiceCIDR } from '../api/kubernetes/service-cidr.ts';
import type { SpeakerStatus } from '../api/speaker-status.ts';
import { parseAddress } from '../ip/address.ts';
import { bitsOf } from '../ip/family.ts';
import { parsePrefix, rangeOfPrefix } from '../ip/prefix.ts';
import { type AddressRange, formatRange, rangeOfAddress } from '../ip/range.ts';

/** Objects that occupy addresses which no pool may give out. */
export interface Occupants {
  readonly nodes: Iterable<Node>;
  readonly speakers: Iterable<SpeakerStatus>;
  readonly services: Iterable<Service>;
  readonly serviceCIDRs?: Iterable<ServiceCIDR>;
}

/**
 * Addresses never given, whatever a pool says: those of nodes and of their interfaces' gateways, the Service and Pod
 * ranges, and any Service's `externalIPs` and cluster IPs: Kubernetes has said since 1.33 only which the Service ranges
 * are. Text that is no address is passed over: other checks name it.
 *
 * An interface address with a full-length prefix is not taken for the node's own: that is how load balancer addresses
 * themselves are put on an interface, by Berth on `lo` and by kube-proxy's IPVS mode on `kube-ipvs0`.
 */
export function neverGiven({ nodes, speakers, services, serviceCIDRs = [] }: Occupants): readonly AddressRange[] {
  const ranges = new Map<string, AddressRange>();
  const add = (parse: () => AddressRange) => {
    try {
      const range = parse();
      ranges.set(formatRange(range), range);
    } catch {
      return;
    }
  };
  for (const { spec, status } of nodes) {
    for (const { type, address } of status?.addresses ?? []) {
      if (type === 'InternalIP' || type === 'ExternalIP') add(() => rangeOfAddress(parseAddress(address)));
    }
    for (const cidr of spec?.podCIDRs ?? []) add(() => rangeOfPrefix(parsePrefix(cidr)));
  }
  for (const { status } of speakers) {
    for (const { addresses, gateways } of status?.interfaces ?? []) {
      for (const text of addresses) add(() => rangeOfInterfaceAddress(text));
      for (const text of gateways ?? []) add(() => rangeOfAddress(parseAddress(text)));
    }
  }
  let hasServiceRanges = false;
  for (const { spec } of serviceCIDRs) {
    hasServiceRanges = true;
    for (const cidr of spec?.cidrs ?? []) add(() => rangeOfPrefix(parsePrefix(cidr)));
  }
  for (const { spec } of services) {
    for (const text of spec?.externalIPs ?? []) add(() => rangeOfAddress(parseAddress(text)));
    if (hasServiceRanges) continue;
    for (const text of clusterIPsOf(spec)) add(() => rangeOfAddress(parseAddress(text)));
  }
  return [...ranges.keys()].sort().map((key) => ranges.get(key) as AddressRange);
}

function clusterIPsOf(spec: Service['spec']): readonly string[] {
  return spec?.clusterIPs ?? (spec?.clusterIP === undefined ? [] : [spec.clusterIP]);
}

function rangeOfInterfaceAddress(text: string): AddressRange {
  const { address, length } = parsePrefix(text);
  if (length === bitsOf(address.family)) throw new RangeError(`${text} is an address on its own`);
  return rangeOfAddress(address);
}
