import type { Address } from '../../ip/address.ts';
import type { BfdPacket } from './packet.ts';
import { type BfdReaction, BfdSession, type BfdTimers } from './session.ts';

/** Who a session is kept with: one link or {@link NO_LINK}, one pair of addresses (RFC 5881 section 2, 5883 section 3). */
export interface BfdPeer extends BfdTimers {
  readonly interfaceIndex: number;
  /** Where our packets come from, an address of the interface. */
  readonly local: Address;
  /** Of the same family. */
  readonly remote: Address;
  readonly controlPlaneIndependent: boolean;
  /** See `BfdOptions.passive`. */
  readonly passive?: boolean | undefined;
}

/** Stands for the interface of a peer that is more than one hop away. */
export const NO_LINK = 0;

/** What one session wants done. */
export interface BfdOutput {
  readonly peer: BfdPeer;
  readonly reaction: BfdReaction;
}

/** Why a valid packet belongs to no session. A reason is never renamed. */
export const BFD_DEMULTIPLEX_DROPS = [
  /** Your Discriminator is of no session, or is 0 and no session is kept with its source. */
  'NoSession',
  /** Its session is on another interface. */
  'WrongInterface',
] as const;
export type BfdDemultiplexDrop = (typeof BFD_DEMULTIPLEX_DROPS)[number];

interface Entry {
  peer: BfdPeer;
  readonly session: BfdSession;
}

/** All sessions of one system: their discriminators, and which packet is whose (RFC 5880 section 6.3). */
export class BfdSessions {
  readonly #random: () => number;
  readonly #byPeer = new Map<string, Entry>();
  readonly #byDiscriminator = new Map<number, Entry>();

  /** @param random 0 up to but not including 1: for discriminators, which others must not guess, and for jitter */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Makes these the sessions that are kept. Those that go are taken down on purpose, and their peers told. */
  assign(peers: readonly BfdPeer[], now: number): readonly BfdOutput[] {
    const wanted = new Map(peers.map((peer) => [peerKey(peer), peer]));
    const outputs: BfdOutput[] = [];
    for (const [key, { peer, session }] of this.#byPeer) {
      const next = wanted.get(key);
      if (next !== undefined && isSameSession(next, peer)) continue;
      outputs.push({ peer, reaction: session.disable(now) });
      this.#byPeer.delete(key);
      this.#byDiscriminator.delete(session.localDiscriminator);
    }
    for (const [key, peer] of wanted) this.#align(key, peer);
    return outputs;
  }

  /** The session with a peer as it is now. */
  session(peer: BfdPeer): BfdSession | undefined {
    return this.#byPeer.get(peerKey(peer))?.session;
  }

  /**
   * A packet that came from `source` on an interface, with a hop count that shows that no router passed it on; on
   * {@link NO_LINK}, with one that is enough.
   */
  receive(
    packet: BfdPacket,
    from: { readonly interfaceIndex: number; readonly source: Address },
    now: number,
  ): BfdOutput | BfdDemultiplexDrop {
    const entry =
      packet.yourDiscriminator === 0
        ? // Section 6.8.6 leaves it to the application: on a link it is the source that tells (RFC 5881 section 3).
          this.#byPeer.get(remoteKey(from.interfaceIndex, from.source))
        : this.#byDiscriminator.get(packet.yourDiscriminator);
    if (entry === undefined) return 'NoSession';
    if (entry.peer.interfaceIndex !== from.interfaceIndex) return 'WrongInterface';
    return { peer: entry.peer, reaction: entry.session.receive(packet, now) };
  }

  /** Does what is due at `now`. */
  take(now: number): readonly BfdOutput[] {
    const outputs: BfdOutput[] = [];
    for (const { peer, session } of this.#byPeer.values()) {
      if ((session.next() ?? Number.POSITIVE_INFINITY) > now) continue;
      outputs.push({ peer, reaction: session.take(now, this.#random()) });
    }
    return outputs;
  }

  /** When {@link take} will next have something to do. */
  next(): number | undefined {
    let next: number | undefined;
    for (const { session } of this.#byPeer.values()) {
      const at = session.next();
      if (at !== undefined && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  #align(key: string, peer: BfdPeer): void {
    const known = this.#byPeer.get(key);
    if (known === undefined) {
      const session = new BfdSession({ ...peer, localDiscriminator: this.#newDiscriminator() });
      const entry = { peer, session };
      this.#byPeer.set(key, entry);
      this.#byDiscriminator.set(session.localDiscriminator, entry);
      return;
    }
    const { desiredMinTxInterval, requiredMinRxInterval, detectMultiplier } = peer;
    const changed =
      known.peer.desiredMinTxInterval !== desiredMinTxInterval ||
      known.peer.requiredMinRxInterval !== requiredMinRxInterval ||
      known.peer.detectMultiplier !== detectMultiplier;
    known.peer = peer;
    if (changed) known.session.setTimers({ desiredMinTxInterval, requiredMinRxInterval, detectMultiplier });
  }

  #newDiscriminator(): number {
    for (;;) {
      const discriminator = 1 + Math.floor(this.#random() * 0xffff_ffff);
      if (!this.#byDiscriminator.has(discriminator)) return discriminator;
    }
  }
}

/** Names a peer: two of one key are not kept at once. */
export function peerKey({ interfaceIndex, remote }: Pick<BfdPeer, 'interfaceIndex' | 'remote'>): string {
  return remoteKey(interfaceIndex, remote);
}

function remoteKey(interfaceIndex: number, remote: Address): string {
  return `${interfaceIndex} ${remote.family} ${remote.value}`;
}

function isSameSession(a: BfdPeer, b: BfdPeer): boolean {
  const same = a.local.value === b.local.value && a.controlPlaneIndependent === b.controlPlaneIndependent;
  return same && (a.passive ?? false) === (b.passive ?? false);
}
