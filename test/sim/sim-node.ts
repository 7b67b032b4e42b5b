import type {
  HeldAddress,
  OwnershipAction,
  OwnershipEvent,
  SegmentPlan,
} from '../../src/speaker/ownership/protocol.ts';
import { SegmentOwnership } from '../../src/speaker/ownership/segment-ownership.ts';
import type { OwnershipTiming } from '../../src/speaker/ownership/timing.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** So many packets wait in the sockets of a process that stands still. */
const SOCKET_BUFFER = 500;

/** What a node's speaker does reaches the segment through this. */
export interface Surface {
  act(node: SimNode, action: OwnershipAction): void;
  /** Who answers for what may have changed. */
  changed(node: SimNode, address: string | undefined): void;
}

/** A machine with a kernel, and the speaker that runs on it at times. */
export class SimNode {
  isPowered = true;
  hasCarrier = true;
  /** The whole machine stands still, its clock with it. */
  isSuspended = false;
  isFrozen = false;
  core: SegmentOwnership | undefined;
  /** For which addresses the speaker answers, and with the MAC address of which node. */
  readonly answers = new Map<string, string>();
  /** The plan as the snapshot on disk has it. */
  plan: SegmentPlan | undefined;
  held: readonly HeldAddress[] = [];
  lives = 0;
  readonly #buffer: OwnershipEvent[] = [];
  #clockBase: number;
  #suspendedAt = 0;
  #cancelTick: (() => void) | undefined;

  constructor(
    readonly name: string,
    readonly mac: string,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly timing: OwnershipTiming,
    private readonly surface: Surface,
  ) {
    this.#clockBase = random.whole(0, 1_000_000);
  }

  get isRunning(): boolean {
    return this.core !== undefined;
  }

  /** Whether the speaker does anything. */
  get isAwake(): boolean {
    return this.isRunning && !this.isFrozen && !this.isSuspended;
  }

  /** Whether the kernel forwards and answers for the node's own address. */
  get isForwarding(): boolean {
    return this.isPowered && !this.isSuspended;
  }

  start(): void {
    const { name: node, mac, timing, held } = this;
    const boot = this.random.whole(1, 0xffff_ffff);
    this.lives++;
    this.core = new SegmentOwnership({ node, mac, boot, held, timing }, this.#localNow());
    if (!this.hasCarrier) this.#run({ type: 'carrier', up: false });
    this.surface.changed(this, undefined);
    this.#schedule();
  }

  /** The process is gone; what it wrote to disk stays. */
  stop(): void {
    this.core = undefined;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.#buffer.length = 0;
    this.isFrozen = false;
    this.answers.clear();
    this.surface.changed(this, undefined);
  }

  freeze(): void {
    this.isFrozen = true;
    this.surface.changed(this, undefined);
  }

  thaw(): void {
    this.isFrozen = false;
    this.#wake();
  }

  suspend(): void {
    this.isSuspended = true;
    this.#suspendedAt = this.clock.now;
    this.surface.changed(this, undefined);
  }

  /** @param clockStopped whether the node's clock stood still too */
  resume(clockStopped: boolean): void {
    this.isSuspended = false;
    if (clockStopped) this.#clockBase -= this.clock.now - this.#suspendedAt;
    this.#wake();
  }

  step(event: OwnershipEvent): void {
    if (this.core === undefined) return;
    if (this.isAwake) this.#run(event);
    else if (!isPacket(event)) this.#buffer.push(event);
    else if (!this.isSuspended && this.#buffer.length < SOCKET_BUFFER) this.#buffer.push(event);
  }

  #wake(): void {
    if (!this.isAwake) return;
    // Whether timers or sockets come first is up to the event loop; what was answered meanwhile is not heard by any.
    const events: OwnershipEvent[] = this.#buffer.splice(0);
    if (this.random.chance(0.5)) events.unshift({ type: 'tick' });
    for (const event of events) this.#run(event);
    this.surface.changed(this, undefined);
    this.#schedule();
  }

  #run(event: OwnershipEvent): void {
    const { core } = this;
    if (core === undefined) return;
    for (const action of core.step(event, this.#localNow())) {
      if (action.do === 'answer') this.answers.set(action.address, action.as ?? this.name);
      else if (action.do === 'silence') this.answers.delete(action.address);
      if (action.do === 'answer' || action.do === 'silence') this.surface.changed(this, action.address);
      if (action.do === 'report') this.held = core.held();
      this.surface.act(this, action);
    }
    this.#schedule();
  }

  #schedule(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    const { core } = this;
    if (core === undefined) return;
    const at = core.dueAt - this.#clockBase + this.random.between(0, 1);
    this.#cancelTick = this.clock.at(at, () => {
      this.#cancelTick = undefined;
      if (this.isAwake) this.#run({ type: 'tick' });
    });
  }

  #localNow(): number {
    return this.clock.now + this.#clockBase;
  }
}

function isPacket({ type }: OwnershipEvent): boolean {
  return type === 'message' || type === 'heard' || type === 'answered';
}
