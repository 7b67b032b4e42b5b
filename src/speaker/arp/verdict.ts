/** What one interface does about an address: probes for strangers before it answers, or answers. */
export type HeldState = 'Probing' | 'Answering';

/** A frame in which a stranger uses, or is about to use, an address that is in our charge. */
export interface ForeignClaim<A> {
  readonly address: A;
  readonly mac: number;
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
 * What the responder of one interface needs to know, all of it live: the maps may change between frames. `A` is an
 * address as an integer: `number` for ARP, `bigint` for neighbour discovery.
 */
export interface ResponderContext<A> {
  /** MAC address of the interface: what replies say. */
  readonly mac: number;
  /** Addresses in the charge of this interface. */
  readonly held: ReadonlyMap<A, HeldState>;
  /** MAC addresses of all interfaces of this node. */
  readonly ownMacs: ReadonlySet<number>;
  /** MAC addresses of the interfaces of all nodes with a speaker: they are never strangers. */
  readonly speakerMacs: ReadonlySet<number>;
}
