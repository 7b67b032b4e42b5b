import { findCondition } from '../api/conditions.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import type { ObjectMeta } from '../api/object.ts';
import { READY } from '../api/reasons.ts';
import { type Address, AddressError, formatAddress } from '../ip/address.ts';
import { type AddressRange, parseRange, rangeContains } from '../ip/range.ts';

/** The pool that an address comes from, or undefined where no pool is known to have given it. */
export type PoolOf = (address: Address) => Pick<ObjectMeta, 'name' | 'labels'> | undefined;

const compiled = new WeakMap<IPAddressPool, readonly AddressRange[]>();

/** Looks addresses up in what the pools offer and, since an edit takes nothing away, in what they retain. */
export function poolLookup(pools: readonly IPAddressPool[]): PoolOf {
  const ordered = [...pools].sort(
    (a, b) => readiness(a) - readiness(b) || (a.metadata.name < b.metadata.name ? -1 : 1),
  );
  const retaining = new Map<string, IPAddressPool>();
  for (const pool of ordered) for (const { address } of pool.status?.retained ?? []) retaining.set(address, pool);
  return (address) => {
    const offering = ordered.find((pool) => rangesOf(pool).some((range) => rangeContains(range, address)));
    return (offering ?? retaining.get(formatAddress(address)))?.metadata;
  };
}

/** Where two pools overlap, the one at fault is not Ready. */
function readiness(pool: IPAddressPool): number {
  return findCondition(pool.status?.conditions, READY)?.status === 'False' ? 1 : 0;
}

function rangesOf(pool: IPAddressPool): readonly AddressRange[] {
  const known = compiled.get(pool);
  if (known !== undefined) return known;
  const ranges = pool.spec.addresses.flatMap((text) => parsedRange(text) ?? []);
  compiled.set(pool, ranges);
  return ranges;
}

/** The pool's own condition reports an entry that cannot be read; the rest of the pool stays in force. */
function parsedRange(text: string): AddressRange | undefined {
  try {
    return parseRange(text);
  } catch (error) {
    if (error instanceof AddressError) return undefined;
    throw error;
  }
}
