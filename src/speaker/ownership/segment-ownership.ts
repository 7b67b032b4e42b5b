import { AddressSet } from './address-set.ts';
import type { AddressState } from './address-state.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { grantRequest, type HandoverAnswer, noteRefusal, takeOffer } from './handover.ts';
import type { Message } from './message.ts';
import { mergeMoves } from './moves.ts';
import { Outbox } from './outbox.ts';
import type { Peer, SessionState } from './peer.ts';
import { PeerSet } from './peer-set.ts';
import type {
  Cause,
  HeldAddress,
  OwnershipAction,
  OwnershipEvent,
  PlannedAddress,
  Role,
  SegmentPlan,
} from './protocol.ts';
import { changeRole, claimOf } from './role-change.ts';
import { claimantsOf, hintUntil, isCandidate, type Surroundings } from './surroundings.ts';
import { DEFAULT_TIMING, type OwnershipTiming } from './timing.ts';
import { WatchCounts } from './watch-counts.ts';
import { watchedBy } from './watching.ts';

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

/** A decision is looked at again so often at most within one step: more is a circle. */
const MOST_ROUNDS = 8;

/**
 * Who answers for the addresses of one segment, as one node sees it: the whole protocol without sockets, clock or
 * randomness. See the README for its rules.
 */
export class SegmentOwnership implements Surroundings {
  readonly self: string;
  readonly mac: string;
  readonly timing: OwnershipTiming;
  now: number;
  listenUntil: number;
  hasHeard = false;
  readonly #addresses: AddressSet;
  readonly #peers: PeerSet;
  readonly #outbox: Outbox;
  readonly #watched = new WatchCounts();
  /** Until the first plan comes. */
  #heldBefore: readonly HeldAddress[];
  #actions: OwnershipAction[] = [];
  #hasCarrier = true;

