import type { Node } from '../api/kubernetes/node.ts';
import type { Service } from '../api/kubernetes/service.ts';
import type { ServiceCIDR } from '../api/kubernetes/service-cidr.ts';
import type { SpeakerStatus } from '../api/speaker-status.ts';
import { type Address, parseAddress } from '../ip/address.ts';
import { bitsOf } from '../ip/family.ts';
import { parsePrefix } from '../ip/prefix.ts';
import {
  type AddressRange,
  formatRange,
  parseRange,
  rangeContains,
  rangeOfAddress,
  rangeOfPrefix,
} from '../ip/range.ts';

/** Objects that occupy addresses which no pool may give out. */
export interface Occupants {
  readonly nodes: Iterable<Node>;
  readonly speakers: Iterable<SpeakerStatus>;
  readonly services: Iterable<Service>;
  readonly serviceCIDRs?: Iterable<ServiceCIDR>;
}

/** Addresses that mean something of their own in every network. */
export interface SpecialPurpose {
  readonly range: AddressRange;
  /** What they are, and where that is said. */
  readonly what: string;
}

const SPECIAL_PURPOSES: readonly SpecialPurpose[] = [
  { range: parseRange('0.0.0.0/32'), what: 'the unspecified address (RFC 1122, section 3.2.1.3)' },
  { range: parseRange('127.0.0.0/8'), what: 'loopback addresses (RFC 1122, section 3.2.1.3)' },
  { range: parseRange('169.254.0.0/16'), what: 'link-local addresses (RFC 3927)' },
  { range: parseRange('224.0.0.0/4'), what: 'multicast addresses (RFC 5771)' },
  { range: parseRange('255.255.255.255/32'), what: 'the limited broadcast address (RFC 919, section 7)' },
  { range: parseRange('::/128'), what: 'the unspecified address (RFC 4291, section 2.5.2)' },
  { range: parseRange('::1/128'), what: 'the loopback address (RFC 4291, section 2.5.3)' },
  { range: parseRange('fe80::/10'), what: 'link-local addresses (RFC 4291, section 2.5.6)' },
  { range: parseRange('ff00::/8'), what: 'multicast addresses (RFC 4291, section 2.7)' },
];

/** What an address that no network routes to one machine is for; undefined for any other. */
export function specialPurposeOf(address: Address): SpecialPurpose | undefined {
  return SPECIAL_PURPOSES.find(({ range }) => rangeContains(range, address));
}

/** Addresses never given, whatever a pool says: those of special purpose and those that are {@link occupied}. */
export function neverGiven(occupants: Occupants): readonly AddressRange[] {
  return [...SPECIAL_PURPOSES.map(({ range }) => range), ...occupied(occupants)];
}

/**
 * Addresses that objects occupy: those of nodes and of their interfaces' gateways, the Service and Pod
 * ranges, and any Service's `externalIPs` and cluster IPs: Kubernetes has said since 1.33 only which the Service ranges
 * are. Text that is no address is passed over: other checks name it.
 *
 * An interface address with a full-length prefix is not taken for the node's own: that is how load balancer addresses
 * themselves are put on an interface, by Berth on `lo` and by kube-proxy's IPVS mode on `kube-ipvs0`.
 */
export function occupied({ nodes, speakers, services, serviceCIDRs = [] }: Occupants): readonly AddressRange[] {
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
