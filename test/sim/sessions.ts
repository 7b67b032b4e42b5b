import { LATENESS } from '../../src/speaker/bfd/session.ts';
import type { SessionState } from '../../src/speaker/ownership/peer.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

interface Side {
  isWanted: boolean;
  state: SessionState;
}

interface Pair {
  readonly nodes: readonly [string, string];
  readonly sides: readonly [Side, Side];
  /** What is to happen unless something changes: detection on a side, or both coming up. */
  readonly pending: [(() => void) | undefined, (() => void) | undefined];
  rise: (() => void) | undefined;
}

/**
 * BFD as the ownership protocol sees it: sessions that fall 200 to 300 ms after the last packet, on the other side as soon
 * as that hears of it, and rise again up to two seconds after both sides hear each other.
 */
export class Sessions {
  readonly #pairs = new Map<string, Pair>();
  readonly #byNode = new Map<string, Set<Pair>>();
  /** What each node wants at last: it may want something else while it is being told what that leads to. */
  readonly #wanted = new Map<string, readonly string[]>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    /** Whether BFD packets of the first node reach the second, both processes running. */
    private readonly hears: (from: string, to: string) => boolean,
    private readonly tell: (node: string, peer: string, state: SessionState | 'Late') => void,
  ) {}

  /** The node wants sessions with those named and no others. */
  watch(node: string, peers: readonly string[]): void {
    this.#wanted.set(node, peers);
    for (const peer of peers) if (this.#wanted.get(node) === peers) this.#want(node, peer);
    for (const pair of [...(this.#byNode.get(node) ?? [])]) {
      if (this.#wanted.get(node) !== peers) return;
      const [own, other] = this.#sidesOf(pair, node);
      if (peers.includes(this.#otherOf(pair, node)) || !own.isWanted) continue;
      const wasUp = own.state === 'Up';
      own.isWanted = false;
      own.state = 'Unwatched';
      this.tell(node, this.#otherOf(pair, node), 'Unwatched');
      // Administratively down: the peer is told.
      if (wasUp && other.state === 'Up' && this.hears(node, this.#otherOf(pair, node))) {
        other.state = 'Unwatched';
        this.tell(this.#otherOf(pair, node), node, 'Unwatched');
      }
      this.#refresh(pair);
    }
  }

  /** Whether the node wants a session with the peer. */
  wants(node: string, peer: string): boolean {
    const pair = [...(this.#byNode.get(node) ?? [])].find((each) => this.#otherOf(each, node) === peer);
    return pair !== undefined && this.#sidesOf(pair, node)[0].isWanted;
  }

  /** The node's process is gone, without a word. */
  end(node: string): void {
    for (const pair of this.#byNode.get(node) ?? []) {
      const [own] = this.#sidesOf(pair, node);
      own.isWanted = false;
      own.state = 'Unwatched';
      this.#refresh(pair);
    }
  }

  /** What reaches whom may have changed. */
  refreshAll(): void {
    for (const pair of this.#pairs.values()) this.#refresh(pair);
  }

  /** The session of two nodes falls for no good reason. */
  flap(): void {
    const up = [...this.#pairs.values()].filter(({ sides }) => sides[0].state === 'Up' && sides[1].state === 'Up');
    if (up.length === 0) return;
    const pair = this.random.pick(up);
    this.#fall(pair, 0);
  }

  #want(node: string, peer: string): void {
    const nodes: readonly [string, string] = node < peer ? [node, peer] : [peer, node];
    const key = nodes.join('|');
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      const side = (): Side => ({ isWanted: false, state: 'Unwatched' });
      pair = { nodes, sides: [side(), side()], pending: [undefined, undefined], rise: undefined };
      this.#pairs.set(key, pair);
      for (const each of nodes) this.#byNode.set(each, (this.#byNode.get(each) ?? new Set()).add(pair));
    }
    const [own] = this.#sidesOf(pair, node);
    if (own.isWanted) return;
    own.isWanted = true;
    // A new session says Down, and so falls what is left of the one before.
    const index = pair.nodes[0] === peer ? 0 : 1;
    if (pair.sides[index].state === 'Up' && this.hears(node, peer)) this.#set(pair, index, 'Down');
    this.#refresh(pair);
  }

  #refresh(pair: Pair): void {
    const [a, b] = pair.nodes;
    const [sideA, sideB] = pair.sides;
    const heard = [sideB.isWanted && this.hears(b, a), sideA.isWanted && this.hears(a, b)] as const;
    for (const index of [0, 1] as const) {
      const isMissed = pair.sides[index].state === 'Up' && !heard[index];
      if (isMissed && pair.pending[index] === undefined) {
        const falls = this.random.between(200, 300);
        const cancelFall = this.clock.after(falls, () => {
          pair.pending[index] = undefined;
          if (pair.sides[index].state === 'Up') this.#fall(pair, index);
        });
        const cancelLate = this.clock.after(falls - LATENESS, () => {
          if (pair.sides[index].state === 'Up') this.tell(pair.nodes[index], pair.nodes[index === 0 ? 1 : 0], 'Late');
        });
        pair.pending[index] = () => {
          cancelFall();
          cancelLate();
        };
      } else if (!isMissed) {
        pair.pending[index]?.();
        pair.pending[index] = undefined;
      }
    }
    const canRise = sideA.isWanted && sideB.isWanted && heard[0] && heard[1];
    const isUp = sideA.state === 'Up' && sideB.state === 'Up';
    if (canRise && !isUp && pair.rise === undefined) {
      pair.rise = this.clock.after(this.random.between(100, 2_000), () => {
        pair.rise = undefined;
        for (const index of [0, 1] as const) this.#set(pair, index, 'Up');
      });
    } else if (!canRise || isUp) {
      pair.rise?.();
      pair.rise = undefined;
    }
  }

  #fall(pair: Pair, index: 0 | 1): void {
    const other = index === 0 ? 1 : 0;
    this.#set(pair, index, 'Down');
    const [from, to] = [pair.nodes[index], pair.nodes[other]];
    if (pair.sides[other].state === 'Up' && this.hears(from, to)) this.#set(pair, other, 'Down');
    this.#refresh(pair);
  }

  #set(pair: Pair, index: 0 | 1, state: SessionState): void {
    const side = pair.sides[index];
    if (side.state === state || !side.isWanted) return;
    side.state = state;
    this.tell(pair.nodes[index], pair.nodes[index === 0 ? 1 : 0], state);
  }

  #sidesOf(pair: Pair, node: string): readonly [own: Side, other: Side] {
    return pair.nodes[0] === node ? [pair.sides[0], pair.sides[1]] : [pair.sides[1], pair.sides[0]];
  }

  #otherOf(pair: Pair, node: string): string {
    return pair.nodes[0] === node ? pair.nodes[1] : pair.nodes[0];
  }
}