  constructor({ node, mac, boot, held, timing = DEFAULT_TIMING }: OwnershipOptions, now: number) {
    this.self = node;
    this.mac = mac;
    this.timing = timing;
    this.now = now;
    this.listenUntil = now + timing.listen;
    this.#heldBefore = held;
    this.#outbox = new Outbox(node, boot);
    this.#addresses = new AddressSet(timing.conflictRetry[0]);
    this.#peers = new PeerSet(
      timing,
      this.#outbox,
      (peer) => this.#ask(peer),
      (peer) => this.#addresses.markConcernOf(peer),
    );
  }

  /** When a `tick` is due. */
  get dueAt(): number {
    return Math.min(this.#addresses.dueAt, this.#peers.dueAt, this.now + this.timing.pulse);
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
    return this.#addresses.get(address)?.role;
  }

  /** What another life of this speaker is to be told that it held. */
  held(): readonly HeldAddress[] {
    const held: HeldAddress[] = [];
    for (const { address, role, moves } of this.#addresses.all()) {
      if (role === 'Owner' || role === 'Held') held.push({ address, moves: moves.map((at) => this.now - at) });
    }
    return held;
  }

  /** Takes one event, and whatever has come due meanwhile. */
  step(event: OwnershipEvent, now: number): readonly OwnershipAction[] {
    const isLate = now - this.dueAt > this.timing.pause;
    this.now = now;
    if (isLate) this.#quiet('Paused', now + this.timing.resume);
    this.#take(event);
    this.#peers.tickDue(now);
    this.#addresses.markDue(now);
    this.#decideAll();
    const nodes = this.#watched.take();
    if (nodes !== undefined) this.#actions.push({ do: 'watch', nodes });
    const put = (to: readonly string[], message: Message) => this.#actions.push({ do: 'send', to, message });
    // Whoever misses a change sees by the number in the next sign of life that it did.
    if (this.#outbox.flush(this.#peers.nodes, now, put)) this.#peers.hastenHellos(now + this.timing.helloAfterChange);
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  #take(event: OwnershipEvent): void {
    switch (event.type) {
      case 'plan':
        this.#plan(event.plan);
        break;
      case 'session':
        this.#session(event.node, event.state);
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
        this.#addresses.markAll();
        break;
      case 'tick':
        break;
    }
  }

  #plan({ addresses, peers }: SegmentPlan): void {
    this.#peers.plan(peers, this.self, this.now);
    const until = this.#hasCarrier ? this.now + this.timing.resume : Number.POSITIVE_INFINITY;
    for (const { address, moves } of this.#heldBefore) {
      const state = this.#addresses.of(address, this.now);
      state.moves = moves.map((age) => this.now - age);
      this.#hold(state, 'Started', until);
    }
    this.#heldBefore = [];
    const planned = new Map(addresses.map((each) => [each.address, each]));
    for (const state of this.#addresses.all()) if (!planned.has(state.address)) this.#planAddress(state, undefined);
    for (const each of planned.values()) this.#planAddress(this.#addresses.of(each.address, this.now), each);
  }

  #planAddress(state: AddressState, plan: PlannedAddress | undefined): void {
    if (plan !== undefined && isSamePlan(state.plan, plan)) return;
    state.plan = plan;
    this.#addresses.mark(state.address);
  }

  #session(node: string, session: SessionState): void {
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    peer.session(session);
    if (session !== 'Unwatched') peer.hastenHello(this.now);
    this.#peers.tick(peer, this.now);
  }

  #message(message: Message): void {
    const peer = this.#peers.get(message.from);
    if (peer === undefined) return;
    const isFirst = !peer.table.isHeard;
    const { isPast, isNewLife, changed } = this.#peers.read(peer, message, this.now);
    if (isPast) return;
    this.hasHeard = true;
    for (const address of changed) this.#addresses.mark(address);
    if (isFirst || isNewLife) peer.hastenHello(this.now);
    this.#body(peer, message);
    this.#peers.tick(peer, this.now);
  }

  #body(peer: Peer, { body }: Message): void {
    if (body.type === 'Query') this.#outbox.sendClaims(peer.node);
    else if (body.type === 'Offer' || body.type === 'Request' || body.type === 'Refuse') {
      const state = this.#addresses.get(body.address);
      if (body.type === 'Offer') this.#answerHandover(peer, body.address, takeOffer(state, peer, body, this));
      else if (body.type === 'Request') this.#answerHandover(peer, body.address, grantRequest(state, peer, this));
      else this.#answerHandover(peer, body.address, noteRefusal(state, peer, this));
    } else if (body.type === 'Changes') {
      for (const { address, claim } of body.changes) {
        const state = this.#addresses.get(address);
        if (claim === null && state?.seen?.node === peer.node) state.seen = undefined;
      }
    }
  }

  #answerHandover({ node }: Peer, address: string, answer: HandoverAnswer): void {
    const state = this.#addresses.get(address);
    if (answer === 'refuse') this.#outbox.send(node, { type: 'Refuse', address });
    else if (answer === 'take' && state !== undefined) this.#become(state, { role: 'Owner', cause: 'Offered', node });
    this.#addresses.mark(address);
  }

  #heard(address: string, node: string | undefined): void {
    const state = this.#addresses.get(address);
    if (state === undefined) return;
    this.#addresses.mark(address);
    if (node === undefined) {
      state.strangerAt = this.now;
      if (state.role === 'Owner' && this.now >= state.defendedAt + this.timing.defend) this.#defend(state);
      return;
    }
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    if (peer.table.get(address) === undefined) state.seen = { node, at: this.now };
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
    if (up === this.#hasCarrier) return;
    this.#hasCarrier = up;
    this.#quiet('CarrierLost', up ? this.now + this.timing.resume : Number.POSITIVE_INFINITY);
    this.listenUntil = this.now + this.timing.listen;
  }

  /** Others may have taken what this node had: nothing is answered until they have been asked. */
  #quiet(cause: Cause, until: number): void {
    const heldUntil = this.#hasCarrier ? until : Number.POSITIVE_INFINITY;
    for (const state of this.#addresses.all()) {
      if (state.role === 'Owner' || state.role === 'Held') this.#hold(state, cause, heldUntil);
      else if (state.role !== 'Standby') this.#become(state, { role: 'Standby', cause });
      state.nobodySince = undefined;
    }
    this.hasHeard = false;
    this.listenUntil = Math.max(this.listenUntil, this.now + this.timing.resume);
    this.#peers.doubtAll(this.now);
    this.#addresses.markAll();
  }

  #hold(state: AddressState, cause: Cause, until: number): void {
    if (state.role !== 'Held') this.#become(state, { role: 'Held', cause });
    state.heldUntil = until;
    // What comes after a pause may have lain in the socket all the while.
    state.mayResumeEarly = cause !== 'Paused';
    state.since = this.now;
    this.#addresses.mark(state.address);
  }

  #ask({ node, table }: Peer): void {
    let claimed: string | undefined;
    for (const address of table.addresses()) {
      if (table.get(address)?.role !== 'Owner') continue;
      claimed = address;
      break;
    }
    for (const { address, seen } of claimed === undefined ? this.#addresses.all() : []) {
      if (seen?.node === node) claimed = address;
    }
    this.#actions.push({ do: 'ask', node, address: claimed });
  }

  #decideAll(): void {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const marked = this.#addresses.takeMarked();
      if (marked.length === 0) return;
      for (const state of marked) this.#decide(state);
    }
    for (const { address } of this.#addresses.takeMarked()) this.#addresses.setDue(address, this.now + 1);
  }

  #decide(state: AddressState): void {
    const { address } = state;
    if (state.plan === undefined) {
      if (state.role !== 'Standby') this.#become(state, { role: 'Standby', cause: 'Released' });
      this.#watched.set(address, []);
      this.#addresses.forget(address);
      return;
    }
    if (state.seen !== undefined && this.now >= hintUntil(state, this)) state.seen = undefined;
    const claimants = claimantsOf(state, this);
    const known = claimants.map(({ peer }) => peer.table.movesOf(address));
    const { movesWithin, mostMoves } = this.timing;
    state.moves = mergeMoves([state.moves, ...known], this.now - movesWithin, mostMoves);
    const isVacant = state.role !== 'Owner' && claimants.every(({ standing }) => standing === 'Gone');
    if (claimants.length > 0) state.wasClaimed = true;
    if (!isVacant) state.nobodySince = undefined;
    if (this.#mayAct(state)) this.#carryOut(state, decide(state, claimants, this));
    const isMoving = state.offer !== undefined || (state.role !== 'Owner' && state.role !== 'Standby');
    const mayPlace = isVacant && this.now >= this.listenUntil && isCandidate(state, this);
    this.#addresses.setUnsettled(address, mayPlace || isMoving || state.seen !== undefined);
    this.#watched.set(address, watchedBy(state, claimants, this));
  }

  /** Without a carrier nothing can be done, and a speaker that is about to start anew takes on nothing more. */
  #mayAct({ role }: AddressState): boolean {
    return this.#hasCarrier && (this.#outbox.state !== 'Restarting' || role === 'Owner' || role === 'Caretaker');
  }

  #carryOut(state: AddressState, decision: Decision): void {
    const { address } = state;
    const { now } = this;
    let until: number | undefined = now;
    switch (decision.do) {
      case 'stay':
        until = decision.until;
        break;
      case 'become':
        this.#become(state, decision);
        break;
      case 'probe':
        state.probes++;
        this.#actions.push({ do: 'probe', address });
        break;
      case 'offer': {
        const since = state.offer?.to === decision.to ? state.offer.since : now;
        state.offer = { to: decision.to, since, at: now };
        state.offeringSince ??= now;
        state.passedOver.add(decision.to);
        const moves = state.moves.map((at) => now - at);
        this.#outbox.send(decision.to, { type: 'Offer', address, cause: decision.cause, moves });
        break;
      }
      case 'offerAnew':
        state.passedOver.clear();
        state.granted = undefined;
        until = now + this.timing.offer;
        break;
      case 'request':
        state.preferredSince = now;
        this.#outbox.send(decision.from, { type: 'Request', address });
        break;
      case 'inquire': {
        const peer = this.#peers.get(decision.node);
        peer?.inquire(now, decision.notBefore);
        if (peer !== undefined) this.#peers.tick(peer, now);
        until = decision.until;
        break;
      }
      case 'defend':
        this.#defend(state);
        break;
    }
    if (until === now) this.#addresses.mark(address);
    const hintEnds = hintUntil(state, this);
    if (hintEnds > now && hintEnds < Number.POSITIVE_INFINITY) until = Math.min(until ?? Number.POSITIVE_INFINITY, hintEnds);
    this.#addresses.setDue(address, until);
  }

  #become(state: AddressState, change: { role: Role; cause: Cause; node?: string | undefined }): void {
    this.#actions.push(...changeRole(state, change, this.now, this.timing));
    this.#outbox.claim(state.address, claimOf(state), state.moves, this.now);
  }

  #defend(state: AddressState): void {
    state.defendedAt = this.now;
    this.#actions.push({ do: 'announce', address: state.address });
  }
}

function isSamePlan(a: PlannedAddress | undefined, b: PlannedAddress): boolean {
  return (
    a !== undefined &&
    a.holdOff === b.holdOff &&
    a.draining === b.draining &&
    a.candidates.length === b.candidates.length &&
    a.candidates.every((node, index) => node === b.candidates[index])
  );
}
