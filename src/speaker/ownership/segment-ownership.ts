import { type AddressState, newAddressState } from './address-state.ts';
import { decideCaretaker } from './decide-caretaker.ts';
import { decideHeld, decideOwner } from './decide-owner.ts';
import { decideConflict, decidePlacing } from './decide-placing.ts';
import { decideStandby } from './decide-standby.ts';
import type { Decision } from './decision.ts';
import type { Claim, Message, MessageBody } from './message.ts';
import { Outbox } from './outbox.ts';
import { Peer } from './peer.ts';
import type { Cause, OwnershipAction, OwnershipEvent, PlannedAddress, Role, SegmentPlan } from './protocol.ts';
import { type Claimant, claimantsOf, isCandidate, type Surroundings } from './surroundings.ts';
import { Timers } from './timers.ts';
import { DEFAULT_TIMING, type OwnershipTiming } from './timing.ts';
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
  readonly held: readonly string[];
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
  now = 0;
  listenUntil: number;
  isLeaving = false;
  readonly #peers = new Map<string, Peer>();
  readonly #addresses = new Map<string, AddressState>();
  /** Addresses that nobody is known to have: what becomes of a peer matters to them. */
  readonly #vacant = new Set<string>();
  readonly #addressTimers = new Timers();
  readonly #peerTimers = new Timers();
  readonly #outbox: Outbox;
  readonly #dirty = new Set<string>();
  /** How many addresses have each peer in their first three. */
  readonly #watched = new Map<string, number>();
  readonly #watchedFor = new Map<string, readonly string[]>();
  #watchedNodes = '';
  #actions: OwnershipAction[] = [];
  #hasCarrier = true;

  constructor({ node, mac, boot, held, timing = DEFAULT_TIMING }: OwnershipOptions, now: number) {
    this.self = node;
    this.mac = mac;
    this.timing = timing;
    this.now = now;
    this.listenUntil = now + timing.listen;
    this.#outbox = new Outbox(node, boot);
    for (const address of held) this.#hold(this.#stateOf(address), 'Started', now + timing.resume);
  }

  /** When a `tick` is due. */
  get dueAt(): number | undefined {
    const due = Math.min(
      this.#addressTimers.next ?? Number.POSITIVE_INFINITY,
      this.#peerTimers.next ?? Number.POSITIVE_INFINITY,
    );
    return due === Number.POSITIVE_INFINITY ? undefined : due;
  }

  peer(node: string): Peer | undefined {
    return this.#peers.get(node);
  }

  peers(): Iterable<Peer> {
    return this.#peers.values();
  }

  roleOf(address: string): Role | undefined {
    return this.#addresses.get(address)?.role;
  }

  /** Takes one event, and whatever has come due meanwhile. */
  step(event: OwnershipEvent, now: number): readonly OwnershipAction[] {
    const due = this.dueAt;
    this.now = now;
    if (due !== undefined && now - due > this.timing.pause) this.#wasPaused();
    this.#take(event);
    for (const node of this.#peerTimers.take(now)) this.#tickPeer(node);
    for (const address of this.#addressTimers.take(now)) this.#dirty.add(address);
    this.#decideAll();
    this.#watch();
    this.#outbox.flush([...this.#peers.keys()], (to, message) => this.#actions.push({ do: 'send', to, message }));
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
        this.#peers.get(event.node)?.answered(event.by, this.now);
        this.#peerChanged(event.node);
        break;
      case 'carrier':
        this.#carrier(event.up);
        break;
      case 'shutdown':
        this.#shutdown(event.reason);
        break;
      case 'tick':
        break;
    }
  }

  #plan({ addresses, peers }: SegmentPlan): void {
    const wanted = new Map(peers.filter(({ node }) => node !== this.self).map((peer) => [peer.node, peer]));
    for (const [node, peer] of this.#peers) {
      if (wanted.get(node)?.mac === peer.mac) continue;
      this.#peerConcerns(peer);
      this.#peers.delete(node);
      this.#peerTimers.set(node, undefined);
    }
    for (const { node, mac } of wanted.values()) {
      if (this.#peers.has(node)) continue;
      this.#peers.set(node, new Peer(node, mac, this.timing, this.now));
      this.#peerChanged(node);
    }
    const planned = new Map(addresses.map((each) => [each.address, each]));
    for (const state of this.#addresses.values()) if (!planned.has(state.address)) this.#planAddress(state, undefined);
    for (const each of planned.values()) this.#planAddress(this.#stateOf(each.address), each);
  }

  #planAddress(state: AddressState, plan: PlannedAddress | undefined): void {
    if (plan !== undefined && isSamePlan(state.plan, plan)) return;
    state.plan = plan;
    this.#dirty.add(state.address);
  }

  #session(node: string, state: 'Up' | 'Down' | 'Unwatched'): void {
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    peer.session(state);
    if (state !== 'Unwatched') peer.hastenHello(this.now);
    this.#peerChanged(node);
  }

  #message(message: Message): void {
    const peer = this.#peers.get(message.from);
    if (peer === undefined) return;
    const wasHeard = peer.table.isHeard;
    const { isOld, isNewLife, changed } = peer.read(message, this.now);
    for (const address of changed) this.#dirty.add(address);
    if (isOld) return;
    if (!wasHeard || isNewLife) peer.hastenHello(this.now);
    this.#body(peer, message.body);
    if (peer.takeQuery(this.now)) this.#outbox.send(peer.node, { type: 'Query' });
    this.#peerChanged(peer.node);
  }

  #body(peer: Peer, body: MessageBody): void {
    if (body.type === 'Query') this.#outbox.sendClaims(peer.node);
    else if (body.type === 'Offer') this.#offered(peer, body);
    else if (body.type === 'Request') this.#requested(peer, body.address);
    else if (body.type === 'Refuse') this.#refused(peer, body.address);
    else if (body.type === 'Changes') {
      for (const { address, claim } of body.changes) {
        const state = this.#addresses.get(address);
        if (claim === null && state?.seen?.node === peer.node) state.seen = undefined;
      }
    }
  }

  /** The owner asks us to take the address: we announce it first, and it lets go when it hears of that. */
  #offered({ node }: Peer, { address, moves }: MessageBody & { type: 'Offer' }): void {
    const state = this.#addresses.get(address);
    if (state?.role === 'Owner') return;
    const mayTake = state !== undefined && isCandidate(state, this) && state.role !== 'Conflict' && this.#hasCarrier;
    if (!mayTake) {
      this.#outbox.send(node, { type: 'Refuse', address });
      return;
    }
    state.superseded = { node, until: this.now + this.timing.handover };
    state.moves = [...moves.map((age) => this.now - age), this.now].slice(-this.timing.mostMoves);
    this.#become(state, 'Owner', 'Offered', node);
  }

  #requested({ node }: Peer, address: string): void {
    const state = this.#addresses.get(address);
    const { candidates = [] } = state?.plan ?? {};
    const [theirs, ours] = [candidates.indexOf(node), candidates.indexOf(this.self)];
    if (state?.role === 'Owner' && theirs >= 0 && (ours < 0 || theirs < ours)) {
      state.granted = node;
      this.#dirty.add(address);
    } else this.#outbox.send(node, { type: 'Refuse', address });
  }

  #refused({ node }: Peer, address: string): void {
    const state = this.#addresses.get(address);
    if (state === undefined) return;
    if (state.offer?.to === node) {
      state.refusedBy.add(node);
      state.offer = undefined;
    }
    if (state.preferredSince !== undefined) state.preferredSince = this.now;
    this.#dirty.add(address);
  }

  #heard(address: string, node: string | undefined): void {
    const state = this.#addresses.get(address);
    if (state === undefined) return;
    if (node === undefined) {
      state.strangerAt = this.now;
      if (state.role === 'Owner') this.#defend(state);
    } else state.seen = { node, at: this.now };
    this.#dirty.add(address);
  }

  #carrier(up: boolean): void {
    if (up === this.#hasCarrier) return;
    this.#hasCarrier = up;
    this.#holdAll('CarrierLost', up ? this.now + this.timing.resume : Number.POSITIVE_INFINITY);
    if (up) this.#askAll();
  }

  /** Others may have taken what this node had: nothing is answered until they have been asked. */
  #wasPaused(): void {
    this.#holdAll('Paused', this.#hasCarrier ? this.now + this.timing.resume : Number.POSITIVE_INFINITY);
    this.#askAll();
  }

  #holdAll(cause: Cause, until: number): void {
    for (const state of this.#addresses.values()) {
      if (state.role === 'Owner' || state.role === 'Held') this.#hold(state, cause, until);
      else if (state.role !== 'Standby') this.#become(state, 'Standby', cause);
      state.nobodySince = undefined;
    }
    this.listenUntil = Math.max(this.listenUntil, until === Number.POSITIVE_INFINITY ? this.now : until);
  }

  #hold(state: AddressState, cause: Cause, until: number): void {
    state.heldUntil = until;
    if (state.role !== 'Held') this.#become(state, 'Held', cause);
    this.#dirty.add(state.address);
  }

  #askAll(): void {
    for (const peer of this.#peers.values()) {
      peer.hastenHello(this.now);
      this.#outbox.send(peer.node, { type: 'Query' });
      this.#peerChanged(peer.node);
    }
  }

  #shutdown(reason: 'Restart' | 'Leave'): void {
    this.#outbox.state = reason === 'Restart' ? 'Restarting' : 'Leaving';
    for (const node of this.#peers.keys()) this.#outbox.sendHello(node);
    if (reason === 'Restart') return;
    this.isLeaving = true;
    for (const address of this.#addresses.keys()) this.#dirty.add(address);
  }

  #tickPeer(node: string): void {
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    if (peer.tick(this.now)) this.#ask(peer);
    if (peer.takeHello(this.now)) this.#outbox.sendHello(node);
    if (peer.takeQuery(this.now)) this.#outbox.send(node, { type: 'Query' });
    this.#peerChanged(node);
  }

  #ask({ node, table }: Peer): void {
    let claimed: string | undefined;
    for (const address of table.addresses()) {
      if (table.get(address)?.role !== 'Owner') continue;
      claimed = address;
      break;
    }
    for (const { address, seen } of claimed === undefined ? this.#addresses.values() : []) {
      if (seen?.node === node) claimed = address;
    }
    this.#actions.push({ do: 'ask', node, address: claimed });
  }

  /** Looks anew at what may depend on the peer, and at when the peer itself is due. */
  #peerChanged(node: string): void {
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    this.#peerTimers.set(node, peer.dueAt);
    const standing = `${peer.standing(this.now)} ${peer.isLeaving} ${peer.table.isWhole} ${peer.since}`;
    if (standing === this.#standings.get(node)) return;
    this.#standings.set(node, standing);
    this.#peerConcerns(peer);
  }

  readonly #standings = new Map<string, string>();

  #peerConcerns(peer: Peer): void {
    for (const address of peer.table.addresses()) this.#dirty.add(address);
    for (const address of this.#vacant) this.#dirty.add(address);
    for (const { address, role, caretakerOf, offer, seen } of this.#addresses.values()) {
      const concerns = caretakerOf === peer.node || offer?.to === peer.node || seen?.node === peer.node;
      if (concerns || role === 'Held') this.#dirty.add(address);
    }
  }

  #decideAll(): void {
    for (let round = 0; this.#dirty.size > 0 && round < MOST_ROUNDS; round++) {
      const dirty = [...this.#dirty];
      this.#dirty.clear();
      for (const address of dirty) {
        const state = this.#addresses.get(address);
        if (state !== undefined) this.#decide(state);
      }
    }
    for (const address of this.#dirty) this.#addressTimers.set(address, this.now + 1);
    this.#dirty.clear();
  }

  #decide(state: AddressState): void {
    const { address } = state;
    if (state.plan === undefined) {
      this.#forget(state);
      return;
    }
    const claimants = claimantsOf(state, this);
    const isVacant = claimants.every(({ standing }) => standing === 'Gone') && state.role !== 'Owner';
    if (isVacant) this.#vacant.add(address);
    else {
      this.#vacant.delete(address);
      state.nobodySince = undefined;
    }
    if (this.#hasCarrier || state.role === 'Held') this.#carryOut(state, decide(state, claimants, this));
    this.#watchFor(state, claimants);
  }

  #carryOut(state: AddressState, decision: Decision): void {
    const { address } = state;
    this.#addressTimers.set(address, undefined);
    switch (decision.do) {
      case 'stay':
        this.#addressTimers.set(address, decision.until);
        break;
      case 'become':
        this.#become(state, decision.role, decision.cause, decision.node);
        this.#dirty.add(address);
        break;
      case 'probe':
        state.probes++;
        this.#actions.push({ do: 'probe', address });
        this.#dirty.add(address);
        break;
      case 'offer':
        state.offer = { to: decision.to, at: this.now, cause: decision.cause };
        state.refusedBy.add(decision.to);
        this.#outbox.send(decision.to, {
          type: 'Offer',
          address,
          cause: decision.cause,
          moves: state.moves.map((at) => this.now - at),
        });
        this.#dirty.add(address);
        break;
      case 'offerAnew':
        state.refusedBy.clear();
        state.granted = undefined;
        this.#addressTimers.set(address, this.now + this.timing.offer);
        break;
      case 'request':
        state.preferredSince = this.now;
        this.#outbox.send(decision.from, { type: 'Request', address });
        this.#dirty.add(address);
        break;
      case 'inquire': {
        const peer = this.#peers.get(decision.node);
        peer?.inquire(this.now, decision.notBefore);
        this.#tickPeer(decision.node);
        this.#addressTimers.set(address, decision.until);
        break;
      }
      case 'defend':
        this.#defend(state);
        this.#dirty.add(address);
        break;
    }
  }

  #defend(state: AddressState): void {
    if (this.now < state.defendedAt + this.timing.defend) return;
    state.defendedAt = this.now;
    this.#actions.push({ do: 'announce', address: state.address });
  }

  #become(state: AddressState, role: Role, cause: Cause, node?: string): void {
    const { address } = state;
    const before = state.role;
    if (before === 'Conflict' && role === 'Owner') state.conflictRetry = this.timing.conflictRetry[0];
    Object.assign(state, { role, since: this.now, probes: 0, offer: undefined, granted: undefined });
    state.refusedBy.clear();
    state.caretakerOf = role === 'Caretaker' ? node : undefined;
    if (role === 'Conflict') {
      state.conflictUntil = this.now + state.conflictRetry;
      state.conflictRetry = Math.min(2 * state.conflictRetry, this.timing.conflictRetry[1]);
    }
    if (role !== 'Owner') state.superseded = undefined;
    if (role !== 'Standby') state.preferredSince = undefined;
    const answers = role === 'Owner' || role === 'Caretaker';
    if (answers) this.#actions.push({ do: 'answer', address, as: state.caretakerOf });
    else if (before === 'Owner' || before === 'Caretaker') this.#actions.push({ do: 'silence', address });
    if (role === 'Owner') this.#announce(state);
    this.#outbox.claim(address, claimOf(state), role === 'Owner' ? state.superseded?.node : undefined);
    this.#actions.push({ do: 'report', address, role, cause, node });
  }

  #announce(state: AddressState): void {
    state.defendedAt = this.now;
    this.#actions.push({ do: 'announce', address: state.address });
  }

  #forget(state: AddressState): void {
    if (state.role !== 'Standby') this.#become(state, 'Standby', 'Released');
    this.#addressTimers.set(state.address, undefined);
    this.#vacant.delete(state.address);
    this.#count(this.#watchedFor.get(state.address) ?? [], -1);
    this.#watchedFor.delete(state.address);
    this.#addresses.delete(state.address);
  }

  #watchFor(state: AddressState, claimants: readonly Claimant[]): void {
    const wanted = watchedBy(state, claimants, this);
    const before = this.#watchedFor.get(state.address) ?? [];
    if (before.length === wanted.length && before.every((node, index) => node === wanted[index])) return;
    this.#count(before, -1);
    this.#count(wanted, 1);
    this.#watchedFor.set(state.address, wanted);
  }

  #count(nodes: readonly string[], by: 1 | -1): void {
    for (const node of nodes) {
      const count = (this.#watched.get(node) ?? 0) + by;
      if (count > 0) this.#watched.set(node, count);
      else this.#watched.delete(node);
    }
  }

  #watch(): void {
    const nodes = [...this.#watched.keys()].sort();
    const text = nodes.join(' ');
    if (text === this.#watchedNodes) return;
    this.#watchedNodes = text;
    this.#actions.push({ do: 'watch', nodes });
  }

  #stateOf(address: string): AddressState {
    const known = this.#addresses.get(address);
    if (known !== undefined) return known;
    const state = newAddressState(address, this.now, this.timing.conflictRetry[0]);
    this.#addresses.set(address, state);
    return state;
  }
}

function decide(state: AddressState, claimants: readonly Claimant[], world: Surroundings): Decision {
  switch (state.role) {
    case 'Standby':
      return decideStandby(state, claimants, world);
    case 'Placing':
      return decidePlacing(state, claimants, world);
    case 'Conflict':
      return decideConflict(state, claimants, world);
    case 'Owner':
      return decideOwner(state, claimants, world);
    case 'Held':
      return decideHeld(state, claimants, world);
    case 'Caretaker':
      return decideCaretaker(state, claimants, world);
  }
}

function claimOf({ role, caretakerOf }: AddressState): Claim | null {
  if (role === 'Owner' || role === 'Held') return { role };
  return role === 'Caretaker' && caretakerOf !== undefined ? { role, of: caretakerOf } : null;
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
