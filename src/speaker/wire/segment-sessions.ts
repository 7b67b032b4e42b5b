import type { OwnershipEvent } from '../ownership/protocol.ts';
import type { BfdNews } from './bfd.ts';
import type { AssignedSegment, WatchedPeer } from './messages.ts';
import { UnwatchedPeers } from './unwatched-peers.ts';

/** The BFD sessions with the other nodes of one segment, and what the protocol is told of them. */
export class SegmentSessions {
  /** The nodes that the protocol wants sessions with. */
  #wanted: readonly string[] = [];
  /** Those whose session has been Up, and the address that it is with. */
  readonly #beenUp = new Map<string, string>();
  readonly #unwatched: UnwatchedPeers;

  /**
   * @param segment the segment, and its peers as they are reached at present
   * @param tell takes what the protocol is told
   * @param tellUnwatched see {@link UnwatchedPeers}
   */
  constructor(
    private readonly segment: () => Pick<AssignedSegment, 'interface' | 'local' | 'peers'>,
    private readonly tell: (event: OwnershipEvent) => void,
    tellUnwatched: (node: string) => void,
  ) {
    this.#unwatched = new UnwatchedPeers(tellUnwatched);
  }

  /** Makes these the nodes that sessions are wanted with. */
  want(nodes: readonly string[]): void {
    this.#wanted = nodes;
    this.forget();
  }

  /** The sessions that are wanted. */
  watched(): readonly WatchedPeer[] {
    const { interface: link, local, peers } = this.segment();
    return peers
      .filter(({ node }) => this.#wanted.includes(node))
      .map(({ node, remote, interval, multiplier }) => {
        return { node, interface: { name: link.name, index: link.index }, local, remote, interval, multiplier };
      });
  }

  /** Sessions that are not wanted any more, or are with another address from now on, say nothing of their nodes. */
  forget(): void {
    const remotes = new Map(this.segment().peers.map(({ node, remote }) => [node, remote]));
    for (const [node, remote] of this.#beenUp) {
      if (this.#wanted.includes(node) && (remotes.get(node) ?? remote) === remote) continue;
      this.#beenUp.delete(node);
      this.tell({ type: 'session', node, state: 'Unwatched' });
    }
  }

  /** A session that is wanted has come into another state, or is about to fall. */
  news({ node, remote }: Pick<WatchedPeer, 'node' | 'remote'>, news: BfdNews): void {
    if (news === 'Late') {
      this.tell({ type: 'late', node });
      return;
    }
    const { from, to, remoteState } = news;
    if (to === 'Up') {
      this.#beenUp.set(node, remote);
      this.tell({ type: 'session', node, state: 'Up' });
    } else if (from === 'Up') {
      // A peer that says that it does not watch is not gone.
      this.tell({ type: 'session', node, state: remoteState === 'AdminDown' ? 'Unwatched' : 'Down' });
    }
  }

  /** See {@link UnwatchedPeers.look}. @param speaks whether a node was heard lately */
  lookForUnwatched(speaks: (node: string) => boolean, now: number): number {
    const wanted = this.#wanted.map((node) => {
      return { node, hasBeenUp: this.#beenUp.has(node), speaks: speaks(node) };
    });
    return this.#unwatched.look(wanted, now);
  }
}
