import { type Address, parseOrUndefined } from '../ip/address.ts';
import type { IPFamily } from '../ip/family.ts';
import { familyOfPrefix, parsePrefix } from '../ip/prefix.ts';
import { rangeOfPrefix } from '../ip/range.ts';

/** The known networks that contain an address. Addresses in the same networks share one object. */
export interface Segment {
  readonly family: IPFamily;
  /** Numbers of networks, as {@link Segments.networkOf} gives them. */
  readonly networks: ReadonlySet<number>;
}

type Networks = Map<number | bigint, number>;

/**
 * The networks that interfaces are in. Prefixes of one network, such as 192.0.2.11/24 and 192.0.2.12/24, count once; an
 * address is looked up once per prefix length in use, however many nodes there are.
 */
export class Segments {
  readonly #parsed = new Map<string, number | undefined>();
  readonly #byLength: Record<IPFamily, Map<number, Networks>> = { IPv4: new Map(), IPv6: new Map() };
  readonly #segments = new Map<string, Segment>();
  #count = 0;

  /** The number of the network that an interface's prefix is in; undefined for text that is no prefix. */
  networkOf(prefix: string): number | undefined {
    if (!this.#parsed.has(prefix)) this.#parsed.set(prefix, this.#add(prefix));
    return this.#parsed.get(prefix);
  }

  #add(text: string): number | undefined {
    const prefix = parseOrUndefined(text, parsePrefix);
    if (prefix === undefined) return undefined;
    const lengths = this.#byLength[familyOfPrefix(prefix)];
    const networks: Networks = lengths.get(prefix.length) ?? new Map();
    lengths.set(prefix.length, networks);
    const { first } = rangeOfPrefix(prefix);
    const network = networks.get(first) ?? this.#count++;
    networks.set(first, network);
    return network;
  }

  /** The networks among those asked for so far that contain the address. */
  segmentOf(address: Address): Segment {
    const networks: number[] = [];
    for (const [length, byFirst] of this.#byLength[address.family]) {
      const network = byFirst.get(rangeOfPrefix({ address, length }).first);
      if (network !== undefined) networks.push(network);
    }
    const key = `${address.family} ${networks.join()}`;
    let segment = this.#segments.get(key);
    if (!segment) {
      segment = { family: address.family, networks: new Set(networks) };
      this.#segments.set(key, segment);
    }
    return segment;
  }
}
