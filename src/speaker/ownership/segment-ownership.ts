import { grantRequest, type HandoverAnswer, noteRefusal, takeOffer } from './handover.ts';
import type { Message } from './message.ts';
import { Outbox } from './outbox.ts';
import type { Peer, SessionState } from './peer.ts';
import { PeerSet } from './peer-set.ts';
import type { Cause, HeldAddress, OwnershipAction, OwnershipEvent, Role, SegmentPlan } from './protocol.ts';
import { Roles } from './roles.ts';
import type { Surroundings } from './surroundings.ts';
import { DEFAULT_TIMING, type OwnershipTiming } from './timing.ts';

/** How a {@link SegmentOwnership} begins. */
export interface OwnershipOptions {
  /** The name of this node. */
  readonly node: string;
  /** Its MAC address on the segment, as text. */
  readonly mac: string;
  /** A random number for this life. */
  readonly boot: number;
  /** The addresses that this node answered for at the end of its former life. */
  readonly held: readonly HeldAddress[];
  readonly timing?: OwnershipTiming;
}

/**
 * Who answers for the addresses of one segment, as one node sees it: the whole protocol without sockets, clock or
 * randomness. See the README for its rules.
 */
export class SegmentOwnership implements Surroundings {
  readonly self: string;
  readonly mac: string;
  readonly boot: number;
  readonly timing: OwnershipTiming;
  now: number;
  listenUntil: number;
  hasHeard = false;
  hasCarrier = true;
  readonly #peers: PeerSet;
  readonly #roles: Roles;
  readonly #outbox: Outbox;
  /** Until the first plan comes. */
  #heldBefore: readonly HeldAddress[];
  #actions: OwnershipAction[] = [];

