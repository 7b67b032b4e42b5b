import { AddressSet } from './address-set.ts';
import type { AddressState } from './address-state.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { heardAt, mergeMoves, toldAt } from './moves.ts';
import type { Outbox } from './outbox.ts';
import type { PeerSet } from './peer-set.ts';
import type { Cause, HeldAddress, OwnershipAction, PlanAmendment, PlannedAddress } from './protocol.ts';
import { changeRole, claimOf, type RoleChange } from './role-change.ts';
import { isSamePlan } from './same-plan.ts';
import { claimantsOf, hintUntil, isAlone, isCandidate, type Surroundings } from './surroundings.ts';
import { WatchCounts } from './watch-counts.ts';
import { watchedBy } from './watching.ts';

/** Addresses that are looked at within one step at most: more would keep the thread from the sessions of others. */
const MOST_DECISIONS = 1000;
/**
 * Roles that are carried out within one step at most, for the same reason: to begin to answer for an address takes 0.1 to
 * 0.3 ms where it is put on `lo` (measured), and several times that on a busy machine.
 */
const MOST_CHANGES = 20;
/** A decision is looked at again so often at most within one step: more is a circle. */
const MOST_ROUNDS = 8;
/** Why a node stands in for one that is missed. */
const STANDING_IN: ReadonlySet<Cause> = new Set(['OwnerGone', 'SpeakerGone', 'SpeakerSilent']);
/** The owner and those that watch it. */
const IN_LINE = 3;
/** Milliseconds after which a node says again that it hears another. */
const WITNESS_PACE = 1000;

/** The role of this node for each address, and all that changes it. */
export class Roles {
  readonly addresses: AddressSet;
  readonly watched = new WatchCounts();
  /** Carried out in this step. */
  #changes = 0;
  /** Taken over and said so, and not carried out yet. Nobody answers for them elsewhere. */
  readonly #taken = new Map<string, { readonly change: RoleChange; readonly actions: readonly OwnershipAction[] }>();

  constructor(
    private readonly world: Surroundings,
    private readonly peers: PeerSet,
    private readonly outbox: Outbox,
    private readonly act: (action: OwnershipAction) => void,
  ) {
    this.addresses = new AddressSet(world.timing.conflictRetry[0]);
  }

  /** What another life of this speaker is to be told that it held. */
  held(): readonly HeldAddress[] {
    const held: HeldAddress[] = [];
    for (const { address, role, moves } of this.addresses.all()) {
      if (role === 'Owner' || role === 'Held') held.push({ address, moves: toldAt(moves, this.world.now) });
    }
    return held;
  }

  /** Takes all addresses of a new plan. */
  plan(planned: readonly PlannedAddress[]): void {
    const wanted = new Map(planned.map((each) => [each.address, each]));
    for (const state of this.addresses.all()) if (!wanted.has(state.address)) this.#planAddress(state, undefined);
    for (const each of wanted.values()) this.#planAddress(this.addresses.of(each.address, this.world.now), each);
  }

  /** Takes what has changed since the last plan. */
  amend({ planned, released }: PlanAmendment): void {
    for (const address of released) {
      const state = this.addresses.get(address);
      if (state !== undefined) this.#planAddress(state, undefined);
    }
    for (const each of planned) this.#planAddress(this.addresses.of(each.address, this.world.now), each);
  }

  /** Holds back what a former life held until others have been asked. */
  resume(held: readonly HeldAddress[], until: number): void {
    for (const { address, moves } of held) {
      const state = this.addresses.of(address, this.world.now);
      state.moves = heardAt(moves, this.world.now);
      this.#hold(state, 'Started', until);
    }
  }

  /**
   * Others may have taken what this node had: nothing is answered until they have been asked.
   *
   * @param keepsItsOwn what by its plan nobody else may have is answered as before, as nothing is gained by silence: after
   *   a pause in which nobody can have been put in line for it
   */
  quiet(cause: Cause, until: number, keepsItsOwn: boolean): void {
    for (const state of this.addresses.all()) {
      if (keepsItsOwn && state.role === 'Owner' && isAlone(state, this.world)) continue;
      if (state.role === 'Owner' || state.role === 'Held') this.#hold(state, cause, until);
      else if (state.role !== 'Standby') this.become(state, { role: 'Standby', cause });
      state.nobodySince = undefined;
    }
    this.addresses.markAll();
  }

