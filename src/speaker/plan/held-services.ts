import type { AnnouncedService, HeldAddress } from '../../announcement/input.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import { isOurs, publishedAddresses } from '../../api/load-balancer.ts';
import { ALLOCATED } from '../../api/reasons/reasons.ts';
import { formatAddress } from '../../ip/address.ts';
import type { PoolOf } from './pools.ts';

/**
 * Finds the Services whose addresses are ours to announce. It remembers which pool each address came from, so that an
 * address in use does not fall silent between the edit of its pool and the controller's record of what is retained.
 */
export class HeldServices {
  readonly #loadBalancerClass: string | undefined;
  #remembered = new Map<string, HeldAddress['pool']>();

  /** @param loadBalancerClass as in `berth --lb-class`; undefined for Services without a class. */
  constructor(loadBalancerClass: string | undefined) {
    this.#loadBalancerClass = loadBalancerClass;
  }

  /** The Services of our class that hold an address which a pool of ours gave, now or before. */
  select(services: Iterable<Service>, poolOf: PoolOf): readonly AnnouncedService[] {
    const before = this.#remembered;
    this.#remembered = new Map();
    return [...services].flatMap((service) => this.#held(service, poolOf, before) ?? []);
  }

  /** The same of one Service, while nothing but that has changed. */
  selectOne(service: Service, poolOf: PoolOf): AnnouncedService | undefined {
    return this.#held(service, poolOf, this.#remembered);
  }

  /** No Service holds the address any more. */
  forget(address: string): void {
    this.#remembered.delete(address);
  }

  #held(
    service: Service,
    poolOf: PoolOf,
    before: ReadonlyMap<string, HeldAddress['pool']>,
  ): AnnouncedService | undefined {
    if (!isOurs(service, this.#loadBalancerClass)) return undefined;
    const allocated = isAllocated(service);
    const addresses: HeldAddress[] = [];
    for (const parsed of publishedAddresses(service)) {
      const address = formatAddress(parsed);
      const pool = poolOf(parsed) ?? before.get(address);
      if (pool === undefined && !allocated) continue;
      this.#remembered.set(address, pool);
      addresses.push({ address, pool });
    }
    return addresses.length > 0 ? { service, addresses } : undefined;
  }
}

function isAllocated({ status }: Service): boolean {
  return status?.conditions?.some((condition) => condition.type === ALLOCATED && condition.status === 'True') ?? false;
}
