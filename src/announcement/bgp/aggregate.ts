import type { BGPAdvertisement } from '../../api/bgp-advertisement.ts';
import type { IPAddressPool } from '../../api/ip-address-pool.ts';
import { type Address, parseOrUndefined } from '../../ip/address.ts';
import { bitsOf, type IPFamily } from '../../ip/family.ts';
import type { Prefix } from '../../ip/prefix.ts';
import { type AddressRange, parseRange, rangeContains, rangeOfPrefix } from '../../ip/range.ts';

/** One entry of a pool. */
export interface PoolEntry {
  readonly text: string;
  readonly range: AddressRange;
}

/** The entries of a pool that can be understood. */
export function poolEntries({ spec }: IPAddressPool): readonly PoolEntry[] {
  return spec.addresses.flatMap((text) => {
    const range = parseOrUndefined(text, parseRange);
    return range === undefined ? [] : [{ text, range }];
  });
}

/** The length of the prefixes that an advertisement wants for a family. */
export function aggregationLength({ spec }: BGPAdvertisement, family: IPFamily): number {
  return family === 'IPv4' ? spec.aggregationLength : spec.aggregationLengthV6;
}

/**
 * The prefix that is advertised for an address: of the length asked for where that stays within the entry of the pool
 * that the address is in, else the address alone. So an edit of a pool withdraws nothing that somebody holds, and no
 * traffic is drawn for addresses that are not the pool's.
 */
export function advertisedPrefix(address: Address, length: number, entries: readonly PoolEntry[]): Prefix {
  const host = { address, length: bitsOf(address.family) };
  if (length >= host.length) return host;
  const aggregate = networkOf({ address, length });
  const entry = entries.find(({ range }) => rangeContains(range, address));
  return entry !== undefined && isWithin(aggregate, entry.range) ? aggregate : host;
}

/** Whether the aggregates of all addresses of the entry stay within it. */
export function aggregatesFit({ range }: PoolEntry, length: number): boolean {
  if (length >= bitsOf(range.family)) return true;
  return ends(range).every((address) => isWithin(networkOf({ address, length }), range));
}

/** The prefix without its host bits. */
function networkOf(prefix: Prefix): Prefix {
  const range = rangeOfPrefix(prefix);
  return { address: ends(range)[0], length: prefix.length };
}

function isWithin(prefix: Prefix, range: AddressRange): boolean {
  return ends(rangeOfPrefix(prefix)).every((address) => rangeContains(range, address));
}

function ends(range: AddressRange): readonly [Address, Address] {
  return range.family === 'IPv4'
    ? [
        { family: 'IPv4', value: range.first },
        { family: 'IPv4', value: range.last },
      ]
    : [
        { family: 'IPv6', value: range.first },
        { family: 'IPv6', value: range.last },
      ];
}