  /**
   * Changes the role of an address, and tells the others. What is taken over from a node that is gone is carried out in
   * later steps, when all of it has been told: it is then clear to the next in line that nothing is left to it.
   */
  become(state: AddressState, change: RoleChange): void {
    const { now, timing } = this.world;
    const actions = changeRole(state, change, now, timing);
    this.#taken.delete(state.address);
    if (change.cause === 'OwnerGone') this.#taken.set(state.address, { change, actions });
    else this.#carryOutChange(change, actions);
    this.outbox.claim(state.address, claimOf(state), state.moves, now);
  }

  /** Whether a step is due at once. */
  get isPending(): boolean {
    return this.addresses.isMarked || this.#taken.size > 0;
  }

  /** Says again that the address is here, though not too often. */
  defend(state: AddressState): void {
    const { now, timing } = this.world;
    if (now < state.defendedAt + timing.defend) return;
    state.defendedAt = now;
    this.act({ do: 'announce', address: state.address });
  }

  /** A frame of the node was heard that says that it has the address: those in line for it tell the node so. */
  witness(state: AddressState, node: string): void {
    const { now, self } = this.world;
    const place = state.plan?.candidates.indexOf(self) ?? -1;
    if (place < 0 || place >= IN_LINE) return;
    if (state.witnessed?.node === node && now - state.witnessed.at < WITNESS_PACE) return;
    state.witnessed = { node, at: now };
    this.outbox.witness(node, state.address);
  }

  /** A node has heard of ours what {@link witness} is about. */
  witnessed(state: AddressState | undefined, node: string): void {
    if (state?.role !== 'Owner' || state.witness !== undefined) return;
    state.witness = node;
    this.act({ do: 'witness', address: state.address, node });
  }

  /** Looks at what is marked or due, a portion of it: what is left is for the next step, which is due at once. */
  decideAll(): void {
    this.#changes = 0;
    this.addresses.markDue(this.world.now);
    const told = [...this.#taken.keys()];
    this.#decideMarked();
    for (const address of told) {
      if (this.#changes >= MOST_CHANGES) return;
      const taken = this.#taken.get(address);
      if (taken === undefined) continue;
      this.#taken.delete(address);
      this.#carryOutChange(taken.change, taken.actions);
    }
  }

  #decideMarked(): void {
    let left = MOST_DECISIONS;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const marked = this.addresses.takeMarked(left);
      if (marked.length === 0) return;
      for (const state of marked) {
        if (this.#changes < MOST_CHANGES) this.#decide(state);
        else this.addresses.mark(state.address);
      }
      left -= marked.length;
      if (left === 0 || this.#changes >= MOST_CHANGES) return;
    }
    for (const { address } of this.addresses.takeMarked(left)) this.addresses.setDue(address, this.world.now + 1);
  }

  #carryOutChange(change: RoleChange, actions: readonly OwnershipAction[]): void {
    this.#changes++;
    for (const action of actions) this.act(action.do === 'report' ? { ...action, ...this.#delay(change) } : action);
  }

  /** How long nobody stood in for a node that was missed. */
  #delay({ cause, node }: RoleChange): { after?: number } {
    if (node === undefined || !STANDING_IN.has(cause)) return {};
    const since = this.peers.get(node)?.missedSince;
    return since === undefined ? {} : { after: this.world.now - since };
  }

  #planAddress(state: AddressState, plan: PlannedAddress | undefined): void {
    if (plan !== undefined && isSamePlan(state.plan, plan)) return;
    state.plan = plan;
    this.addresses.mark(state.address);
  }

  #hold(state: AddressState, cause: Cause, until: number): void {
    if (state.role !== 'Held') this.become(state, { role: 'Held', cause });
    state.heldUntil = until;
    // What comes after a pause may have lain in the socket all the while.
    state.mayResumeEarly = cause !== 'Paused';
    state.since = this.world.now;
    this.addresses.mark(state.address);
  }

