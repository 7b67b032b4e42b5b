import type { PeerInterface, SegmentPeer } from './messages.ts';

/** A peer, and where messages to it go. */
export interface ReachedPeer {
  /** With the address and the MAC address by which it is watched and asked. */
  readonly peer: SegmentPeer;
  /** The addresses that messages to it go to: all that the plan knows while it is not known which of them it speaks from. */
  readonly to: readonly string[];
}

/**
 * By which of its interfaces on the segment a peer is reached: the one that it says it speaks by. It speaks by one at a
 * time, and of those that the plan knows only: what else it says counts for nothing.
 *
 * @param told its MAC address, as its own messages tell it
 */
export function reach(peer: SegmentPeer, told: string | undefined): ReachedPeer {
  const interfaces = interfacesOf(peer);
  const speaking = interfaces.find(({ mac }) => mac !== undefined && mac === told);
  if (speaking === undefined) return { peer, to: interfaces.map(({ remote }) => remote) };
  return { peer: { ...peer, ...speaking }, to: [speaking.remote] };
}

/** All interfaces of the peer on the segment; first the one that it is thought to speak by while it has not said. */
export function interfacesOf({ mac, remote, others = [] }: SegmentPeer): readonly PeerInterface[] {
  return [{ mac, remote }, ...others];
}
