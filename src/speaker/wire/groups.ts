import { SolicitedNodeGroups } from '../ndp/solicited-node-groups.ts';
import type { Clock } from './clock.ts';
import type { GroupSocket } from './ports.ts';

/** Changes made at once, at most. */
export const GROUP_PORTION = 32;
/**
 * Milliseconds after which a portion ends early: BFD runs on this thread, and a change takes up to a millisecond among
 * 10,000 groups, 50 (measured) where it waits for others that change interfaces of this kernel.
 */
export const GROUP_BUDGET = 5;
/** Milliseconds between portions: whatever else is due gets its turn. */
export const GROUP_PAUSE = 2;
/** Milliseconds until a group that could not be joined is tried again. */
export const GROUP_RETRY = 1000;

/** Keeps one interface in the groups in which its addresses are asked for. Times are ms on the monotonic clock. */
export class WireGroups {
  readonly #groups = new SolicitedNodeGroups();
  readonly #socket: GroupSocket;
  readonly #clock: Clock;
  readonly #onFailure: (error: unknown) => void;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(socket: GroupSocket, clock: Clock, onFailure: (error: unknown) => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  add(group: bigint): void {
    this.#groups.add(group);
  }

  remove(group: bigint): void {
    this.#groups.remove(group);
  }

  /** Makes the next portion of changes, if it is due. */
  step(from: number): void {
    if (from < this.#nextAt) return;
    const now = this.#clock.monotonic();
    this.#nextAt = now + GROUP_PAUSE;
    for (let made = 0; made < GROUP_PORTION && this.#clock.monotonic() - now < GROUP_BUDGET; made++) {
      const [next] = this.#groups.take(1);
      if (next === undefined) return;
      if (next.change === 'Leave') this.#socket.leave(next.group);
      else if (!this.#join(next.group)) {
        this.#nextAt = now + GROUP_RETRY;
        return;
      }
    }
  }

  /** When {@link step} will next have something to do. */
  next(): number | undefined {
    return this.#groups.pending ? this.#nextAt : undefined;
  }

  close(): void {
    this.#socket.close();
  }

  #join(group: bigint): boolean {
    try {
      this.#socket.join(group);
      return true;
    } catch (error) {
      this.#groups.failed(group);
      this.#onFailure(error);
      return false;
    }
  }
}