  constructor({ node, mac, boot, held, timing = DEFAULT_TIMING }: OwnershipOptions, now: number) {
    this.self = node;
    this.mac = mac;
    this.boot = boot;
    this.timing = timing;
    this.now = now;
    this.listenUntil = now + timing.listen;
    this.#heldBefore = held;
    this.#outbox = new Outbox(node, boot, mac);
    this.#peers = new PeerSet(
      timing,
      this.#outbox,
      (peer) => this.#ask(peer),
      (peer) => this.#roles.addresses.markConcernOf(peer),
      (peer) => this.#roles.addresses.markCandidacyOf(peer, (node) => this.#peers.isGone(node)),
    );
    this.#roles = new Roles(this, this.#peers, this.#outbox, (action) => this.#actions.push(action));
  }

  /** When a `tick` is due. */
  get dueAt(): number {
    if (this.isPending) return this.now;
    return Math.min(this.#roles.addresses.dueAt, this.#peers.dueAt, this.now + this.timing.pulse);
  }

  /** Whether something is left over from the last step. */
  get isPending(): boolean {
    return this.#roles.isPending;
  }

  get isLeaving(): boolean {
    return this.#outbox.state === 'Leaving';
  }

  peer(node: string): Peer | undefined {
    return this.#peers.get(node);
  }

  peers(): Iterable<Peer> {
    return this.#peers.all();
  }

  claiming(address: string): Iterable<Peer> {
    return this.#peers.claiming(address);
  }

  roleOf(address: string): Role | undefined {
    return this.#roles.addresses.get(address)?.role;
  }

  /** What another life of this speaker is to be told that it held. */
  held(): readonly HeldAddress[] {
    return this.#roles.held();
  }

  /** Takes one event, and whatever has come due meanwhile. */
  step(event: OwnershipEvent, now: number): readonly OwnershipAction[] {
    const late = now - this.dueAt;
    const isLate = late > this.timing.pause;
    this.now = now;
    if (isLate) this.#quiet('Paused', now + this.timing.resume, late < this.timing.forget);
    // What is left over has a tick of its own: with a portion for each of the messages that wait there were no portions.
    const canDecide = event.type === 'tick' || !this.isPending;
    this.#take(event);
    this.#peers.tickDue(now);
    if (canDecide) this.#roles.decideAll();
    const nodes = this.#roles.watched.take();
    if (nodes !== undefined) this.#actions.push({ do: 'watch', nodes });
    if (!this.#outbox.isEmpty) this.#flush();
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  #flush(): void {
    const put = (to: readonly string[], message: Message) => this.#actions.push({ do: 'send', to, message });
    const hasChanged = this.#outbox.flush(this.#peers.nodes, this.now, put);
    // Whoever misses a change sees by the number in the next sign of life that it did.
    if (hasChanged) this.#peers.hastenHellos(this.now + this.timing.helloAfterChange);
  }

  #take(event: OwnershipEvent): void {
    switch (event.type) {
      case 'plan':
        this.#plan(event.plan);
        break;
      case 'amend':
        this.#roles.amend(event.amendment);
        break;
      case 'session':
        this.#session(event.node, event.state);
        break;
      case 'late':
        this.#late(event.node);
        break;
      case 'message':
        this.#message(event.message);
        break;
      case 'heard':
        this.#heard(event.address, event.node);
        break;
      case 'answered':
        this.#answered(event.node, event.by);
        break;
      case 'carrier':
        this.#carrier(event.up);
        break;
      case 'shutdown':
        this.#outbox.state = event.reason === 'Restart' ? 'Restarting' : 'Leaving';
        this.#peers.repeatHellos(this.now);
        this.#roles.addresses.markAll();
        break;
      case 'tick':
        break;
    }
  }

  #plan({ addresses, peers }: SegmentPlan): void {
    this.#peers.plan(peers, this.self, this.now);
    this.#roles.resume(this.#heldBefore, this.hasCarrier ? this.now + this.timing.resume : Number.POSITIVE_INFINITY);
    this.#heldBefore = [];
    this.#roles.plan(addresses);
  }

  #session(node: string, session: SessionState): void {
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    peer.session(session, this.now);
    if (session !== 'Unwatched') peer.hastenHello(this.now);
    this.#peers.tick(peer, this.now);
  }

  #late(node: string): void {
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    peer.late(this.now);
    this.#peers.tick(peer, this.now);
  }

  #message(message: Message): void {
    const peer = this.#peers.get(message.from);
    if (peer === undefined) return;
    const isFirst = !peer.table.isHeard;
    const { isPast, isNewLife, changed } = this.#peers.read(peer, message, this.now);
    if (isPast) return;
    this.hasHeard = true;
    for (const address of changed) this.#roles.addresses.mark(address);
    if (isFirst || isNewLife) peer.hastenHello(this.now);
    this.#answer(peer, message);
    this.#peers.tick(peer, this.now);
  }

  #answer(peer: Peer, { body }: Message): void {
    switch (body.type) {
      case 'Query':
        this.#outbox.sendClaims(peer.node);
        break;
      case 'Offer':
        this.#answerHandover(peer, body.address, takeOffer(this.#stateOf(body.address), peer, body, this));
        break;
      case 'Request':
        this.#answerHandover(peer, body.address, grantRequest(this.#stateOf(body.address), peer, this));
        break;
      case 'Refuse':
        this.#answerHandover(peer, body.address, noteRefusal(this.#stateOf(body.address), peer, this));
        break;
      case 'Changes':
        for (const { address, claim } of body.changes) {
          const state = this.#stateOf(address);
          if (claim === null && state?.seen?.node === peer.node) state.seen = undefined;
        }
        break;
      case 'Witness':
        for (const address of body.addresses) this.#roles.witnessed(this.#stateOf(address), peer.node);
        break;
      case 'Poll':
        peer.yielded.asks(this.now);
        this.#outbox.send(peer.node, { type: 'Final', number: body.number });
        break;
      case 'Final':
        peer.poll.answer(body.number);
        break;
      case 'Hello':
      case 'Claims':
        break;
    }
  }

  #answerHandover({ node }: Peer, address: string, answer: HandoverAnswer): void {
    const state = this.#stateOf(address);
    if (answer === 'refuse') this.#outbox.send(node, { type: 'Refuse', address });
    else if (answer === 'take' && state !== undefined)
      this.#roles.become(state, { role: 'Owner', cause: 'Offered', node });
    this.#roles.addresses.mark(address);
  }

  #heard(address: string, node: string | undefined): void {
    const state = this.#stateOf(address);
    if (state === undefined) return;
    if (node === undefined) {
      this.#roles.addresses.mark(address);
      state.strangerAt = this.now;
      if (state.role === 'Owner') this.#roles.defend(state);
      return;
    }
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    if (peer.table.get(address) === undefined) {
      state.seen = { node, at: this.now };
      this.#roles.addresses.mark(address);
    }
    if (peer.table.isHeard) this.#roles.witness(state, node);
    peer.noticed(this.now);
    this.#peers.tick(peer, this.now);
  }

  #answered(node: string, by: 'Speaker' | 'Kernel'): void {
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    peer.answered(by);
    this.#peers.tick(peer, this.now);
  }

  #carrier(up: boolean): void {
    if (up === this.hasCarrier) return;
    this.hasCarrier = up;
    this.#quiet('CarrierLost', this.now + this.timing.resume, false);
    this.listenUntil = this.now + this.timing.listen;
  }

  /** This node has not heard what it should have, or does not: it starts afresh with what it believes. */
  #quiet(cause: Cause, until: number, keepsItsOwn: boolean): void {
    this.hasHeard = false;
    this.listenUntil = Math.max(this.listenUntil, this.now + this.timing.resume);
    this.#roles.quiet(cause, this.hasCarrier ? until : Number.POSITIVE_INFINITY, keepsItsOwn);
    this.#peers.doubtAll(this.now);
  }

  /** A node is asked for its own address and for one that it claims. */
  #ask({ node, table }: Peer): void {
    let claimed: string | undefined;
    for (const address of table.addresses()) {
      if (table.get(address)?.role !== 'Owner') continue;
      claimed = address;
      break;
    }
    for (const { address, seen } of claimed === undefined ? this.#roles.addresses.all() : []) {
      if (seen?.node === node) claimed = address;
    }
    this.#actions.push({ do: 'ask', node, address: claimed });
  }

  #stateOf(address: string) {
    return this.#roles.addresses.get(address);
  }
}
