import { type Address, formatAddress } from '../../../ip/address.ts';
import type { IPFamily } from '../../../ip/family.ts';
import { OctetWriter } from '../message/octet-writer.ts';

/** What the encoding of routes depends on: settled anew by each session. */
export interface RibSession {
  readonly localAs: number;
  /** The peer is in our own AS. */
  readonly internal: boolean;
  /** Both offered 4-octet AS numbers (RFC 6793). */
  readonly fourOctetAs: boolean;
  /** Those that both offered (RFC 4760 section 8). */
  readonly families: readonly IPFamily[];
  /**
   * Of these, those whose routes have somewhere to lead to: one address, or a global and a link-local IPv6 address
   * (RFC 2545 section 3). IPv4 with an IPv6 next hop is for peers with that capability (RFC 8950).
   */
  readonly nextHops: ReadonlyMap<IPFamily, readonly Address[]>;
  /** Longest message that the peer takes: 4096, or 65535 (RFC 8654). */
  readonly maxMessageLength: number;
}

/** The families whose next hops are not the same. */
export function differing(a: RibSession['nextHops'], b: RibSession['nextHops']): readonly IPFamily[] {
  const text = (hops: readonly Address[] = []) => hops.map(formatAddress).join(' ');
  return (['IPv4', 'IPv6'] as const).filter((family) => text(a.get(family)) !== text(b.get(family)));
}

/** IPv4 routes with an IPv4 next hop go in the fields of RFC 4271, all others in those of RFC 4760. */
export function plainNextHop(family: IPFamily, nextHop: readonly Address[]): number | undefined {
  const [first] = nextHop;
  return family === 'IPv4' && first?.family === 'IPv4' ? first.value : undefined;
}

/** Network Address of Next Hop (RFC 4760 section 3). */
export function encodeNextHop(nextHop: readonly Address[]): Uint8Array {
  const writer = new OctetWriter(32);
  for (const address of nextHop) {
    if (address.family === 'IPv4') {
      writer.uint32(address.value);
    } else {
      writer.uint64(address.value >> 64n);
      writer.uint64(address.value);
    }
  }
  return writer.finish();
}
