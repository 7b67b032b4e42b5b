import type { Reading } from './claim-table.ts';
import type { Message } from './message.ts';
import type { Outbox } from './outbox.ts';
import { Peer, type Standing } from './peer.ts';
import type { PlannedPeer } from './protocol.ts';
import { Timers } from './timers.ts';
import type { OwnershipTiming } from './timing.ts';

/** What others depend on of a peer. */
interface Told {
  readonly is: Standing;
  readonly isLeaving: boolean;
  readonly since: number;
  readonly answeredAt: number;
  readonly isWhole: boolean;
}

/** All other speakers of the segment: when each is due, and what it is to be told. */
export class PeerSet {
  readonly #peers = new Map<string, Peer>();
  readonly #timers = new Timers();
  /** By address, who claims it. */
  readonly #claiming = new Map<string, Set<Peer>>();
  /** What others depend on, as it was when they were told last. */
  readonly #told = new Map<string, Told>();
  /** Those that are gone: others are watched in their stead. */
  readonly #gone = new Set<string>();

  /**
   * @param ask asks the node by unicast
   * @param changed is told when what depends on the peer is to be looked at
   * @param isKnown is told when nothing else is new than that all of the peer's claims are known, of which some were missing
   * @param isBackOrGone is told when it is to be looked at whom to watch, since the peer is gone or is no more
   */
  constructor(
    private readonly timing: OwnershipTiming,
    private readonly outbox: Outbox,
    private readonly ask: (peer: Peer) => void,
    private readonly changed: (peer: Peer) => void,
    private readonly isKnown: (peer: Peer) => void,
    private readonly isBackOrGone: (peer: Peer) => void,
  ) {}

  /** When {@link tickDue} has something to do. */
  get dueAt(): number {
    return this.#timers.next ?? Number.POSITIVE_INFINITY;
  }

  /** A step is made at least so often, ms. Of a node that knows of no other nobody takes anything while it stands still. */
  get pulse(): number {
    return this.#peers.size === 0 ? this.timing.pulseAlone : this.timing.pulse;
  }

  get nodes(): readonly string[] {
    return [...this.#peers.keys()];
  }

  get(node: string): Peer | undefined {
    return this.#peers.get(node);
  }

  all(): Iterable<Peer> {
    return this.#peers.values();
  }

  /** Whether others are watched in its stead. */
  isGone(node: string): boolean {
    return this.#gone.has(node);
  }

  claiming(address: string): Iterable<Peer> {
    return this.#claiming.get(address) ?? [];
  }

  /** Takes what a peer says. */
  read(peer: Peer, message: Message, now: number): Reading {
    const reading = peer.read(message, now);
    for (const address of reading.changed) this.#note(peer, address, peer.table.get(address) !== undefined);
    return reading;
  }

  /** Takes the peers of a new plan. One that is left out stays as long as it speaks: it may still own something. */
  plan(planned: readonly PlannedPeer[], self: string, now: number): void {
    const wanted = new Map(planned.filter(({ node }) => node !== self).map((peer) => [peer.node, peer]));
    for (const peer of this.#peers.values()) {
      peer.isPlanned = wanted.has(peer.node);
      this.tick(peer, now);
    }
    for (const { node, mac, others = [] } of wanted.values()) {
      const peer = this.#peers.get(node) ?? new Peer(node, mac, this.timing, now);
      peer.plannedMac = mac;
      peer.otherMacs = others.map((each) => each.mac);
      this.#peers.set(node, peer);
      this.update(peer, now);
    }
  }

  tickDue(now: number): void {
    for (const node of this.#timers.take(now)) {
      const peer = this.#peers.get(node);
      if (peer !== undefined) this.tick(peer, now);
    }
  }

  tick(peer: Peer, now: number): void {
    if (peer.isForgotten(now)) {
      this.#peers.delete(peer.node);
      this.#timers.set(peer.node, undefined);
      this.#told.delete(peer.node);
      for (const address of peer.table.addresses()) this.#note(peer, address, false);
      this.changed(peer);
      this.#setGone(peer, false);
      return;
    }
    if (peer.tick(now)) this.ask(peer);
    if (peer.takeHello(now)) this.outbox.sendHello(peer.node);
    if (peer.takeQuery(now)) this.outbox.send(peer.node, { type: 'Query' });
    const number = peer.poll.take(now);
    if (number !== undefined) this.outbox.send(peer.node, { type: 'Poll', number });
    this.update(peer, now);
  }

  /** After something has happened to the peer. */
  update(peer: Peer, now: number): void {
    this.#timers.set(peer.node, peer.dueAt);
    const { isLeaving } = peer;
    const { isHeard, isWhole } = peer.table;
    const { answeredAt } = peer.poll;
    const is = peer.standing(now);
    // When a node that speaks was asked last is nothing to others.
    const since = is === 'Live' && isHeard ? 0 : peer.since;
    const told = this.#told.get(peer.node);
    const isSame =
      told?.is === is && told.isLeaving === isLeaving && told.since === since && told.answeredAt === answeredAt;
    if (isSame && told.isWhole === isWhole) return;
    this.#told.set(peer.node, { is, isLeaving, since, answeredAt, isWhole });
    if (isSame) {
      if (isWhole) this.isKnown(peer);
      return;
    }
    this.changed(peer);
    this.#setGone(peer, is === 'Gone');
  }

  /** This node has not heard what it should have: all are asked anew. */
  doubtAll(now: number): void {
    for (const peer of this.#peers.values()) {
      peer.doubt(now);
      peer.hastenHello(now);
      this.outbox.send(peer.node, { type: 'Query' });
      this.update(peer, now);
    }
  }

  hastenHellos(at: number): void {
    for (const peer of this.#peers.values()) {
      peer.hastenHello(at);
      this.#timers.set(peer.node, peer.dueAt);
    }
  }

  /** Tells all at once, and more than once, what this speaker is about to do. */
  repeatHellos(now: number): void {
    for (const peer of this.#peers.values()) {
      peer.repeatHello(now);
      this.#timers.set(peer.node, peer.dueAt);
    }
  }

  /** Finds out whether the node lives, where that was last known so many milliseconds ago. */
  inquire(node: string, notBefore: number, now: number): void {
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    peer.inquire(now, notBefore);
    this.tick(peer, now);
  }

  /** Asks the nodes, until then, what they have claimed. */
  poll(nodes: readonly string[], until: number, now: number): void {
    for (const node of nodes) {
      const peer = this.#peers.get(node);
      if (peer === undefined) continue;
      peer.poll.begin(now, until);
      this.tick(peer, now);
    }
  }

  #setGone(peer: Peer, isGone: boolean): void {
    if (isGone === this.#gone.has(peer.node)) return;
    if (isGone) this.#gone.add(peer.node);
    else this.#gone.delete(peer.node);
    this.isBackOrGone(peer);
  }

  #note(peer: Peer, address: string, claims: boolean): void {
    const peers = this.#claiming.get(address) ?? new Set();
    if (claims) this.#claiming.set(address, peers.add(peer));
    else if (peers.delete(peer) && peers.size === 0) this.#claiming.delete(address);
  }
}
