import type { PoolReason } from '../api/reasons/reasons.ts';
import { type Address, compareAddresses, formatAddress } from '../ip/address.ts';
import { AddressSet } from '../ip/address-set.ts';
import type { IPFamily } from '../ip/family.ts';
import type { PoolFault } from './pool.ts';
import type { PoolTable } from './pool-table.ts';

/** What `IPAddressPool.status` says, apart from times. */
export interface PoolReport {
  readonly name: string;
  readonly ready: boolean;
  readonly reason: PoolReason;
  readonly message: string;
  readonly totalIPv4: number;
  readonly assignedIPv4: number;
  readonly availableIPv4: number;
  readonly totalIPv6: number;
  readonly assignedIPv6: number;
  readonly availableIPv6: number;
  /** Addresses that the pool no longer offers and that their holders keep, IPv4 before IPv6. */
  readonly retained: readonly { readonly address: string; readonly service: string }[];
}

/** A held address that its pool no longer offers. */
export interface RetainedAddress {
  readonly address: Address;
  readonly service: string;
  readonly origin: string | undefined;
}

/**
 * Reports every pool, ordered by name. Reserved, avoided and retained addresses count in no counter, whichever pool has
 * retained them; what a Service of another class publishes counts as assigned.
 */
export function reportPools(table: PoolTable, retained: readonly RetainedAddress[]): readonly PoolReport[] {
  const names = [...table.byName.keys()].sort();
  return names.map((name) =>
    reportPool(
      name,
      table,
      retained.filter(({ origin }) => origin === name),
      retained,
    ),
  );
}

function reportPool(
  name: string,
  table: PoolTable,
  retained: readonly RetainedAddress[],
  retainedAnywhere: readonly RetainedAddress[],
): PoolReport {
  const fault = table.faults.get(name) ?? null;
  const pool = table.byName.get(name);
  const gone = new AddressSet();
  for (const { address } of retainedAnywhere) if (pool?.offered.has(address)) gone.addAddress(address);
  const counters = (family: IPFamily) => {
    if (pool === undefined || fault !== null) return { total: 0, assigned: 0, available: 0 };
    const total = pool.offered.count(family) - gone.count(family);
    const available = pool.free.count(family);
    return { total: capped(total), assigned: capped(total - available), available: capped(available) };
  };
  const ipv4 = counters('IPv4');
  const ipv6 = counters('IPv6');
  return {
    name,
    ready: fault === null,
    reason: fault?.reason ?? 'Ready',
    message: fault === null ? 'gives out addresses' : messageOf(fault, retained),
    totalIPv4: ipv4.total,
    assignedIPv4: ipv4.assigned,
    availableIPv4: ipv4.available,
    totalIPv6: ipv6.total,
    assignedIPv6: ipv6.assigned,
    availableIPv6: ipv6.available,
    retained: [...retained]
      .sort((a, b) => compareAddresses(a.address, b.address))
      .map(({ address, service }) => ({ address: formatAddress(address), service })),
  };
}

/** A pool that is being deleted says for whom it waits. */
function messageOf(fault: PoolFault, retained: readonly RetainedAddress[]): string {
  const holders = [...new Set(retained.map(({ service }) => service))];
  if (fault.reason !== 'Deleting' || holders.length === 0) return fault.message;
  const more = holders.length > SHOWN ? ` and ${holders.length - SHOWN} more` : '';
  return `${fault.message}; waits for ${holders.slice(0, SHOWN).join(', ')}${more}`;
}

/** A condition's message is read in one line of a terminal; `status.retained` lists all. */
const SHOWN = 5;

/** Counters stop at the largest integer that JSON numbers carry exactly, which stands for that many or more. */
function capped(count: bigint): number {
  return count > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(count);
}
