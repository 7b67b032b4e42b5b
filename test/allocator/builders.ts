import { ADDRESSES_HELD } from '../../src/api/finalizers.ts';
import type { IPAddressPool, IPAddressPoolSpec } from '../../src/api/ip-address-pool.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import type { IPFamily } from '../../src/ip/family.ts';

/** A moment on the day of the tests: minutes after midnight. */
export function at(minute: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString().replace('.000Z', 'Z');
}

/** What a test says of a pool: its spec, less the addresses, and when it was made or deleted. */
export interface PoolWish extends Partial<Omit<IPAddressPoolSpec, 'addresses'>> {
  /** Minute of its creation; none: a pool without a creation time. */
  readonly created?: number;
  readonly deleting?: boolean;
  /** What its status says that it has retained, as `address service`. */
  readonly retained?: readonly string[];
  /** What its status says that it listed. */
  readonly formerly?: readonly string[];
  /** What its status says of its readiness; none: it has not been reported, but for what the two above say. */
  readonly was?: 'Ready' | 'NotReady';
}

/** A pool of the addresses, in the order given. */
export function pool(name: string, addresses: string | readonly string[], wish: PoolWish = {}): IPAddressPool {
  const { created, deleting, retained, formerly, was, ...spec } = wish;
  const status = {
    ...(retained === undefined ? {} : { retained: retained.map(retainedOf) }),
    ...(formerly === undefined ? {} : { addresses: formerly }),
    ...(was === undefined ? {} : { conditions: [readyCondition(was)] }),
  };
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'IPAddressPool',
    metadata: {
      name,
      ...(created === undefined ? {} : { creationTimestamp: at(created) }),
      // A server would have removed one that nothing holds back.
      ...(deleting ? { deletionTimestamp: at(60), finalizers: [ADDRESSES_HELD] } : {}),
    },
    spec: {
      addresses: [addresses].flat(),
      autoAssign: true,
      avoidBuggyIPs: false,
      reclaimPolicy: 'Retain',
      sharing: 'Namespace',
      disabled: false,
      ...spec,
    },
    ...(Object.keys(status).length === 0 ? {} : { status }),
  };
}

function readyCondition(was: 'Ready' | 'NotReady') {
  const status = was === 'Ready' ? ('True' as const) : ('False' as const);
  return { type: 'Ready', status, reason: was, message: 'a test says so', lastTransitionTime: at(0) };
}

function retainedOf(text: string): { address: string; service: string } {
  const [address = '', service = ''] = text.split(' ');
  return { address, service };
}

/** What a test says of a Service. */
export interface ServiceWish {
  readonly labels?: Readonly<Record<string, string>>;
  /** Minute of its creation; none: a Service without a creation time. */
  readonly created?: number;
  readonly deleting?: boolean;
  /** No type LoadBalancer: it has stopped asking. */
  readonly type?: 'ClusterIP' | 'NodePort';
  readonly class?: string;
  readonly families?: readonly IPFamily[];
  readonly policy?: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';
  readonly clusterIPs?: readonly string[];
  /** `berth.dev/address-pool`. */
  readonly pool?: string;
  /** `berth.dev/loadBalancerIPs`. */
  readonly ips?: string;
  /** `berth.dev/allow-shared-ip`. */
  readonly key?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly loadBalancerIP?: string;
  /** `80`, `TCP/80` or `UDP/53`. */
  readonly ports?: readonly (number | string)[];
  /** `externalTrafficPolicy: Local` for pods with these labels. */
  readonly local?: Readonly<Record<string, string>>;
  readonly externalIPs?: readonly string[];
  /** The addresses in its status. */
  readonly holds?: readonly string[];
  /** Minute since when `berth.dev/Allocated` has been True. */
  readonly since?: number;
  /** The reason of that condition. */
  readonly reason?: string;
}

/** A Service of type LoadBalancer: `web` is in namespace `default`, `shop/web` in another. */
export function service(name: string, wish: ServiceWish = {}): Service {
  const { labels, created, deleting, class: loadBalancerClass, families, policy, holds, since } = wish;
  const { clusterIPs, loadBalancerIP, externalIPs, local } = wish;
  const status = {
    ...(holds === undefined ? {} : { loadBalancer: { ingress: holds.map((ip) => ({ ip })) } }),
    ...(since === undefined
      ? {}
      : {
          conditions: [
            {
              type: 'berth.dev/Allocated',
              status: 'True' as const,
              ...(wish.reason === undefined ? {} : { reason: wish.reason }),
              lastTransitionTime: at(since),
            },
          ],
        }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...nameOf(name),
      annotations: annotationsOf(wish),
      ...(labels === undefined ? {} : { labels }),
      ...(created === undefined ? {} : { creationTimestamp: at(created) }),
      ...(deleting ? { deletionTimestamp: at(60) } : {}),
    },
    spec: {
      type: wish.type ?? 'LoadBalancer',
      ports: (wish.ports ?? []).map(portOf),
      ...(families === undefined ? {} : { ipFamilies: families }),
      ...(policy === undefined ? {} : { ipFamilyPolicy: policy }),
      ...(clusterIPs === undefined ? {} : { clusterIPs }),
      ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
      ...(loadBalancerIP === undefined ? {} : { loadBalancerIP }),
      ...(externalIPs === undefined ? {} : { externalIPs }),
      ...(local === undefined ? {} : { externalTrafficPolicy: 'Local' as const, selector: local }),
    },
    ...(Object.keys(status).length === 0 ? {} : { status }),
  };
}

/** The key of the Service that a test names. */
export function keyFor(name: string): string {
  return name.includes('/') ? name : `default/${name}`;
}

function nameOf(text: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = keyFor(text).split('/');
  return { namespace, name };
}

function annotationsOf(wish: ServiceWish): Record<string, string> {
  return {
    ...(wish.pool === undefined ? {} : { 'berth.dev/address-pool': wish.pool }),
    ...(wish.ips === undefined ? {} : { 'berth.dev/loadBalancerIPs': wish.ips }),
    ...(wish.key === undefined ? {} : { 'berth.dev/allow-shared-ip': wish.key }),
    ...wish.annotations,
  };
}

function portOf(port: number | string): { protocol: 'TCP' | 'UDP'; port: number } {
  const [protocol, number] = typeof port === 'number' ? ['TCP', port] : port.split('/');
  return { protocol: protocol === 'UDP' ? 'UDP' : 'TCP', port: Number(number) };
}

/** Addresses of one family, so that a rule that knows no family is tried with both. */
export interface Net {
  readonly family: IPFamily;
  /** The n-th address, 0 to 9: `192.0.2.n` or `2001:db8::n`. */
  ip(n: number): string;
  /** The addresses from the first to the last. */
  range(first: number, last: number): string;
  /** A Service of this family. */
  service(name: string, wish?: ServiceWish): Service;
}

function net(family: IPFamily): Net {
  const ip = (n: number) => (family === 'IPv4' ? `192.0.2.${n}` : n === 0 ? '2001:db8::' : `2001:db8::${n}`);
  return {
    family,
    ip,
    range: (first, last) => `${ip(first)}-${ip(last)}`,
    service: (name, wish) => service(name, { families: [family], ...wish }),
  };
}

/** One net a family, for `describe.each`. */
export const NETS: readonly Net[] = [net('IPv4'), net('IPv6')];