  #decide(state: AddressState): void {
    const { address } = state;
    const { world } = this;
    const { now, timing } = world;
    if (state.plan === undefined) {
      if (state.role !== 'Standby') this.become(state, { role: 'Standby', cause: 'Released' });
      this.watched.set(address, []);
      this.addresses.forget(address);
      return;
    }
    if (state.seen !== undefined && now >= hintUntil(state, world)) state.seen = undefined;
    const claimants = claimantsOf(state, world);
    if (claimants.length > 0) {
      const known = claimants.map(({ peer }) => peer.table.movesOf(address));
      state.moves = mergeMoves([state.moves, ...known], now - timing.movesWithin, timing.mostMoves);
      state.wasClaimed = true;
    }
    const isVacant = state.role !== 'Owner' && claimants.every(({ standing }) => standing === 'Gone');
    if (!isVacant) state.nobodySince = undefined;
    const wasKept = state.isKept;
    if (this.#mayAct(state)) this.#carryOut(state, decide(state, claimants, world));
    if (state.isKept !== wasKept && state.role === 'Owner') {
      this.act({ do: 'report', address, role: 'Owner', cause: wasKept ? 'MayMove' : 'MovedTooOften', node: undefined });
    }
    const { offer, pollingSince, role } = state;
    const isMoving = offer !== undefined || pollingSince !== undefined || (role !== 'Owner' && role !== 'Standby');
    const mayPlace = isVacant && now >= world.listenUntil && isCandidate(state, world);
    this.addresses.setUnsettled(address, mayPlace || isMoving || state.seen !== undefined);
    this.watched.set(address, watchedBy(state, claimants, world));
  }

  /** Without a carrier nothing can be done, and a speaker that is about to start anew takes on nothing more. */
  #mayAct({ role }: AddressState): boolean {
    return this.world.hasCarrier && (this.outbox.state !== 'Restarting' || role === 'Owner' || role === 'Caretaker');
  }

  #carryOut(state: AddressState, decision: Decision): void {
    const { address } = state;
    const { now } = this.world;
    const until = this.#perform(state, decision);
    if (until === now) this.addresses.mark(address);
    const hintEnds = hintUntil(state, this.world);
    this.addresses.setDue(address, hintEnds > now ? Math.min(until ?? Number.POSITIVE_INFINITY, hintEnds) : until);
  }

  /** Does what was decided. Returns when the address is to be looked at again: now where that changes what is decided. */
  #perform(state: AddressState, decision: Decision): number | undefined {
    const { address } = state;
    const { now, timing } = this.world;
    switch (decision.do) {
      case 'stay':
        return decision.until;
      case 'become':
        this.become(state, decision);
        return now;
      case 'probe':
        state.probes++;
        this.act({ do: 'probe', address });
        return now;
      case 'offer':
        this.#offer(state, decision);
        return now;
      case 'offerAnew':
        state.passedOver.clear();
        state.granted = undefined;
        return now + timing.offer;
      case 'request':
        state.preferredSince = now;
        this.outbox.send(decision.from, { type: 'Request', address });
        return now;
      case 'inquire':
        this.peers.inquire(decision.node, decision.notBefore, now);
        return decision.until;
      case 'poll':
        this.peers.poll(decision.nodes, decision.until, now);
        return decision.until;
      case 'defend':
        this.defend(state);
        return now;
    }
  }

  #offer(state: AddressState, { to, cause }: Decision & { do: 'offer' }): void {
    const { address } = state;
    const { now } = this.world;
    state.offer = { to, since: state.offer?.to === to ? state.offer.since : now, at: now };
    state.offeringSince ??= now;
    state.passedOver.add(to);
    this.outbox.send(to, { type: 'Offer', address, cause, moves: toldAt(state.moves, now) });
  }
}
