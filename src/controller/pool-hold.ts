import type { PoolReport } from '../allocator/pool-report.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { publishedAddresses } from '../api/load-balancer.ts';
import { type Address, includesAddress, parseOrUndefined } from '../ip/address.ts';
import { type AddressRange, parseAddressOrRange, rangeContains } from '../ip/range.ts';

/** Whether Services hold addresses of the pool, retained ones included. */
export function isHeld({ assignedIPv4, assignedIPv6, retained }: PoolReport): boolean {
  return assignedIPv4 > 0 || assignedIPv6 > 0 || retained.length > 0;
}

/**
 * Whether the status of a Service still shows an address that the pool may have given and that has been taken from the
 * Service since: as long as that is not written, a restart would find it held.
 *
 * @param services those that are ours.
 * @param heldBy what a Service holds by the latest decision; undefined before there is one.
 */
export function isStillShown(
  pool: IPAddressPool,
  services: Iterable<Service>,
  heldBy: (service: Service) => readonly Address[] | undefined,
): boolean {
  const reach = reachOf(pool);
  for (const service of services) {
    for (const address of publishedAddresses(service)) {
      if (!reach.some((range) => rangeContains(range, address))) continue;
      const held = heldBy(service);
      if (held === undefined || !includesAddress(held, address)) return true;
    }
  }
  return false;
}

/** All that the pool lists, listed when its status was written, and retained then. */
function reachOf({ spec, status }: IPAddressPool): readonly AddressRange[] {
  const retained = (status?.retained ?? []).map(({ address }) => address);
  const texts = [...spec.addresses, ...(status?.addresses ?? []), ...retained];
  return texts.flatMap((text) => parseOrUndefined(text, parseAddressOrRange) ?? []);
}
