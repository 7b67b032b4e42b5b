import { findCondition } from '../../api/conditions.ts';
import type { IPAddressPool } from '../../api/ip-address-pool.ts';
import { ageText } from '../age.ts';
import { countText } from '../count.ts';
import type { Resource } from './resource.ts';
import { RESOURCE_NAMES } from './resource-names.ts';

/** `get pools`: what each pool has left, and why one gives out nothing. */
export const POOLS: Resource<IPAddressPool> = {
  names: RESOURCE_NAMES.pools,
  reads: ['pools'],
  scope: 'Cluster',
  rows: (view) => view.pools,
  nameOf: (pool) => pool.metadata.name,
  keyOf: (pool) => pool.metadata.name,
  namespaceOf: () => undefined,
  state: (pool) => pool,
  item: (pool) => pool,
  columns: (now) => [
    { header: 'NAME', cell: (pool) => pool.metadata.name },
    { header: 'READY', cell: (pool) => ready(pool)?.status ?? 'Unknown' },
    { header: 'REASON', cell: (pool) => ready(pool)?.reason },
    { header: 'ASSIGNED-IPV4', cell: (pool) => count(pool.status?.assignedIPv4) },
    { header: 'AVAILABLE-IPV4', cell: (pool) => count(pool.status?.availableIPv4) },
    { header: 'ASSIGNED-IPV6', cell: (pool) => count(pool.status?.assignedIPv6) },
    { header: 'AVAILABLE-IPV6', cell: (pool) => count(pool.status?.availableIPv6) },
    { header: 'AGE', cell: (pool) => ageText(pool.metadata.creationTimestamp, now()) },
    { header: 'ADDRESSES', wide: true, cell: (pool) => pool.spec.addresses.join(',') },
    { header: 'RETAINED', wide: true, cell: (pool) => pool.status?.retained?.length ?? 0 },
    { header: 'MESSAGE', wide: true, cell: (pool) => ready(pool)?.message },
  ],
};

function ready(pool: IPAddressPool) {
  return findCondition(pool.status?.conditions, 'Ready');
}

function count(value: number | undefined): string | undefined {
  return value === undefined ? undefined : countText(value);
}
