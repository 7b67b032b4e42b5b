import { type Address, compareAddresses, includesAddress, parseAddress, parseOrUndefined } from '../ip/address.ts';
import type { Service } from './kubernetes/service.ts';

/**
 * Whether the Service is one for us: of type LoadBalancer, and of the load balancer class that we serve.
 *
 * @param loadBalancerClass undefined for those without a class.
 */
export function isOurs(service: Service, loadBalancerClass?: string): boolean {
  return service.spec?.type === 'LoadBalancer' && service.spec.loadBalancerClass === loadBalancerClass;
}

/** The addresses in `status.loadBalancer.ingress`, each once, IPv4 before IPv6; entries with only a name are passed over. */
export function publishedAddresses(service: Service): readonly Address[] {
  const ingress = service.status?.loadBalancer?.ingress;
  if (ingress === undefined || ingress.length === 0) return NONE;
  const addresses: Address[] = [];
  for (const { ip } of ingress) {
    const address = ip === undefined ? undefined : parseOrUndefined(ip, parseAddress);
    const isNew = address !== undefined && !includesAddress(addresses, address);
    if (isNew) addresses.push(address);
  }
  return addresses.length > 1 ? addresses.sort(compareAddresses) : addresses;
}

const NONE: readonly Address[] = [];
