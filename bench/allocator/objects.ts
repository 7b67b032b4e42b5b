import { Allocator } from '../../src/allocator/allocator.ts';
import type { IPAddressPool, IPAddressPoolSpec } from '../../src/api/ip-address-pool.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { formatIPv4 } from '../../src/ip/address.ts';
import type { IPFamily } from '../../src/ip/family.ts';

/** 10.0.0.0/8, of which the cases take as much as they need. */
export const FIRST = 10 * 2 ** 24;
/** Addresses in a /14. */
export const SLASH_14 = 2 ** 18;

const CLUSTER_IPS: Readonly<Record<IPFamily, string>> = { IPv4: '10.96.0.10', IPv6: 'fd00::10' };

export function pool(name: string, addresses: string[], spec: Partial<IPAddressPoolSpec> = {}): IPAddressPool {
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'IPAddressPool',
    metadata: { name },
    spec: {
      addresses,
      autoAssign: true,
      avoidBuggyIPs: false,
      reclaimPolicy: 'Retain',
      sharing: 'Namespace',
      disabled: false,
      ...spec,
    },
  };
}

/** What a case says of a Service; everything else is as with most Services. */
export interface ServiceWish {
  readonly namespace?: string;
  readonly families?: readonly IPFamily[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly holds?: string;
}

export function service(name: string, wish: ServiceWish = {}): Service {
  const { namespace = 'default', families = ['IPv4'], labels, annotations, port = 80, holds } = wish;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      namespace,
      name,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      type: 'LoadBalancer',
      clusterIPs: families.map((family) => CLUSTER_IPS[family]),
      ipFamilies: families,
      ipFamilyPolicy: families.length > 1 ? 'RequireDualStack' : 'SingleStack',
      ports: [{ port, protocol: 'TCP' }],
    },
    ...(holds === undefined ? {} : { status: { loadBalancer: { ingress: [{ ip: holds }] } } }),
  };
}

/** The n-th Service that holds an address, the n-th of the range. */
export function holder(index: number): Service {
  return service(`s${index}`, { namespace: 'held', holds: formatIPv4(FIRST + index) });
}

/** Services that hold the first n addresses. */
export function holders(n: number): Service[] {
  return Array.from({ length: n }, (_, index) => holder(index));
}

/** Services that wait for an address. */
export function pending(n: number, wish: (index: number) => ServiceWish = () => ({})): Service[] {
  return Array.from({ length: n }, (_, index) => service(`s${index}`, wish(index)));
}

export function allocatorWith(pools: readonly IPAddressPool[]): Allocator {
  const allocator = new Allocator();
  allocator.configure({ pools });
  allocator.settle();
  return allocator;
}

/** Lets an allocator know of Services that hold addresses, all at once, as after a restart. */
export function claimAll(allocator: Allocator, services: Iterable<Service>): Allocator {
  let count = 0;
  for (const service of services) {
    allocator.put(service);
    count += 1;
  }
  if (allocator.settle().length !== count) throw new Error('bench: not every holder was decided');
  return allocator;
}

/** One Service after the other, each of which must get what it asks for. */
export function admit({ allocator, services }: { allocator: Allocator; services: readonly Service[] }): void {
  for (const service of services) {
    allocator.put(service);
    const [verdict] = allocator.settle();
    if (verdict?.reason !== 'Allocated') throw new Error(`bench: ${verdict?.service}: ${verdict?.message}`);
  }
}
