import { type AddressState, newAddressState } from './address-state.ts';
import type { Peer } from './peer.ts';
import { Timers } from './timers.ts';
import { isAmongFirst } from './watching.ts';

/** All addresses that one node knows of, and which of them are to be looked at. */
export class AddressSet {
  readonly #states = new Map<string, AddressState>();
  /** Those that nobody is known to have, or that are about to change hands: what becomes of any peer matters to them. */
  readonly #unsettled = new Set<string>();
  readonly #dirty = new Set<string>();
  readonly #timers = new Timers();

  constructor(private readonly conflictRetry: number) {}

  /** When {@link takeDue} finds something. */
  get dueAt(): number {
    return this.#timers.next ?? Number.POSITIVE_INFINITY;
  }

  get(address: string): AddressState | undefined {
    return this.#states.get(address);
  }

  /** The state of an address, new where it was not known. */
  of(address: string, now: number): AddressState {
    const known = this.#states.get(address);
    if (known !== undefined) return known;
    const state = newAddressState(address, now, this.conflictRetry);
    this.#states.set(address, state);
    return state;
  }

  all(): Iterable<AddressState> {
    return this.#states.values();
  }

  forget(address: string): void {
    this.#states.delete(address);
    this.#unsettled.delete(address);
    this.#timers.set(address, undefined);
  }

  /** The address is to be looked at in this step. */
  mark(address: string): void {
    this.#dirty.add(address);
  }

  markAll(): void {
    for (const address of this.#states.keys()) this.#dirty.add(address);
  }

  /** What may depend on the peer is to be looked at. */
  markConcernOf(peer: Peer): void {
    for (const address of peer.table.addresses()) this.#dirty.add(address);
    for (const address of this.#unsettled) this.#dirty.add(address);
  }

  /**
   * What waits for claims of the peer that were missing is to be looked at: what is unsettled, and what both have. For all
   * else that it claims they change nothing: with hundreds of addresses those were most of all that was looked at.
   */
  markWaitingFor({ table }: Peer): void {
    for (const address of table.addresses()) {
      if (this.#unsettled.has(address) || this.#states.get(address)?.role === 'Owner') this.#dirty.add(address);
    }
    for (const address of this.#unsettled) this.#dirty.add(address);
  }

  /** What the node is among the first in line for is to be looked at: others watch it, or one in its stead. */
  markCandidacyOf({ node }: Peer, isGone: (node: string) => boolean): void {
    for (const [address, { plan }] of this.#states) {
      if (isAmongFirst(node, plan?.candidates ?? [], isGone)) this.#dirty.add(address);
    }
  }

  setUnsettled(address: string, isUnsettled: boolean): void {
    if (isUnsettled) this.#unsettled.add(address);
    else this.#unsettled.delete(address);
  }

  setDue(address: string, at: number | undefined): void {
    this.#timers.set(address, at);
  }

  markDue(now: number): void {
    for (const address of this.#timers.take(now)) this.#dirty.add(address);
  }

  /** Whether {@link takeMarked} finds something. */
  get isMarked(): boolean {
    return this.#dirty.size > 0;
  }

  /** Hands over what is to be looked at, `most` of it. */
  takeMarked(most: number): readonly AddressState[] {
    const states: AddressState[] = [];
    for (const address of this.#dirty) {
      if (states.length === most) break;
      this.#dirty.delete(address);
      const state = this.#states.get(address);
      if (state !== undefined) states.push(state);
    }
    return states;
  }
}
