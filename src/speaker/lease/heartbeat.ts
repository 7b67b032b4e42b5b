import type { Logger } from '../../log/logger.ts';
import { Trouble } from '../trouble.ts';
import type { Clock } from '../wire/clock.ts';
import { RENEWAL, type SpeakerLease } from './speaker-lease.ts';

/** Milliseconds until a renewal that failed is tried again. */
export const RETRY = 1000;
/** Milliseconds that a renewal under way is waited for at the end. */
const STOP_PATIENCE = 2000;

/** Joins the other speakers, and says in the store that this one lives, for as long as it does. */
export class Heartbeat {
  readonly #lease: SpeakerLease;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #join: () => Promise<void>;
  readonly #onJoined: () => void;
  readonly #trouble: Trouble;
  #hasJoined = false;
  #beating: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | undefined;
  #stopped = false;

  constructor(options: {
    readonly lease: SpeakerLease;
    readonly clock: Clock;
    readonly logger: Logger;
    /** Tells the others where this node is, before anything else. Rejects where that fails; it is tried again. */
    readonly join: () => Promise<void>;
    readonly onJoined: () => void;
  }) {
    this.#lease = options.lease;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#join = options.join;
    this.#onJoined = options.onJoined;
    this.#trouble = new Trouble(options.logger, 'the Lease could not be renewed: retrying');
  }

  /** Why it could not join, or renew its Lease, the last time; undefined where it could. */
  trouble(): string | undefined {
    return this.#trouble.reason;
  }

  start(): void {
    this.#beating = this.#beat();
  }

  /** @param isLeaving no other life follows soon: the Lease goes. A store that cannot be reached finds out by itself. */
  async stop(isLeaving: boolean): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    await this.#beatingOr(STOP_PATIENCE);
    if (!this.#hasJoined || !isLeaving) return;
    try {
      await this.#lease.remove();
    } catch (error) {
      this.#logger.warn('the Lease could not be removed: it expires by itself', { reason: text(error) });
    }
  }

  /** Waits for a renewal under way, but not for ever. */
  #beatingOr(patience: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(patience, resolve);
      void this.#beating.then(() => {
        cancel();
        resolve();
      });
    });
  }

  async #beat(): Promise<void> {
    try {
      if (!this.#hasJoined) await this.#join();
      if (!this.#stopped) await this.#lease.renew(this.#clock.wall());
      this.#trouble.over();
      if (!this.#hasJoined && !this.#stopped) {
        this.#hasJoined = true;
        this.#onJoined();
      }
    } catch (error) {
      this.#trouble.failed(error);
    }
    if (this.#stopped) return;
    this.#cancelTimer = this.#clock.after(this.#trouble.isThere ? RETRY : RENEWAL, () => {
      this.#beating = this.#beat();
    });
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
