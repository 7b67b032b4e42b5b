import type { ConnectionId, SessionAction } from './action.ts';
import type { TimerName } from './state.ts';

/** Which timers of a peer run: turns starts and stops into actions, and tells an expiry from one that came too late. */
export class Timers {
  readonly #running = new Set<string>();

  /** Starts the timer or starts it anew. */
  start(timer: TimerName, connection: ConnectionId | undefined, milliseconds: number): SessionAction {
    this.#running.add(key(timer, connection));
    return { action: 'StartTimer', timer, connection, milliseconds };
  }

  /** Stops the timer; no action where it does not run. */
  stop(timer: TimerName, connection: ConnectionId | undefined): readonly SessionAction[] {
    return this.#running.delete(key(timer, connection)) ? [{ action: 'StopTimer', timer, connection }] : [];
  }

  /** The timer has expired. False where it was stopped before. */
  expire(timer: TimerName, connection: ConnectionId | undefined): boolean {
    return this.#running.delete(key(timer, connection));
  }
}

function key(timer: TimerName, connection: ConnectionId | undefined): string {
  return `${timer} ${connection ?? ''}`;
}
