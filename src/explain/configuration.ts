import type { Allocator } from '../allocator/allocator.ts';
import { neverGiven } from '../allocator/never-given.ts';
import type { PoolConfiguration } from '../allocator/pool-table.ts';
import type { AnnouncedService } from '../announcement/input.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { keyOf, keyText } from '../api/object.ts';
import { compareAddresses, formatAddress } from '../ip/address.ts';
import type { AddressRange } from '../ip/range.ts';
import type { ObjectsByKind } from './objects-by-kind.ts';

/**
 * What an allocator is configured with for these objects, as the controller does it.
 *
 * @param reserved what is never given besides what the objects tell
 */
export function configurationOf(
  objects: ObjectsByKind,
  pools: readonly IPAddressPool[],
  reserved: readonly AddressRange[] = [],
): PoolConfiguration {
  const namespaceLabels = new Map(
    objects.namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}] as const),
  );
  return { pools, neverGiven: [...neverGiven(objects), ...reserved], namespaceLabels };
}

/** The Services that hold addresses by the verdicts of an allocator that has settled. */
export function announcedServices(
  { services }: ObjectsByKind,
  pools: readonly IPAddressPool[],
  allocator: Allocator,
): readonly AnnouncedService[] {
  const poolsByName = new Map(pools.map(({ metadata }) => [metadata.name, metadata]));
  return services.flatMap((service) => {
    const verdict = allocator.verdictOf(keyText(keyOf(service)));
    if (verdict === undefined || verdict.addresses.length === 0) return [];
    const pool = verdict.pool === null ? undefined : poolsByName.get(verdict.pool);
    const addresses = [...verdict.addresses].sort(compareAddresses).map((address) => ({
      address: formatAddress(address),
      ...(pool === undefined ? {} : { pool }),
    }));
    return [{ service, addresses }];
  });
}
