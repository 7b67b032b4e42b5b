/** Probes before an address that nobody answered for so far is answered. */
export const PROBES = 2;
/** Milliseconds between the probes. RFC 5227 waits seconds, which a Service cannot; only its frames are used. */
export const PROBE_SPACING = 30;
/** Milliseconds from the first probe until the address is answered: kube-proxy needs them to install its rules too. */
export const PLACEMENT_WAIT = 100;
/** Milliseconds until an address that a stranger uses is probed again. */
export const CONFLICT_RETRY = 30_000;

/** What is due for addresses under placement. */
export interface PlacementSteps<A> {
  /** Addresses to send a probe for, on each of their interfaces. */
  readonly probe: readonly A[];
  /** Addresses for which no stranger showed up: answer them from now on. */
  readonly settled: readonly A[];
}

interface Placement {
  /** When the next step is due: a probe, or after the last one the end of the wait. */
  readonly dueAt: number;
  readonly probesSent: number;
}

/** Addresses on their way to a first answer: probed for strangers, or put off because there is one. Times in ms. */
export class Placements<A> {
  readonly #placements = new Map<A, Placement>();

  /** Begins with the first probe, due at once. */
  start(address: A, now: number): void {
    this.#placements.set(address, { dueAt: now, probesSent: 0 });
  }

  /** Ends the placement: the address is no longer ours, or needs no probe any more. */
  remove(address: A): void {
    this.#placements.delete(address);
  }

  has(address: A): boolean {
    return this.#placements.has(address);
  }

  /** A stranger uses the address: it is not answered before {@link CONFLICT_RETRY} has passed without one. */
  claimed(address: A, now: number): void {
    if (this.has(address)) this.#placements.set(address, { dueAt: now + CONFLICT_RETRY, probesSent: 0 });
  }

  /** Takes the steps that are due at `now`, at most `limit` of them. */
  take(now: number, limit = Number.POSITIVE_INFINITY): PlacementSteps<A> {
    const probe: A[] = [];
    const settled: A[] = [];
    for (const [address, { dueAt, probesSent }] of this.#placements) {
      if (probe.length + settled.length === limit) break;
      if (dueAt > now) continue;
      if (probesSent === PROBES) {
        this.#placements.delete(address);
        settled.push(address);
        continue;
      }
      // Counted from the probe itself: a timer that fires late must not cut the time short in which strangers answer.
      const wait = probesSent + 1 < PROBES ? PROBE_SPACING : PLACEMENT_WAIT - (PROBES - 1) * PROBE_SPACING;
      this.#placements.set(address, { dueAt: now + wait, probesSent: probesSent + 1 });
      probe.push(address);
    }
    return { probe, settled };
  }

  /** When {@link take} will next have something, or undefined when never. */
  next(): number | undefined {
    let next: number | undefined;
    for (const { dueAt } of this.#placements.values()) next = Math.min(next ?? dueAt, dueAt);
    return next;
  }
}
