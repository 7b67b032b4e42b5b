import type { Random } from '../../sim/random.ts';
import { join } from '../../speaker/bgp/octets.ts';
import {
  attribute,
  capabilities,
  type OpenFields,
  octets,
  type UpdateFields,
  uint32,
  usualCapabilities,
} from './octets.ts';

/** Who we are. */
export const OURS = { asNumber: 64_512, identifier: 0xc000_020b };
/** Who the stranger says it is. */
export const STRANGER = { asNumber: 64_513, identifier: 0xc000_0201 };

/** What is random in a valid message. */
export function anyOctets(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.whole(0, 255));
}

export function anyOpen(random: Random, asNumber = STRANGER.asNumber): OpenFields {
  const { identifier } = STRANGER;
  const holdTime = random.pick([0, 3, 90, 180, 65_535]);
  const unknown = octets(random.whole(128, 199), 3, 1, 2, 3);
  const all = random.shuffle([...usualCapabilities(asNumber), ...(random.chance(0.5) ? [unknown] : [])]);
  const cut = random.whole(0, all.length - 1);
  // One capability a parameter, or several in one (RFC 5492 section 4).
  const parameters = join(capabilities(...all.slice(0, cut)), capabilities(...all.slice(cut)));
  return { version: 4, asNumber, holdTime, identifier, parameters };
}

/** So many prefixes of a family, as NLRI. */
export function anyNlri(bits: 32 | 128, count: number, random: Random): Uint8Array {
  const prefixes = Array.from({ length: count }, () => {
    const length = random.whole(0, bits);
    return join(octets(length), anyOctets(Math.ceil(length / 8), random));
  });
  return join(...prefixes);
}

/** Path attributes as RFC 4271, 1997, 4360, 4456 and 8092 want them, by name. */
export function validAttributes(random: Random, { isInternal }: { readonly isInternal: boolean }) {
  const path = join(octets(2, 2), uint32(STRANGER.asNumber), uint32(random.whole(1, 0xffff)));
  return {
    ORIGIN: attribute(0x40, 1, octets(random.whole(0, 2))),
    AS_PATH: attribute(0x40, 2, path),
    NEXT_HOP: attribute(0x40, 3, octets(192, 0, 2, random.whole(1, 254))),
    MULTI_EXIT_DISC: attribute(0x80, 4, anyOctets(4, random)),
    ...(isInternal ? { LOCAL_PREF: attribute(0x40, 5, anyOctets(4, random)) } : {}),
    ATOMIC_AGGREGATE: attribute(0x40, 6, octets()),
    AGGREGATOR: attribute(0xc0, 7, join(uint32(random.whole(1, 0xffff)), octets(192, 0, 2, 1))),
    COMMUNITIES: attribute(0xc0, 8, anyOctets(4 * random.whole(1, 80), random)),
    EXTENDED_COMMUNITIES: attribute(0xc0, 16, anyOctets(8 * random.whole(1, 4), random)),
    LARGE_COMMUNITY: attribute(0xc0, 32, anyOctets(12 * random.whole(1, 4), random)),
    unknown: attribute(0xe0, random.whole(100, 120), anyOctets(random.whole(0, 300), random)),
  };
}

export type AttributeName = keyof ReturnType<typeof validAttributes>;

/** MP_REACH_NLRI of IPv6 routes with a global next hop (RFC 4760 section 3, RFC 2545 section 3). */
export function reachable(nlri: Uint8Array, nextHop = octets(0x20, 1, 0x0d, 0xb8, ...Array<number>(11).fill(0), 1)) {
  return attribute(0x80, 14, join(octets(0, 2, 1, nextHop.length), nextHop, octets(0), nlri));
}

/** MP_UNREACH_NLRI of IPv6 routes (RFC 4760 section 4). */
export function unreachable(nlri: Uint8Array): Uint8Array {
  return attribute(0x80, 15, join(octets(0, 2, 1), nlri));
}

/** An UPDATE with the mandatory attributes and some others, that announces so many IPv4 routes. */
export function anyUpdate(count: number, random: Random, isInternal = false): UpdateFields {
  const { ORIGIN, AS_PATH, NEXT_HOP, ...others } = validAttributes(random, { isInternal });
  const chosen = Object.values(others).filter(() => random.chance(0.4));
  return {
    withdrawn: anyNlri(32, random.whole(0, 2), random),
    attributes: random.shuffle([ORIGIN, AS_PATH, NEXT_HOP, ...chosen]),
    nlri: anyNlri(32, count, random),
  };
}
