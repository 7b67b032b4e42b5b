import type { AnnouncedReason, WithheldReason } from '../api/reasons/announcement.ts';

/** Who announces one address of one Service, who stands by, and why not the rest. */
export interface AnnouncementPlan {
  /** In the text form of RFC 5952. */
  readonly address: string;
  /** `namespace/name`. */
  readonly service: string;
  readonly protocol: 'l2';
  /** The node that announces it: the first of `ranked`. */
  readonly owner?: string | undefined;
  /** The owner, then those that stand by, best first. */
  readonly ranked: readonly RankedNode[];
  /** Why nobody announces it; null when there is an owner. */
  readonly reason: PlanReason | null;
  /** For people: who announces it, or why nobody does and what to change. */
  readonly message: string;
  /** Every other known node, by name. */
  readonly withheld: readonly WithheldNode[];
}

/** Why no node announces an address. */
export type PlanReason =
  | Extract<AnnouncedReason, 'NoAddress' | 'NoAdvertisement' | 'NoEligibleNode' | 'NoSpeaker'>
  | Extract<WithheldReason, 'InterfacesUnknown'>;

/** A node that may announce an address. One object may serve many addresses. */
export interface RankedNode {
  readonly node: string;
  /** The names of the interfaces that it would announce on. */
  readonly interfaces: readonly string[];
  /** The sum of the preferredNodeSelectors that choose the node. */
  readonly weight: number;
  readonly localEndpoint: LocalEndpoint;
}

/** What a node has of a Service: `NotNeeded` where any node can forward to an endpoint. */
export type LocalEndpoint = 'NotNeeded' | 'Ready' | 'Terminating' | 'Missing';

/** A node that does not announce an address, and why. One object may serve many addresses. */
export interface WithheldNode {
  readonly node: string;
  readonly reason: WithheldReason;
  /** For people: names the object at fault and the remedy. */
  readonly detail: string;
}
