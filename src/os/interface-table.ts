import { type Address, compareAddresses, formatAddress } from '../ip/address.ts';
import { decodeDefaultRoute, type Gateway, RTM_DELROUTE, RTM_NEWROUTE } from './netlink/default-route.ts';
import {
  decodeInterfaceAddress,
  IFA_F_PERMANENT,
  type InterfaceAddress,
  isOnProbation,
  RTM_DELADDR,
  RTM_NEWADDR,
} from './netlink/interface-address.ts';
import {
  decodeLink,
  IF_OPER_UNKNOWN,
  IF_OPER_UP,
  IFF_LOOPBACK,
  IFF_LOWER_UP,
  IFF_NOARP,
  IFF_UP,
  type Link,
  RTM_DELLINK,
  RTM_NEWLINK,
} from './netlink/link.ts';
import type { NetlinkMessage } from './netlink/message.ts';
import type { NetworkInterface } from './network-interface.ts';

/**
 * What a change notice did to the table: nothing, a change, or a change after which the default routes must be asked
 * for again. Routes are not followed notice by notice: the kernel tells of none that goes with an interface or an
 * address (IPv4), and a replaced one cannot be told from an added one.
 */
export type Effect = 'none' | 'changed' | 'routes-stale';

/** The answers to three dumps. */
export interface Dumps {
  readonly links: readonly NetlinkMessage[];
  readonly addresses: readonly NetlinkMessage[];
  readonly routes: readonly NetlinkMessage[];
}

/** Interfaces, addresses and gateways, made from the messages of rtnetlink. No I/O. */
export class InterfaceTable {
  readonly #links = new Map<number, Link>();
  readonly #addresses = new Map<string, InterfaceAddress>();
  #gateways: readonly Gateway[] = [];

  /** Forgets everything and starts from dumps. */
  replaceAll({ links, addresses, routes }: Dumps): void {
    this.#links.clear();
    this.#addresses.clear();
    for (const message of [...links, ...addresses]) this.apply(message);
    this.replaceRoutes(routes);
  }

  /** Takes the default routes from a dump. */
  replaceRoutes(routes: readonly NetlinkMessage[]): void {
    this.#gateways = routes.flatMap(({ type, payload }) =>
      type === RTM_NEWROUTE ? (decodeDefaultRoute(payload) ?? []) : [],
    );
  }

  /** Applies one message, from a dump or a multicast group. One that is malformed or of another kind does nothing. */
  apply({ type, payload }: NetlinkMessage): Effect {
    switch (type) {
      case RTM_NEWLINK:
        return this.#setLink(decodeLink(payload));
      case RTM_DELLINK:
        return this.#deleteLink(decodeLink(payload));
      case RTM_NEWADDR:
        return this.#setAddress(decodeInterfaceAddress(payload));
      case RTM_DELADDR:
        return this.#deleteAddress(decodeInterfaceAddress(payload));
      case RTM_NEWROUTE:
      case RTM_DELROUTE:
        return decodeDefaultRoute(payload) === undefined ? 'none' : 'routes-stale';
      default:
        return 'none';
    }
  }

  /** The interfaces, ordered by index. */
  interfaces(): readonly NetworkInterface[] {
    const addresses = byInterface(this.#addresses.values());
    const gateways = byInterface(this.#gateways);
    return [...this.#links.values()]
      .sort((a, b) => a.index - b.index)
      .map((link) => ({
        ...describe(link, addresses.get(link.index) ?? [], gateways.get(link.index) ?? []),
        ...this.#kindOf(link),
      }));
  }

  #kindOf(link: Link): Pick<NetworkInterface, 'kind' | 'vrf'> {
    const vrf = [link, this.#links.get(link.controller)].find((each) => each?.kind === 'vrf');
    return { ...(link.kind !== undefined && { kind: link.kind }), ...(vrf !== undefined && { vrf: vrf.name }) };
  }

  #setLink(link: Link | undefined): Effect {
    if (link === undefined) return 'none';
    const before = this.#links.get(link.index);
    if (before !== undefined && sameLink(before, link)) return 'none';
    this.#links.set(link.index, link);
    return before !== undefined && before.flags & IFF_UP && !(link.flags & IFF_UP) ? 'routes-stale' : 'changed';
  }

  #deleteLink(link: Link | undefined): Effect {
    if (link === undefined || !this.#links.delete(link.index)) return 'none';
    for (const [key, { interfaceIndex }] of this.#addresses) {
      if (interfaceIndex === link.index) this.#addresses.delete(key);
    }
    return 'routes-stale';
  }

  #setAddress(address: InterfaceAddress | undefined): Effect {
    // A known one comes again when its lifetime is renewed, which may be every second for each of many.
    if (address === undefined) return 'none';
    const known = this.#addresses.get(addressKey(address));
    const isExpiring = (each: InterfaceAddress) => hasLifetime(each) && this.#isLoopback(each);
    const isSame =
      known && isOnProbation(known) === isOnProbation(address) && isExpiring(known) === isExpiring(address);
    if (isSame) return 'none';
    this.#addresses.set(addressKey(address), address);
    return 'changed';
  }

  #isLoopback({ interfaceIndex }: InterfaceAddress): boolean {
    return isLoopback(this.#links.get(interfaceIndex));
  }

  #deleteAddress(address: InterfaceAddress | undefined): Effect {
    return address !== undefined && this.#addresses.delete(addressKey(address)) ? 'routes-stale' : 'none';
  }
}

