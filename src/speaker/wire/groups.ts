import { MldListener } from '../mld/listener.ts';
import { decodeMldQuery, MLD_QUERY_DROP } from '../mld/query.ts';
import { type GroupChange, SolicitedNodeGroups } from '../ndp/solicited-node-groups.ts';
import type { GroupSocket, ListenerSocket, WirePorts } from './ports.ts';

/**
 * Groups that the kernel is told to join at most. It goes through all of them for every multicast packet that arrives
 * (measured: 2.2 us a packet with none, 2.3 with 64, 5 with 512, 64 with 4,096), of whatever group.
 */
export const KERNEL_GROUPS = 64;
/** Changes that are made by the kernel at once, at most. */
export const GROUP_PORTION = 32;
/**
 * Milliseconds after which a portion ends early: BFD runs on this thread, and a change takes 50 ms (measured) where it
 * waits for others that change interfaces of this kernel.
 */
export const GROUP_BUDGET = 5;
/** MLD messages that are sent at once, at most. */
export const REPORT_PORTION = 16;
/** Milliseconds between portions: whatever else is due gets its turn. */
export const GROUP_PAUSE = 2;
/** Milliseconds until what failed is tried again. */
export const GROUP_RETRY = 1000;

/** What happens at the groups of an interface. */
export interface GroupsObserver {
  onFailure(error: unknown): void;
  /** A frame came to nothing. */
  onDrop(reason: typeof MLD_QUERY_DROP): void;
  /** {@link WireGroups.next} may have moved. */
  onScheduled(): void;
}

/**
 * Keeps one interface in the groups in which its addresses are asked for: the first of them by the kernel, the others by
 * letting in all groups and telling of them ourselves. Times are ms on the monotonic clock.
 */
export class WireGroups {
  readonly #groups = new SolicitedNodeGroups();
  readonly #ports: WirePorts;
  readonly #interfaceIndex: number;
  readonly #observer: GroupsObserver;
  readonly #kernel: GroupSocket;
  readonly #joinedByKernel = new Set<bigint>();
  readonly #listener: MldListener;
  #socket: ListenerSocket | undefined;
  #nextAt = Number.NEGATIVE_INFINITY;
  #sendFailed = false;

  constructor(ports: WirePorts, interfaceIndex: number, observer: GroupsObserver) {
    this.#ports = ports;
    this.#interfaceIndex = interfaceIndex;
    this.#observer = observer;
    this.#kernel = ports.openGroups(interfaceIndex);
    this.#listener = new MldListener(() => ports.random());
  }

  add(group: bigint): void {
    this.#groups.add(group);
  }

  remove(group: bigint): void {
    this.#groups.remove(group);
  }

  /** The interface is up again: who is there has not heard of the groups. The kernel does the same for its own. */
  restart(): void {
    this.#closeListener();
    this.#listener.restart();
  }

  /** Makes the next portion of changes, and tells a portion of what is to be told, if it is due. */
  step(from: number): void {
    if (from < this.#nextAt || from < this.next()) return;
    const now = this.#ports.clock.monotonic();
    this.#nextAt = now + GROUP_PAUSE;
    if (!this.#changeSome(now) || !this.#tellSome(now)) this.#nextAt = now + GROUP_RETRY;
  }

  /** When {@link step} will next have something to do; Infinity for never. */
  next(): number {
    return this.#groups.pending ? this.#nextAt : Math.max(this.#nextAt, this.#listener.next());
  }

  /** Leaves the kernel's groups. Of the others routers forget by and by: after a restart they are wanted again. */
  close(): void {
    this.#kernel.close();
    this.#closeListener();
  }

  #changeSome(now: number): boolean {
    for (let made = 0; made < GROUP_PORTION && this.#ports.clock.monotonic() - now < GROUP_BUDGET; ) {
      const [next] = this.#groups.take(1);
      if (next === undefined) return true;
      if (this.#isOurs(next)) {
        if (next.change === 'Join') this.#listener.join(next.group);
        else this.#listener.leave(next.group);
        continue;
      }
      made++;
      if (!this.#changeKernel(next)) return false;
    }
    return true;
  }

  #isOurs({ group, change }: GroupChange): boolean {
    if (change === 'Leave') return !this.#joinedByKernel.has(group);
    return this.#joinedByKernel.size >= KERNEL_GROUPS;
  }

  #changeKernel({ group, change }: GroupChange): boolean {
    if (change === 'Leave') {
      this.#kernel.leave(group);
      this.#joinedByKernel.delete(group);
      return true;
    }
    try {
      this.#kernel.join(group);
      this.#joinedByKernel.add(group);
      return true;
    } catch (error) {
      this.#groups.failed(group);
      this.#observer.onFailure(error);
      return false;
    }
  }

  #tellSome(now: number): boolean {
    if (!this.#listener.idle) {
      if (!this.#openListener()) return false;
      this.#sendFailed = false;
      for (const { bytes, destination } of this.#listener.take(now, REPORT_PORTION)) {
        this.#socket?.send(bytes, destination);
        if (!this.#sendFailed) continue;
        this.#listener.restart();
        return false;
      }
    }
    if (this.#listener.idle) this.#closeListener();
    return true;
  }

  #openListener(): boolean {
    try {
      this.#socket ??= this.#ports.openListener(this.#interfaceIndex, {
        onFrame: (frame) => this.#receive(frame),
        onError: (error) => {
          this.#sendFailed = true;
          this.#observer.onFailure(error);
        },
      });
      return true;
    } catch (error) {
      this.#observer.onFailure(error);
      return false;
    }
  }

  #closeListener(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #receive(frame: Uint8Array): void {
    const query = decodeMldQuery(frame);
    if (query === undefined) {
      this.#observer.onDrop(MLD_QUERY_DROP);
      return;
    }
    this.#listener.query(query, this.#ports.clock.monotonic());
    this.#observer.onScheduled();
  }
}
