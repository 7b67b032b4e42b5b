import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** How bad the network is while nothing is cut. */
export interface Quality {
  readonly loss: number;
  readonly duplicates: number;
  /** Milliseconds, least and most; what is sent later may come earlier. */
  readonly delay: readonly [number, number];
}

/** What was lost may be missed for so long, in milliseconds. */
const LOSS_REMEMBERED = 3_000;

/** One network segment: which node's frames reach which other, how late and how often. */
export class Network {
  quality: Quality;
  /** Nodes whose switch port is dead, without their noticing. */
  readonly cut = new Set<string>();
  /** Nodes with neither power nor carrier. */
  readonly off = new Set<string>();
  /** `a>b`: what a sends does not reach b. */
  readonly #blocked = new Set<string>();
  readonly #side = new Map<string, number>();
  #lostAt = Number.NEGATIVE_INFINITY;
  readonly #changedAt = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    quality: Quality,
    private readonly changed: () => void,
  ) {
    this.quality = quality;
  }

  /** Whether frames get lost, or did lately. */
  get hasLost(): boolean {
    return this.quality.loss > 0 || this.clock.now - this.#lostAt < LOSS_REMEMBERED;
  }

  /** A machine that stood still has lost what was sent to it. */
  noteLoss(): void {
    this.#lostAt = this.clock.now;
  }

  passes(from: string, to: string): boolean {
    return (
      this.isAttached(from) &&
      this.isAttached(to) &&
      this.#side.get(from) === this.#side.get(to) &&
      !(this.#blocked.size > 0 && this.#blocked.has(`${from}>${to}`))
    );
  }

  isAttached(node: string): boolean {
    return !this.cut.has(node) && !this.off.has(node);
  }

  /** When what reaches the node, or what it reaches, changed last. */
  changedAt(node: string): number {
    return this.#changedAt.get(node) ?? 0;
  }

  setCut(node: string, isCut: boolean): void {
    if (isCut) this.cut.add(node);
    else this.cut.delete(node);
    this.touch(node);
  }

  setOff(node: string, isOff: boolean): void {
    if (isOff) this.off.add(node);
    else this.off.delete(node);
    this.touch(node);
  }

  setBlocked(from: string, to: string, isBlocked: boolean): void {
    if (isBlocked) this.#blocked.add(`${from}>${to}`);
    else this.#blocked.delete(`${from}>${to}`);
    this.touch(from, to);
  }

  /** Those named hear one another and nobody else, nor does anybody else hear them. */
  split(nodes: readonly string[], all: readonly string[]): void {
    for (const node of all) this.#side.set(node, nodes.includes(node) ? 1 : 0);
    this.touch(...all);
  }

  heal(all: readonly string[]): void {
    this.#side.clear();
    this.#blocked.clear();
    this.cut.clear();
    this.touch(...all);
  }

  touch(...nodes: readonly string[]): void {
    for (const node of nodes) this.#changedAt.set(node, this.clock.now);
    this.changed();
  }

  send(from: string, to: string, arrive: () => void): void {
    if (!this.passes(from, to)) return;
    const { random, quality } = this;
    const copies = quality.duplicates > 0 && random.chance(quality.duplicates) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (quality.loss > 0 && random.chance(quality.loss)) {
        this.noteLoss();
        continue;
      }
      this.clock.after(random.between(...quality.delay), () => {
        if (!this.off.has(to)) arrive();
      });
    }
  }
}
