import { coversPool } from '../announcement/advertisements.ts';
import { aggregationLength, poolEntries } from '../announcement/bgp/aggregate.ts';
import { concerns } from '../announcement/bgp/routes.ts';
import type { BGPAdvertisement } from '../api/bgp-advertisement.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { compareAddresses, formatAddress, parseAddress, parseOrUndefined } from '../ip/address.ts';
import { bitsOf, type IPFamily } from '../ip/family.ts';
import type { Prefix } from '../ip/prefix.ts';
import { prefixesOfRange } from '../ip/range-prefixes.ts';

/** Every prefix within this one that has exactly this length. */
export interface AcceptedPrefix {
  readonly family: IPFamily;
  /** In CIDR notation. */
  readonly within: string;
  /** The length of `within`. */
  readonly withinLength: number;
  /** At least that of `within`. */
  readonly length: number;
}

/** What nodes may advertise to a peer over a session of these families. */
export interface AcceptedInput {
  readonly peer: string;
  readonly families: readonly IPFamily[];
  readonly advertisements: readonly BGPAdvertisement[];
  readonly pools: readonly IPAddressPool[];
}

/**
 * What nodes may advertise: each address of the pools that an advertisement covers by itself, the aggregates that stay
 * within an entry, and the addresses that Services keep though their pool no longer offers them. By address, then length.
 */
export function acceptedPrefixes(input: AcceptedInput): readonly AcceptedPrefix[] {
  const accepted = new Map<string, AcceptedPrefix & { readonly order: Prefix }>();
  const accept = (prefix: Prefix, length: number) => {
    const { family } = prefix.address;
    const within = `${formatAddress(prefix.address)}/${prefix.length}`;
    if (!input.families.includes(family) || length < prefix.length) return;
    accepted.set(`${within} ${length}`, { family, within, withinLength: prefix.length, length, order: prefix });
  };
  for (const { pool, advertisements } of advertisedPools(input)) {
    for (const { range } of poolEntries(pool)) {
      const { family } = range;
      const lengths = advertisements.map((advertisement) => aggregationLength(advertisement, family));
      for (const prefix of prefixesOfRange(range)) {
        for (const length of new Set([...lengths, bitsOf(family)])) accept(prefix, length);
      }
    }
    for (const { address } of pool.status?.retained ?? []) {
      const kept = parseOrUndefined(address, parseAddress);
      if (kept !== undefined) accept({ address: kept, length: bitsOf(kept.family) }, bitsOf(kept.family));
    }
  }
  return [...accepted.values()]
    .sort(
      (a, b) =>
        compareAddresses(a.order.address, b.order.address) || a.withinLength - b.withinLength || a.length - b.length,
    )
    .map(({ order: _order, ...rest }) => rest);
}

/**
 * How many prefixes of a family one node may advertise before something is wrong: twice what the pools hold, so that
 * another pool does not end sessions before the router knows of it; at least 1,000 and at most 1,000,000.
 */
export function mostPrefixes(input: AcceptedInput, family: IPFamily): number {
  const ranges = advertisedPools(input).flatMap(({ pool }) => poolEntries(pool).map(({ range }) => range));
  const total = ranges
    .filter((range) => range.family === family)
    .reduce((sum, { first, last }) => sum + BigInt(last) - BigInt(first) + 1n, 0n);
  return Math.max(LEAST, Number(total > BigInt(MOST) ? MOST : Math.min(MOST, Number(total) * 2)));
}

const LEAST = 1000;
const MOST = 1_000_000;

function advertisedPools({ peer, advertisements, pools }: AcceptedInput) {
  const told = advertisements.filter((advertisement) => concerns(advertisement, { peer }));
  return pools
    .map((pool) => ({ pool, advertisements: told.filter((each) => coversPool(each, pool.metadata)) }))
    .filter((each) => each.advertisements.length > 0);
}
