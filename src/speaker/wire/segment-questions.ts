import type { SegmentOwnership } from '../ownership/segment-ownership.ts';
import type { AssignedSegment } from './messages.ts';
import type { SegmentAnswers } from './segment-answers.ts';

/** What an answer to a question of ours says of a node. */
export interface Answered {
  readonly node: string;
  /** For its own address its kernel answers, for one that it claims its speaker. */
  readonly by: 'Kernel' | 'Speaker';
}

/** The questions that other nodes of one segment are asked by unicast, and what their answers say. */
export class SegmentQuestions {
  /** By node, the address that it claims and was last asked for. */
  readonly #asked = new Map<string, string>();

  constructor(
    private readonly ownership: Pick<SegmentOwnership, 'peer' | 'peers'>,
    private readonly answers: Pick<SegmentAnswers, 'ask'>,
    private readonly assigned: () => Pick<AssignedSegment, 'local' | 'peers'>,
  ) {}

  /** Asks a node for its own address and, where one is given, for one that it claims. */
  ask(node: string, claimed: string | undefined): void {
    const { local, peers } = this.assigned();
    const peer = peers.find((each) => each.node === node);
    const mac = this.ownership.peer(node)?.mac;
    if (peer === undefined || mac === undefined) return;
    this.answers.ask(peer.remote, mac, local);
    // Of another family there is no address of ours that could ask.
    if (claimed === undefined || claimed.includes(':') !== local.includes(':')) return;
    this.#asked.set(node, claimed);
    this.answers.ask(claimed, mac, local);
  }

  /** What another segment of the same interface asked, such as that of the other family, says nothing here. */
  answered(address: string, mac: string): Answered | undefined {
    const node = this.peerWith(mac);
    const peer = this.assigned().peers.find((each) => each.node === node);
    if (peer === undefined) return undefined;
    if (address === peer.remote) return { node: peer.node, by: 'Kernel' };
    return address === this.#asked.get(peer.node) ? { node: peer.node, by: 'Speaker' } : undefined;
  }

  /** The peer that has the MAC address by the plan, or says that it does. */
  peerWith(mac: string): string | undefined {
    const planned = this.assigned().peers.find((each) => each.mac === mac);
    if (planned !== undefined) return planned.node;
    for (const peer of this.ownership.peers()) if (peer.mac === mac) return peer.node;
    return undefined;
  }
}
