import { findCondition } from '../../api/conditions.ts';
import type { IPAddressPool } from '../../api/ip-address-pool.ts';
import type { ObjectMeta } from '../../api/object.ts';
import { READY } from '../../api/reasons/reasons.ts';
import { type Address, parseAddress, parseOrUndefined } from '../../ip/address.ts';
import { AddressMap } from '../../ip/address-map.ts';
import { type AddressRange, parseRange, rangeContains } from '../../ip/range.ts';

/** The pool that an address comes from, or undefined where no pool is known to have given it. */
export type PoolOf = (address: Address) => Pick<ObjectMeta, 'name' | 'labels'> | undefined;

const compiled = new WeakMap<IPAddressPool, readonly AddressRange[]>();

/**
 * Looks addresses up as the allocator does: in the pool that lists it, then, since an edit takes nothing away, in the one
 * that retains it, then in one that lists it and is not Ready. Of several the first by name counts.
 */
export function poolLookup(pools: readonly IPAddressPool[]): PoolOf {
  const ordered = [...pools].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const open = ordered.filter((pool) => !isAtFault(pool));
  const closed = ordered.filter(isAtFault);
  const retaining = new AddressMap<IPAddressPool>();
  for (const pool of ordered) {
    for (const { address: text } of pool.status?.retained ?? []) {
      const address = parseOrUndefined(text, parseAddress);
      if (address !== undefined && retaining.get(address) === undefined) retaining.set(address, pool);
    }
  }
  const listing = (candidates: readonly IPAddressPool[], address: Address): IPAddressPool | undefined =>
    candidates.find((pool) => rangesOf(pool).some((range) => rangeContains(range, address)));
  return (address) => (listing(open, address) ?? retaining.get(address) ?? listing(closed, address))?.metadata;
}

/** Where two pools overlap, the one at fault is not Ready. A pool that nobody has judged yet is taken to be Ready. */
function isAtFault(pool: IPAddressPool): boolean {
  return findCondition(pool.status?.conditions, READY)?.status === 'False';
}

function rangesOf(pool: IPAddressPool): readonly AddressRange[] {
  const known = compiled.get(pool);
  if (known !== undefined) return known;
  const ranges = pool.spec.addresses.flatMap((text) => parseOrUndefined(text, parseRange) ?? []);
  compiled.set(pool, ranges);
  return ranges;
}
