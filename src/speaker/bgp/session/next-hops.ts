import type { Address } from '../../../ip/address.ts';
import type { IPFamily } from '../../../ip/family.ts';
import { parsePrefix, prefixContains } from '../../../ip/prefix.ts';
import type { NegotiatedSession } from '../session-state/negotiation.ts';
import type { InterfaceAddresses, LocalInterface } from './session-transport.ts';

/** fe80::/10 (RFC 4291 section 2.4). */
const LINK_LOCAL = parsePrefix('fe80::/10');

/** Reads the addresses of interfaces; text that is none is passed over. */
export function readInterfaces(interfaces: readonly LocalInterface[]): readonly InterfaceAddresses[] {
  return interfaces.map(({ name, index, addresses, vrf }) => ({
    name,
    index,
    vrf,
    prefixes: addresses.flatMap((text) => {
      try {
        return [parsePrefix(text)];
      } catch {
        return [];
      }
    }),
  }));
}

/** Both ends of a session. */
export interface SessionEnds {
  readonly local: Address;
  readonly remote: Address;
  /** Of a peer by link-local address. */
  readonly interface?: string | undefined;
}

/**
 * Where a peer is to send what it routes by us, for each family of the session: our end of it, and for the other family
 * an address of the same interface. A family without one is left out.
 */
export function nextHopsOf(
  { families, extendedNextHop }: Pick<NegotiatedSession, 'families' | 'extendedNextHop'>,
  { local, remote, interface: link }: SessionEnds,
  interfaces: readonly InterfaceAddresses[],
): ReadonlyMap<IPFamily, readonly Address[]> {
  const on = interfaces.find(({ name, prefixes }) =>
    link === undefined ? prefixes.some(({ address }) => equal(address, local)) : name === link,
  );
  const prefixes = on?.prefixes ?? [];
  const first = (family: IPFamily) =>
    prefixes.map(({ address }) => address).find((each) => each.family === family && !isLinkLocal(each));
  const linkLocal = prefixes.map(({ address }) => address).find(isLinkLocal);
  const shared = prefixes.some((prefix) => prefixContains(prefix, remote));
  const ipv6 = (): readonly Address[] => {
    const global = local.family === 'IPv6' && !isLinkLocal(local) ? local : first('IPv6');
    if (isLinkLocal(local)) return global === undefined ? [local] : [global, local];
    // RFC 2545 section 3: the link-local address goes along where the peer is on the same link, and only there.
    const both = global !== undefined && linkLocal !== undefined && shared && local.family === 'IPv6';
    if (both) return [global, linkLocal];
    return global === undefined ? [] : [global];
  };
  const nextHops = new Map<IPFamily, readonly Address[]>();
  for (const family of families) {
    const ipv4 = local.family === 'IPv4' ? local : first('IPv4');
    const own = ipv4 === undefined ? [] : [ipv4];
    const hops = family === 'IPv6' || (extendedNextHop && local.family === 'IPv6') ? ipv6() : own;
    if (hops.length > 0) nextHops.set(family, hops);
  }
  return nextHops;
}

export function isLinkLocal(address: Address): boolean {
  return prefixContains(LINK_LOCAL, address);
}

function equal(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}
