/** Milliseconds between advertisements that nobody asked for: MinRtrAdvInterval and MaxRtrAdvInterval. */
export const ADVERTISEMENT_INTERVAL = { min: 3300, max: 10_000 };
/** MAX_INITIAL_RTR_ADVERTISEMENTS, and milliseconds between these. */
const INITIAL = { count: 3, interval: 3000 };
/** MIN_DELAY_BETWEEN_RAS, milliseconds. */
const LEAST_BETWEEN = 3000;
/** MAX_RA_DELAY_TIME, milliseconds. */
const ANSWER_DELAY = 500;
/** MAX_RTR_SOLICITATION_DELAY and RTR_SOLICITATION_INTERVAL, and what that grows to (RFC 7559 section 2), milliseconds. */
const SOLICITATION = { delay: 1000, interval: 4000, limit: 60_000 };
/** Questions to routers that are in doubt: MAX_RTR_SOLICITATIONS. */
const QUESTIONS = 3;
/** Milliseconds after which a router that is in doubt has let all questions go by. */
export const DOUBT = (QUESTIONS - 1) * SOLICITATION.interval + LEAST_BETWEEN + ANSWER_DELAY;

/** What is due on an interface. */
export type RouterDuty = 'Advertise' | 'Solicit';

/**
 * When one interface advertises itself and asks for others (RFC 4861 sections 6.2.4, 6.2.6 and 6.3.7). Times are
 * milliseconds on a monotonic clock; `random` is from 0 up to but not including 1.
 */
export class RouterSchedule {
  #advertiseAt: number;
  #advertisedAt = Number.NEGATIVE_INFINITY;
  #initial = INITIAL.count;
  #solicitAt: number;
  #interval = SOLICITATION.interval;
  /** Questions left although a router is known. */
  #questions = 0;
  #isFound = false;

  /** The interface has come up: it says so at once. */
  constructor(now: number, random: number) {
    this.#advertiseAt = now;
    this.#solicitAt = now + random * SOLICITATION.delay;
  }

  /** When something is due next. */
  next(): number {
    return Math.min(this.#advertiseAt, this.#solicitAt);
  }

  /** What is due now, and is taken for done. */
  take(now: number, random: number): readonly RouterDuty[] {
    const duties: RouterDuty[] = [];
    if (this.#advertiseAt <= now) {
      duties.push('Advertise');
      this.#initial = Math.max(0, this.#initial - 1);
      this.#advertisedAt = now;
      const { min, max } = ADVERTISEMENT_INTERVAL;
      this.#advertiseAt = now + (this.#initial > 0 ? INITIAL.interval : min + random * (max - min));
    }
    if (this.#solicitAt <= now) {
      duties.push('Solicit');
      this.#questions = Math.max(0, this.#questions - 1);
      const isDone = this.#isFound && this.#questions === 0;
      this.#solicitAt = isDone ? Number.POSITIVE_INFINITY : now + this.#interval;
      if (!this.#isFound) this.#interval = grown(this.#interval, random);
    }
    return duties;
  }

  /** Somebody asks who is there, or is new here: all are told soon. */
  solicited(now: number, random: number): void {
    const at = Math.max(now + random * ANSWER_DELAY, this.#advertisedAt + LEAST_BETWEEN);
    this.#advertiseAt = Math.min(this.#advertiseAt, at);
  }

  /** A router is known: nobody has to be asked. */
  found(): void {
    this.#isFound = true;
    if (this.#questions === 0) this.#solicitAt = Number.POSITIVE_INFINITY;
  }

  /** No router is known any more. */
  lost(now: number): void {
    if (!this.#isFound) return;
    this.#isFound = false;
    this.#interval = SOLICITATION.interval;
    this.#solicitAt = now;
  }

  /** Asks which of the known routers are still there: see {@link DOUBT}. */
  ask(now: number): void {
    this.#questions = QUESTIONS;
    this.#interval = SOLICITATION.interval;
    this.#solicitAt = now;
  }
}

/** RFC 7559 section 2, with `random` for RAND: twice as long, give or take a tenth, up to the limit. */
function grown(interval: number, random: number): number {
  const jitter = 0.2 * random - 0.1;
  const doubled = interval * (2 + jitter);
  return doubled > SOLICITATION.limit ? SOLICITATION.limit * (1 + jitter) : doubled;
}
