import type { Clock } from '../../wire/clock.ts';
import type { ConnectionId } from '../session-state/action.ts';
import type { TimerName } from '../session-state/state.ts';

interface Running {
  readonly timer: TimerName;
  readonly connection: ConnectionId | undefined;
  deadline: number;
  /** When the clock will call back, at or before the deadline. */
  calledAt: number;
  cancel: () => void;
}

/**
 * The timers of one session on a clock. Most of them are started anew with each message: that only moves the deadline,
 * and the clock is asked again when it calls too early.
 */
export class SessionTimers {
  readonly #clock: Clock;
  readonly #onExpired: (timer: TimerName, connection: ConnectionId | undefined) => void;
  readonly #running = new Map<string, Running>();

  constructor(clock: Clock, onExpired: (timer: TimerName, connection: ConnectionId | undefined) => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /** Starts the timer or starts it anew. */
  start(timer: TimerName, connection: ConnectionId | undefined, milliseconds: number): void {
    const key = `${timer} ${connection ?? ''}`;
    const deadline = this.#clock.monotonic() + milliseconds;
    const running = this.#running.get(key);
    if (running !== undefined && running.calledAt <= deadline) {
      running.deadline = deadline;
      return;
    }
    running?.cancel();
    const next: Running = { timer, connection, deadline, calledAt: deadline, cancel: () => {} };
    this.#running.set(key, next);
    this.#arm(key, next);
  }

  stop(timer: TimerName, connection: ConnectionId | undefined): void {
    const key = `${timer} ${connection ?? ''}`;
    this.#running.get(key)?.cancel();
    this.#running.delete(key);
  }

  stopAll(): void {
    for (const { cancel } of this.#running.values()) cancel();
    this.#running.clear();
  }

  #arm(key: string, running: Running): void {
    running.calledAt = running.deadline;
    running.cancel = this.#clock.after(running.deadline - this.#clock.monotonic(), () => this.#called(key, running));
  }

  #called(key: string, running: Running): void {
    if (this.#clock.monotonic() < running.deadline) {
      this.#arm(key, running);
      return;
    }
    if (running.timer !== 'HoldTimer') {
      this.#expire(key, running);
      return;
    }
    // A thread that is late has messages in its sockets that came in time: they are read before the peer is given up.
    const { deadline } = running;
    running.cancel = this.#clock.after(0, () => {
      if (running.deadline === deadline) this.#expire(key, running);
      else this.#arm(key, running);
    });
  }

  #expire(key: string, { timer, connection }: Running): void {
    this.#running.delete(key);
    this.#onExpired(timer, connection);
  }
}
