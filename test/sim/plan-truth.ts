import type { SegmentPlan } from '../../src/speaker/ownership/protocol.ts';
import type { Random } from './random.ts';

/** What the API server holds, from which each node makes its plan sooner or later. */
export class PlanTruth {
  readonly drained = new Set<string>();
  /** By address the nodes that may have it, best first. */
  readonly ranks = new Map<string, readonly string[]>();

  constructor(
    readonly nodes: readonly { readonly name: string; readonly mac: string }[],
    readonly holdOff: number,
    private readonly random: Random,
  ) {}

  add(address: string): void {
    const ranked = this.random.shuffle(this.nodes.map(({ name }) => name));
    const least = Math.min(ranked.length, 2);
    this.ranks.set(address, ranked.slice(0, this.random.whole(least, ranked.length)));
  }

  remove(address: string): void {
    this.ranks.delete(address);
  }

  /** One node may have the address now, or may not any more. */
  change(address: string): void {
    const ranked = this.ranks.get(address) ?? [];
    const outside = this.nodes.map(({ name }) => name).filter((node) => !ranked.includes(node));
    if (outside.length > 0 && (ranked.length <= 2 || this.random.chance(0.5))) {
      const place = this.random.whole(0, ranked.length);
      this.ranks.set(address, [...ranked.slice(0, place), this.random.pick(outside), ...ranked.slice(place)]);
    } else if (ranked.length > 2) {
      const gone = this.random.pick(ranked);
      this.ranks.set(
        address,
        ranked.filter((node) => node !== gone),
      );
    }
  }

  candidatesOf(address: string): readonly string[] {
    return (this.ranks.get(address) ?? []).filter((node) => !this.drained.has(node));
  }

  planFor(node: string): SegmentPlan {
    return {
      addresses: [...this.ranks.keys()].map((address) => ({
        address,
        candidates: this.candidatesOf(address),
        holdOff: this.holdOff,
        draining: this.drained.has(node),
      })),
      peers: this.nodes.filter(({ name }) => name !== node).map(({ name, mac }) => ({ node: name, mac })),
    };
  }
}
