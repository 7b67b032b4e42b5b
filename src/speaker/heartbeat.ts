import type { Logger } from '../log/logger.ts';
import type { Clock } from './clock.ts';
import { LIFETIME } from './liveness.ts';
import type { SpeakerLease } from './speaker-lease.ts';

/** Milliseconds between renewals: two may fail before others think us dead. */
export const RENEWAL = 1000;
/** Milliseconds that the store is given to deliver what others did while we were not heard. */
export const SETTLE = 1000;
/** Milliseconds that a renewal under way is waited for at the end. */
const STOP_PATIENCE = 2000;
/** A renewal this much overdue, ms, says that the store is out of reach. */
const OVERDUE = 2000;

/** What happens around the renewals. */
export interface HeartbeatListener {
  /**
   * Others could take us for dead from `since` on: the first renewal, or one after a gap. Claims that others have taken
   * over are to be given up, and the status written, before the renewal that follows makes our status count again.
   */
  onRejoin(since: number | undefined): Promise<void>;
  /** The first renewal, or the first after a gap, is done. */
  onJoined(since: number | undefined): void;
}

/** Renews the node's Lease every second for as long as it can. */
export class Heartbeat {
  readonly #lease: SpeakerLease;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #listener: HeartbeatListener;
  #renewedAt: number | undefined;
  #beating: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | undefined;
  #stopped = false;
  #failing = false;

  constructor(options: {
    readonly lease: SpeakerLease;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly listener: HeartbeatListener;
  }) {
    this.#lease = options.lease;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#listener = options.listener;
  }

  start(): void {
    this.#beating = this.#beat();
  }

  /** The last moment, on the monotonic clock, at which the silence of others was evidence of anything. */
  judgement(): number {
    const now = this.#clock.monotonic();
    if (this.#renewedAt === undefined) return now;
    return now - this.#renewedAt <= OVERDUE ? now : this.#renewedAt;
  }

  /** Takes leave. A store that cannot be reached is left to find out by itself. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    await this.#beatingOr(STOP_PATIENCE);
    if (this.#renewedAt === undefined) return;
    try {
      await this.#lease.remove();
    } catch (error) {
      this.#logger.warn('the Lease could not be removed: others take over when it expires', { reason: text(error) });
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
    const began = this.#clock.monotonic();
    try {
      await this.#renew(began);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#logger.warn('the Lease could not be renewed: retrying', { reason: text(error) });
      this.#failing = true;
    }
    if (this.#stopped) return;
    const wait = began + RENEWAL - this.#clock.monotonic();
    this.#cancelTimer = this.#clock.after(Math.max(0, wait), () => {
      this.#beating = this.#beat();
    });
  }

  async #renew(now: number): Promise<void> {
    const since = this.#renewedAt;
    const rejoins = since === undefined || now - since > LIFETIME;
    if (since !== undefined && rejoins) await this.#pause(SETTLE);
    if (rejoins && !this.#stopped) await this.#listener.onRejoin(since);
    if (this.#stopped) return;
    await this.#lease.renew(this.#clock.wall());
    this.#renewedAt = this.#clock.monotonic();
    const tookTooLong = since !== undefined && !rejoins && this.#renewedAt - since > LIFETIME;
    if (tookTooLong) await this.#listener.onRejoin(since);
    if (rejoins || tookTooLong) this.#listener.onJoined(since);
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(milliseconds, resolve);
    });
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
