import { SolicitedNodeGroups } from './ndp/solicited-node-groups.ts';
import type { GroupSocket } from './wire-ports.ts';

/** Changes made at once: at 10,000 groups each takes a millisecond of the thread that BFD runs on. */
export const GROUP_PORTION = 32;
/** Milliseconds between portions: whatever else is due gets its turn. */
export const GROUP_PAUSE = 2;
/** Milliseconds until a group that could not be joined is tried again. */
export const GROUP_RETRY = 1000;

/** Keeps one interface in the groups in which its addresses are asked for. Times are ms on the monotonic clock. */
export class WireGroups {
  readonly #groups = new SolicitedNodeGroups();
  readonly #socket: GroupSocket;
  readonly #onFailure: (error: unknown) => void;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(socket: GroupSocket, onFailure: (error: unknown) => void) {
    this.#socket = socket;
    this.#onFailure = onFailure;
  }

  add(group: bigint): void {
    this.#groups.add(group);
  }

  remove(group: bigint): void {
    this.#groups.remove(group);
  }

  /** Makes the next portion of changes, if it is due. */
  step(now: number): void {
    if (now < this.#nextAt) return;
    this.#nextAt = now + GROUP_PAUSE;
    for (const { group, change } of this.#groups.take(GROUP_PORTION)) {
      if (change === 'Leave') this.#socket.leave(group);
      else if (!this.#join(group)) this.#nextAt = now + GROUP_RETRY;
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