function byInterface<T extends { readonly interfaceIndex: number }>(items: Iterable<T>): ReadonlyMap<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(item.interfaceIndex);
    if (group === undefined) groups.set(item.interfaceIndex, [item]);
    else group.push(item);
  }
  return groups;
}

function addressKey({ interfaceIndex, address, prefixLength }: InterfaceAddress): string {
  return `${interfaceIndex} ${address.family} ${address.value}/${prefixLength}`;
}

function sameLink(a: Link, b: Link): boolean {
  return (
    a.name === b.name &&
    a.mac === b.mac &&
    a.flags === b.flags &&
    a.operState === b.operState &&
    a.controller === b.controller &&
    a.kind === b.kind
  );
}

function describe(link: Link, addresses: readonly InterfaceAddress[], gateways: readonly Gateway[]): NetworkInterface {
  const onProbation = texts(addresses.filter(isOnProbation));
  const expiring = isLoopback(link) ? texts(addresses.filter(hasLifetime)) : [];
  return {
    name: link.name,
    index: link.index,
    mac: link.mac,
    up: isUp(link),
    loopback: isLoopback(link),
    noArp: (link.flags & IFF_NOARP) !== 0,
    master: link.controller !== 0,
    addresses: texts(addresses),
    ...(onProbation.length > 0 && { onProbation }),
    ...(expiring.length > 0 && { expiring }),
    gateways: uniqueAddresses(gateways.map(({ address }) => address)),
  };
}

function isLoopback(link: Link | undefined): boolean {
  return link !== undefined && (link.flags & IFF_LOOPBACK) !== 0;
}

function hasLifetime({ flags }: InterfaceAddress): boolean {
  return (flags & IFA_F_PERMANENT) === 0;
}

function texts(addresses: readonly InterfaceAddress[]): readonly string[] {
  return [...addresses]
    .sort((a, b) => compareAddresses(a.address, b.address) || a.prefixLength - b.prefixLength)
    .map(({ address, prefixLength }) => `${formatAddress(address)}/${prefixLength}`);
}

/** A carrier alone is not enough: a port that waits for 802.1X, or a VLAN on an interface that is down, has one too. */
function isUp({ flags, operState }: Link): boolean {
  if (!(flags & IFF_UP) || !(flags & IFF_LOWER_UP)) return false;
  return operState === IF_OPER_UP || operState === IF_OPER_UNKNOWN;
}

function uniqueAddresses(addresses: readonly Address[]): readonly string[] {
  return [...new Set([...addresses].sort(compareAddresses).map(formatAddress))];
}
