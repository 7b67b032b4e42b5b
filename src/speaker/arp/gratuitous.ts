/** How often one interface announces its addresses, whatever happens to them. */
export interface Pacing {
  /** Longest silence of an interface that holds addresses, ms; 0 for no refresh, {@link DEFAULT_REFRESH} when absent. */
  readonly refresh?: number | undefined;
  /**
   * So many frames a second, since some switches police ARP; unlimited when absent. Refreshes count. After a silence
   * the frames of {@link PACE_DEPTH} may go at once.
   */
  readonly rate?: number | undefined;
}

/** When announcements go out on one interface. Times are milliseconds on a monotonic clock. */
export interface GratuitousOptions extends Pacing {
  /** Delays of the burst after an address was taken over, ascending. */
  readonly burst?: readonly number[];
}

/** Five frames in 2 s: the first moves the clients, the others are for those that a busy network lost. */
export const DEFAULT_BURST: readonly number[] = [0, 100, 500, 1000, 2000];

/** A switch forgets a silent MAC after 300 s as a rule (IEEE 802.1Q, Ageing Time), a busy one sooner. */
export const DEFAULT_REFRESH = 60_000;

/** RFC 5227 section 1.1, DEFEND_INTERVAL: an address is defended at most once in 10 s. */
export const DEFEND_INTERVAL = 10_000;

/** How far a paced schedule may catch up with timers that fire late, ms. */
export const PACE_DEPTH = 10;

interface Entry {
  defendedAt: number;
}

interface Slot<A> {
  readonly at: number;
  readonly address: A;
  readonly entry: Entry;
}

/**
 * The announcements of one interface, gratuitous requests or unsolicited advertisements: a burst for each address taken over, then one frame for the whole interface
 * at a slow pace, each time for the next address. Every operation is O(1) in the number of addresses.
 */
export class GratuitousSchedule<A> {
  readonly #burst: readonly number[];
  #refresh = DEFAULT_REFRESH;
  /** Milliseconds from one frame to the next, at least. */
  #gap = 0;
  readonly #entries = new Map<A, Entry>();
  /** One queue a step: delays are constant, so each queue is in the order of time by itself. */
  readonly #steps: SlotQueue<A>[];
  readonly #defences = new SlotQueue<A>();
  /** When the interface last spoke, or was given its first address: the refresh counts from here. */
  #quietSince = 0;
  /** Virtual time of the pace: a frame may go when it is not ahead of the clock. */
  #pacedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: GratuitousOptions = {}) {
    this.#burst = options.burst ?? DEFAULT_BURST;
    this.pacing = options;
    this.#steps = this.#burst.map(() => new SlotQueue<A>());
  }

  /** How often from now on. */
  set pacing({ refresh = DEFAULT_REFRESH, rate }: Pacing) {
    this.#refresh = refresh;
    this.#gap = rate === undefined ? 0 : 1000 / rate;
  }

  /** Begins the burst for an address that was taken over at `now`; begins it anew for one that is there already. */
  add(address: A, now: number): void {
    if (this.#entries.size === 0) this.#quietSince = now;
    const entry: Entry = { defendedAt: Number.NEGATIVE_INFINITY };
    this.#entries.set(address, entry);
    this.#steps.forEach((queue, step) => {
      queue.push({ at: now + (this.#burst[step] ?? 0), address, entry });
    });
  }

  /** Ends all frames for the address. */
  remove(address: A): void {
    this.#entries.delete(address);
  }

  /** Answers a stranger's claim by one frame, unless one went out within {@link DEFEND_INTERVAL} (RFC 5227, 2.4 c). */
  defend(address: A, now: number): void {
    const entry = this.#entries.get(address);
    if (entry === undefined || now - entry.defendedAt < DEFEND_INTERVAL) return;
    entry.defendedAt = now;
    this.#defences.push({ at: now, address, entry });
  }

  /** Takes out the addresses for which a frame is due at `now`, at most `limit` of them. */
  take(now: number, limit = Number.POSITIVE_INFINITY): readonly A[] {
    const due: A[] = [];
    while (due.length < limit && this.#pacedUntil <= now) {
      const address = this.#nextSlot(now) ?? this.#nextRefresh(now);
      if (address === undefined) break;
      this.#quietSince = now;
      this.#pacedUntil = Math.max(this.#pacedUntil, now - PACE_DEPTH) + this.#gap;
      due.push(address);
    }
    return due;
  }

  /** When {@link take} will next have something, or undefined when never. */
  next(): number | undefined {
    if (this.#entries.size === 0) return undefined;
    let at = this.#refresh > 0 ? this.#quietSince + this.#refresh : Number.POSITIVE_INFINITY;
    for (const queue of this.#queues()) at = Math.min(at, this.#head(queue)?.at ?? Number.POSITIVE_INFINITY);
    return at === Number.POSITIVE_INFINITY ? undefined : Math.max(at, this.#pacedUntil);
  }

  #nextSlot(now: number): A | undefined {
    for (const queue of this.#queues()) {
      const head = this.#head(queue);
      if (head === undefined || head.at > now) continue;
      queue.shift();
      return head.address;
    }
    return undefined;
  }

  #nextRefresh(now: number): A | undefined {
    if (this.#refresh === 0 || now < this.#quietSince + this.#refresh) return undefined;
    const first = this.#entries.entries().next();
    if (first.done) return undefined;
    const [address, entry] = first.value;
    this.#entries.delete(address);
    this.#entries.set(address, entry);
    return address;
  }

  *#queues(): Iterable<SlotQueue<A>> {
    yield this.#defences;
    yield* this.#steps;
  }

  /** The first slot that still stands: an address may have been removed, or taken over again, since it was queued. */
  #head(queue: SlotQueue<A>): Slot<A> | undefined {
    for (;;) {
      const slot = queue.peek();
      if (slot === undefined || this.#entries.get(slot.address) === slot.entry) return slot;
      queue.shift();
    }
  }
}

/** First in, first out, without the cost of `Array.shift` on a long queue. */
class SlotQueue<A> {
  #slots: Slot<A>[] = [];
  #first = 0;

  push(slot: Slot<A>): void {
    this.#slots.push(slot);
  }

  peek(): Slot<A> | undefined {
    return this.#slots[this.#first];
  }

  shift(): void {
    this.#first += 1;
    const spent = this.#first === this.#slots.length || this.#first >= 1024;
    if (!spent || this.#first * 2 < this.#slots.length) return;
    this.#slots = this.#slots.slice(this.#first);
    this.#first = 0;
  }
}
