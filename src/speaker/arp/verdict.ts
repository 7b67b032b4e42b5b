/**
 * How somebody uses an address. `Use`: says so to all, or sends from it. `Answer`: replies to a question of ours.
 * `Probe`: asks for it in nobody's name, to use it next.
 */
export type ClaimKind = 'Use' | 'Answer' | 'Probe';

/** A frame in which another machine uses, or is about to use, an address that concerns us. */
export interface ForeignClaim<A> {
  readonly address: A;
  readonly mac: number;
  readonly kind: ClaimKind;
}

/** What one frame led to. A claim may come with a reply: a stranger's probe is both. */
export interface Verdict<A, Drop> {
  readonly outcome:
    | { readonly reply: Uint8Array; readonly address: A }
    | { readonly drop: Drop; readonly address?: undefined };
  readonly claim?: ForeignClaim<A>;
  /** The Ethernet source is not the hardware address that the packet gives for its sender: worth a count. */
  readonly sourceDiffers: boolean;
}

/**
 * What the responder of one interface needs to know, all of it live: it may change between frames. `A` is an address as
 * an integer: `number` for ARP, `bigint` for neighbour discovery.
 */
export interface ResponderContext<A> {
  /** MAC address of the interface. */
  readonly mac: number;
  /** The addresses that are answered for, and the MAC address that answers say: another node's while it is taken care of. */
  readonly answers: ReadonlyMap<A, number>;
  /** The addresses that this interface probes for strangers. */
  readonly probing: ReadonlySet<A>;
  /** MAC addresses of all interfaces of this node. */
  readonly ownMacs: ReadonlySet<number>;
  /** Whether it matters who uses the address. */
  concerns(address: A): boolean;
}
