import type { Lease } from '../../api/kubernetes/lease.ts';
import { microTime } from './micro-time.ts';

/** Times in milliseconds, with client-go's values as defaults. */
export interface ElectionTiming {
  /** For how long others must see a Lease unchanged before they take it. */
  readonly leaseDuration: number;
  /** For how long after the beginning of its last renewal a leader may write. Shorter than the lease duration. */
  readonly renewDeadline: number;
  /** How often to look, and to renew. */
  readonly retryPeriod: number;
}

export const DEFAULT_ELECTION_TIMING: ElectionTiming = {
  leaseDuration: 15_000,
  renewDeadline: 10_000,
  retryPeriod: 2_000,
};

/** What a Lease says. */
export type LeaseSpec = NonNullable<Lease['spec']>;

/** What to do with the Lease, as it was last seen. */
export type ElectionStep =
  /** Another process leads: look again later. */
  { readonly do: 'wait' } | { readonly do: 'create' | 'update'; readonly spec: LeaseSpec };

/**
 * Who leads, as one process sees it: the rules of client-go's leader election alone. Clocks of different machines are
 * never compared: a Lease runs out when it has not been seen to change for its duration, by this process's own monotonic
 * clock. Two never lead at a time, because a leader stops at the renewal deadline, counted from before its last renewal
 * was sent, and others begin no sooner than the lease duration after they have seen that renewal.
 */
export class LeaseElection {
  readonly #identity: string;
  readonly #timing: ElectionTiming;
  #seen: { readonly sign: string; readonly since: number; readonly spec: LeaseSpec } | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #leads = false;

  /** @param identity of this process and no other, not even a former one of the same pod */
  constructor(identity: string, timing: ElectionTiming = DEFAULT_ELECTION_TIMING) {
    if (timing.retryPeriod >= timing.renewDeadline || timing.renewDeadline >= timing.leaseDuration) {
      throw new RangeError('of a Lease, the retry period, renewal deadline and duration must grow in this order');
    }
    this.#identity = identity;
    this.#timing = timing;
  }

  /** Who holds the Lease as it was last seen. */
  get holder(): string | undefined {
    return this.#seen?.spec.holderIdentity || undefined;
  }

  /** Until when this process may write, by its monotonic clock; -Infinity where it does not lead. */
  get validUntil(): number {
    return this.#leads ? this.#renewedAt + this.#timing.renewDeadline : Number.NEGATIVE_INFINITY;
  }

  /** Whether this process may write. */
  isHeld(now: number): boolean {
    return now < this.validUntil;
  }

  /**
   * Decides on a Lease that was read, or that is not there.
   *
   * @param now monotonic, in milliseconds
   * @param wall since 1970, in milliseconds: only written, for people
   */
  decide(lease: Lease | undefined, now: number, wall: number): ElectionStep {
    if (lease === undefined) {
      this.#leads = false;
      // Somebody has removed it by hand, and its holder may not know yet.
      if (this.holder !== undefined && this.holder !== this.#identity && !this.#hasRunOut(now)) return { do: 'wait' };
      return { do: 'create', spec: this.#spec(undefined, wall) };
    }
    this.#see(lease, now);
    const spec = lease.spec ?? {};
    const isMine = spec.holderIdentity === this.#identity;
    if (!isMine) this.#leads = false;
    if (!isMine && spec.holderIdentity && !this.#hasRunOut(now)) return { do: 'wait' };
    return { do: 'update', spec: this.#spec(spec, wall) };
  }

  /** What a renewal without reading first writes; undefined where this process does not lead. */
  renewal(now: number, wall: number): LeaseSpec | undefined {
    return this.isHeld(now) && this.#seen ? this.#spec(this.#seen.spec, wall) : undefined;
  }

  /** The step's write has been done. @param begun when it was sent @param lease as the server returned it */
  written(lease: Lease, begun: number, now: number): void {
    this.#see(lease, now);
    this.#leads = lease.spec?.holderIdentity === this.#identity;
    this.#renewedAt = begun;
  }

  /** Stops leading; returns what to write so that another process can begin at once. */
  release(wall: number): LeaseSpec | undefined {
    if (!this.#leads || this.#seen === undefined) return undefined;
    const { leaseTransitions = 0 } = this.#seen.spec;
    this.#leads = false;
    const time = microTime(wall);
    return { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time, leaseTransitions };
  }

  #hasRunOut(now: number): boolean {
    const seen = this.#seen;
    if (seen === undefined) return false;
    const seconds = seen.spec.leaseDurationSeconds;
    return now - seen.since >= (seconds === undefined ? this.#timing.leaseDuration : seconds * 1000);
  }

  #see(lease: Lease, now: number): void {
    const spec = lease.spec ?? {};
    const sign = JSON.stringify([
      lease.metadata.uid,
      spec.holderIdentity,
      spec.leaseDurationSeconds,
      spec.acquireTime,
      spec.renewTime,
      spec.leaseTransitions,
    ]);
    if (this.#seen?.sign !== sign) this.#seen = { sign, since: now, spec };
  }

  #spec(current: LeaseSpec | undefined, wall: number): LeaseSpec {
    const isMine = current?.holderIdentity === this.#identity;
    const time = microTime(wall);
    const transitions = current?.leaseTransitions ?? 0;
    return {
      holderIdentity: this.#identity,
      leaseDurationSeconds: Math.ceil(this.#timing.leaseDuration / 1000),
      acquireTime: isMine && current?.acquireTime !== undefined ? current.acquireTime : time,
      renewTime: time,
      leaseTransitions: current === undefined || isMine ? transitions : transitions + 1,
    };
  }
}
