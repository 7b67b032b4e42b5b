import type { Address } from '../../../ip/address.ts';
import type { IPFamily } from '../../../ip/family.ts';
import { parsePrefix, prefixContains } from '../../../ip/prefix.ts';
import type { NegotiatedSession } from '../session-state/negotiation.ts';
import type { InterfaceAddresses, LocalInterface } from './session-transport.ts';

/** fe80::/10 (RFC 4291 section 2.4). */
const LINK_LOCAL = parsePrefix('fe80::/10');
/** RFC 1122 section 3.2.1.3 and RFC 4291 section 2.5.3. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'].map(parsePrefix);

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

/** Where a peer is to send what it routes by us, by family. */
export type NextHops = ReadonlyMap<IPFamily, readonly Address[]>;

/** The interface that a session runs over; undefined where none has its address. */
export function interfaceOf(
  { local, interface: link }: SessionEnds,
  interfaces: readonly InterfaceAddresses[],
): InterfaceAddresses | undefined {
  return interfaces.find(({ name, prefixes }) =>
    link === undefined ? prefixes.some(({ address }) => equal(address, local)) : name === link,
  );
}

/** Our end may be away for a moment, as when an interface is configured anew: TCP waits, and so do the other addresses there. */
function interfaceWith(
  addresses: readonly Address[],
  interfaces: readonly InterfaceAddresses[],
): InterfaceAddresses | undefined {
  // The same link-local address may be on several.
  const known = addresses.filter((each) => !isLinkLocal(each));
  return interfaces.find(({ prefixes }) => prefixes.some(({ address }) => known.some((each) => equal(each, address))));
}

/**
 * The next hops for each family of the session: our end of it, and for the other family an address of the same
 * interface. A family without one is left out.
 *
 * @param present those that the session has: an address stays as long as the interface has it
 */
export function nextHopsOf(
  { families, extendedNextHop }: Pick<NegotiatedSession, 'families' | 'extendedNextHop'>,
  ends: SessionEnds,
  interfaces: readonly InterfaceAddresses[],
  present: NextHops = new Map(),
): NextHops {
  const { local, remote } = ends;
  const before = [...present.values()].flat();
  const link = interfaceOf(ends, interfaces) ?? interfaceWith(before, interfaces);
  const prefixes = link?.prefixes ?? [];
  const first = (wanted: (address: Address) => boolean) => {
    const usable = prefixes.map(({ address }) => address).filter(wanted);
    return usable.find((each) => before.some((hop) => equal(hop, each))) ?? usable[0];
  };
  const global = (family: IPFamily) =>
    first((each) => each.family === family && !isLinkLocal(each) && !isLoopback(each));
  const shared = prefixes.some((prefix) => prefixContains(prefix, remote));
  const ipv6 = (): readonly Address[] => {
    const own = local.family === 'IPv6' && !isLinkLocal(local) ? local : global('IPv6');
    if (isLinkLocal(local)) return own === undefined ? [local] : [own, local];
    // RFC 2545 section 3: the link-local address goes along where the peer is on the same link, and only there.
    const linkLocal = shared && local.family === 'IPv6' ? first(isLinkLocal) : undefined;
    return own === undefined ? [] : [own, ...(linkLocal === undefined ? [] : [linkLocal])];
  };
  const nextHops = new Map<IPFamily, readonly Address[]>();
  for (const family of families) {
    const ipv4 = local.family === 'IPv4' ? local : global('IPv4');
    const own = ipv4 === undefined ? [] : [ipv4];
    const hops = family === 'IPv6' || (extendedNextHop && local.family === 'IPv6') ? ipv6() : own;
    if (hops.length > 0) nextHops.set(family, hops);
  }
  return nextHops;
}

export function isLinkLocal(address: Address): boolean {
  return prefixContains(LINK_LOCAL, address);
}

/** Addresses that mean whoever reads them: an address of ours may stand beside them. */
function isLoopback(address: Address): boolean {
  return LOOPBACK.some((prefix) => prefixContains(prefix, address));
}

function equal(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}
