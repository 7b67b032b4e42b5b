import { type Address, parseAddress } from '../../ip/address.ts';
import type { Datagram } from '../../os/udp-socket.ts';
import { BFD_STATES, type BfdState, decodeBfd, encodeBfd } from '../bfd/packet.ts';
import type { BfdTransition } from '../bfd/session.ts';
import { type BfdOutput, type BfdPeer, BfdSessions, NO_LINK, peerKey } from '../bfd/session-set.ts';
import { BfdSockets } from './bfd-sockets.ts';
import type { BfdCounters, BfdDrop, WatchedPeer } from './messages.ts';
import type { WirePorts } from './ports.ts';

/** What becomes of a session. `Late`: it is about to fall. */
export type BfdNews = BfdTransition | 'Late';

/** RFC 5881 section 5, RFC 5082: sent so, a packet that arrives with less came through a router. */
const HOP_LIMIT = 255;
/** What BFDProfile has where it says nothing: one router between. */
const MINIMUM_TTL = 254;

/** The sessions with the peers that are watched, on real sockets and the clock. */
export class WireBfd {
  readonly #ports: WirePorts;
  readonly #sessions: BfdSessions;
  readonly #sockets: BfdSockets;
  readonly #onNews: (peer: WatchedPeer, news: BfdNews) => void;
  #watched: ReadonlyMap<string, WatchedPeer> = new Map();
  #peers: readonly BfdPeer[] = [];
  #received = 0;
  #sent = 0;
  readonly #dropped = new Map<BfdDrop, number>();
  #cancelTimer: (() => void) | undefined;

  constructor(ports: WirePorts, onNews: (peer: WatchedPeer, news: BfdNews) => void) {
    this.#ports = ports;
    this.#onNews = onNews;
    this.#sessions = new BfdSessions(() => ports.random());
    this.#sockets = new BfdSockets(ports, (datagram, at) => this.#receive(datagram, at));
  }

  /** Makes these the peers. @throws AddressError for malformed addresses. */
  assign(watched: readonly WatchedPeer[]): void {
    const pairs = watched.map((each) => [each, peerOf(each)] as const);
    const outputs = this.#sessions.assign(
      pairs.map(([, peer]) => peer),
      this.#now(),
    );
    // Those that go are told by the sockets that they have, before these close.
    this.#carryOut(outputs);
    this.#watched = new Map(pairs.map(([each, peer]) => [peerKey(peer), each]));
    this.#peers = pairs.map(([, peer]) => peer);
    this.#sockets.align(
      pairs.map(([{ interface: link, vrf }, peer]) => {
        return { key: peerKey(peer), interface: link, vrf, local: peer.local };
      }),
    );
    this.#arm();
  }

  /** Opens sockets that could not be opened before. */
  openSockets(): void {
    this.#sockets.open();
  }

  /** Tells every peer that its session ends on purpose, and closes the sockets. */
  stop(): void {
    this.#cancelTimer?.();
    this.assign([]);
  }

  /** Sessions by state, and totals since the start. */
  counters(): BfdCounters {
    const sessions: Record<BfdState, number> = { AdminDown: 0, Down: 0, Init: 0, Up: 0 };
    for (const peer of this.#peers) {
      const state = this.#sessions.session(peer)?.state;
      for (const each of BFD_STATES) if (each === state) sessions[each] += 1;
    }
    return { sessions, received: this.#received, sent: this.#sent, dropped: Object.fromEntries(this.#dropped) };
  }

  #receive({ payload, source, hopLimit, ...datagram }: Datagram, at: Pick<WatchedPeer, 'interface' | 'vrf'>): void {
    this.#received += 1;
    const isMultihop = at.interface === undefined;
    const interfaceIndex = isMultihop ? placeIndex(at) : datagram.interfaceIndex;
    if (hopLimit < (isMultihop ? this.#minimumTtl(interfaceIndex, source) : HOP_LIMIT)) {
      this.#drop('HopLimit');
      return;
    }
    const decoded = decodeBfd(payload);
    if (!decoded.ok) {
      this.#drop(decoded.drop);
      return;
    }
    const output = this.#sessions.receive(decoded.packet, { interfaceIndex, source }, this.#now());
    if (typeof output === 'string') {
      this.#drop(output);
      return;
    }
    this.#carryOut([output]);
    this.#arm();
  }

  /** RFC 5883 section 5 leaves it to configuration from how far away a packet may come. */
  #minimumTtl(interfaceIndex: number, remote: Address): number {
    return this.#watched.get(peerKey({ interfaceIndex, remote }))?.minimumTtl ?? MINIMUM_TTL;
  }

  #drop(drop: BfdDrop): void {
    this.#dropped.set(drop, (this.#dropped.get(drop) ?? 0) + 1);
  }

  /** A thread that is late has packets in its queues that came in time: they are read before anybody is given up. */
  #wake(): void {
    this.#sockets.drain();
    this.#carryOut(this.#sessions.take(this.#now()));
    this.#arm();
  }

  #carryOut(outputs: readonly BfdOutput[]): void {
    for (const { peer, reaction } of outputs) {
      const key = peerKey(peer);
      for (const packet of reaction.packets) {
        if (this.#sockets.send(key, encodeBfd(packet), peer.remote)) this.#sent += 1;
      }
      const watched = this.#watched.get(key);
      const news = reaction.transition ?? (reaction.isLate ? 'Late' : undefined);
      if (news !== undefined && watched !== undefined) this.#onNews(watched, news);
    }
  }

  #arm(): void {
    this.#cancelTimer?.();
    const next = this.#sessions.next();
    this.#cancelTimer =
      next === undefined ? undefined : this.#ports.clock.after(next - this.#now(), () => this.#wake());
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}

function peerOf({ local, remote, ...watched }: WatchedPeer): BfdPeer {
  const { interval, receiveInterval = interval, multiplier, passive } = watched;
  return {
    interfaceIndex: placeIndex(watched),
    local: parseAddress(local),
    remote: parseAddress(remote),
    desiredMinTxInterval: interval * 1000,
    requiredMinRxInterval: receiveInterval * 1000,
    detectMultiplier: multiplier,
    controlPlaneIndependent: false,
    passive,
  };
}

/** Over several hops the VRF stands for the interface: the same address may be in several. */
function placeIndex({ interface: link, vrf }: Pick<WatchedPeer, 'interface' | 'vrf'>): number {
  return (link ?? vrf)?.index ?? NO_LINK;
}

/** Whether two watched machines are the same, however they are watched. */
export function isSamePeer(a: WatchedPeer, b: WatchedPeer): boolean {
  return a.node === b.node && a.remote === b.remote && a.interface?.index === b.interface?.index;
}
