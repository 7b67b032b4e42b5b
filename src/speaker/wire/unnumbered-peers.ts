import { type Address, formatAddress } from '../../ip/address.ts';
import { isMac } from '../arp/mac-address.ts';
import { isLinkLocal, readInterfaces } from '../bgp/session/next-hops.ts';
import type { SessionError } from '../bgp/session/session-error.ts';
import type { AddressedPeer, AssignedInterface, AssignedPeer, SessionReport } from './bgp-messages.ts';
import { RouterLink, type RouterLinkSurroundings, type RouterLinkTarget } from './router-link.ts';

/** Why a peer has no address. */
type Obstacle = Pick<SessionError, 'cause' | 'text'>;

/** Peers as they can have sessions, and those that cannot yet. */
export interface ResolvedPeers {
  readonly peers: readonly AddressedPeer[];
  readonly waiting: readonly SessionReport[];
}

/** The peers without an address: each is who advertises itself on its interface. */
export class UnnumberedPeers {
  readonly #surroundings: RouterLinkSurroundings;
  /** By the name of the interface. */
  readonly #links = new Map<string, RouterLink>();
  /** Why an interface has no link. */
  readonly #obstacles = new Map<string, Obstacle>();
  #waiting: readonly SessionReport[] = [];

  constructor(surroundings: RouterLinkSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Takes part on the interfaces that have such a peer. */
  align(peers: readonly AssignedPeer[], interfaces: readonly AssignedInterface[]): void {
    const wanted = new Set(
      peers.flatMap(({ address, interface: link }) => (address === undefined ? [link ?? ''] : [])),
    );
    this.#obstacles.clear();
    const targets = new Map<string, RouterLinkTarget>();
    for (const name of wanted) {
      const found = targetOf(name, interfaces);
      if ('cause' in found) this.#obstacles.set(name, found);
      else targets.set(name, found);
    }
    for (const [name, link] of this.#links) {
      const target = targets.get(name);
      if (target !== undefined && link.isAt(target)) continue;
      link.close();
      this.#links.delete(name);
    }
    for (const [name, target] of targets) {
      if (this.#links.has(name)) continue;
      const link = new RouterLink(target, this.#surroundings);
      this.#links.set(name, link);
      link.open();
    }
  }

  /** Tries again what could not be opened. */
  open(): void {
    for (const link of this.#links.values()) link.open();
  }

  stop(): void {
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }

  /**
   * Gives each peer its address. @param inUse the address that the Established session of a peer leads to: it stays,
   * whoever is heard meanwhile
   */
  resolve(assigned: readonly AssignedPeer[], inUse: (peer: string) => Address | undefined): ResolvedPeers {
    const peers: AddressedPeer[] = [];
    const waiting: SessionReport[] = [];
    for (const peer of assigned) {
      const { address, interface: link = '' } = peer;
      const found = address ?? this.#find(link, inUse(peer.peer));
      if (typeof found === 'string') peers.push({ ...peer, address: found });
      else waiting.push(this.#waitingFor(peer.peer, found));
    }
    this.#waiting = waiting;
    return { peers, waiting };
  }

  #find(name: string, inUse: Address | undefined): string | Obstacle {
    if (inUse !== undefined) return formatAddress(inUse);
    const link = this.#links.get(name);
    if (link === undefined)
      return this.#obstacles.get(name) ?? { cause: 'InterfaceDown', text: `no interface ${name}` };
    const [first, ...others] = link.routers.map((value) => formatAddress({ family: 'IPv6', value }));
    if (first === undefined) {
      const why = link.fault === '' ? '' : ` (${link.fault})`;
      const text = `no router advertisement was heard on ${name}${why}: nobody tells where the peer is`;
      return { cause: 'NoNeighbour', text };
    }
    if (others.length === 0) return first;
    const text = `${others.length + 1} routers advertise themselves on ${name}: ${[first, ...others].join(', ')}`;
    return { cause: 'SeveralNeighbours', text };
  }

  #waitingFor(peer: string, { cause, text }: Obstacle): SessionReport {
    const known = this.#waiting.find((each) => each.peer === peer);
    if (known?.lastError?.text === text) return known;
    const at = this.#surroundings.ports.clock.wall();
    return {
      peer,
      address: '',
      state: 'Idle',
      since: known?.since ?? at,
      advertised: 0,
      received: 0,
      lastError: { code: 0, subcode: 0, cause, text, at },
    };
  }
}

function targetOf(name: string, interfaces: readonly AssignedInterface[]): RouterLinkTarget | Obstacle {
  const link = interfaces.find((each) => each.name === name);
  const obstacle = (text: string): Obstacle => ({ cause: 'InterfaceDown', text });
  if (link === undefined) return obstacle(`the node has no interface ${name}`);
  if (!link.up) return obstacle(`interface ${name} is down or has no carrier`);
  if (!isMac(link.mac)) return obstacle(`interface ${name} has no MAC address of Ethernet, and no other is supported`);
  const [read] = readInterfaces([link]);
  const own = read?.prefixes.find(({ address }) => isLinkLocal(address))?.address;
  if (own?.family !== 'IPv6') {
    return obstacle(`interface ${name} has no IPv6 link-local address: net.ipv6.conf.${name}.disable_ipv6 must be 0`);
  }
  return { name, index: link.index, mac: link.mac, address: own.value };
}
