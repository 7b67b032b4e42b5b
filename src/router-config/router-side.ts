import type { IPFamily } from '../ip/family.ts';
import type { AcceptedPrefix } from './accepted-prefixes.ts';

/** What a router is to be told, so that the nodes have sessions with it. Times are seconds. */
export interface RouterSide {
  /** The name of the BGPPeer. */
  readonly peer: string;
  /** Its address in the text form of RFC 5952; undefined for one that is unnumbered or named by a link-local address. */
  readonly address: string | undefined;
  /** The nodes learn its address from its router advertisements. */
  readonly isUnnumbered: boolean;
  /** Its AS number. */
  readonly asNumber: number;
  /** The TCP port that it listens on. */
  readonly port: number;
  /** By the names of their nodes. */
  readonly neighbours: readonly RouterNeighbour[];
  /** The families that the sessions carry. */
  readonly families: readonly IPFamily[];
  /** IPv4 routes come with IPv6 next hops (RFC 8950). */
  readonly extendedNextHop: boolean;
  /** 0 for never. */
  readonly holdTime: number;
  readonly keepaliveTime: number;
  /** How the password is written, or what stands for it; undefined where there is none. */
  readonly password: RouterPassword | undefined;
  readonly bfd: RouterBfd | undefined;
  /** Whether it keeps the routes of a node whose speaker restarts (RFC 4724). */
  readonly keepsRoutes: boolean;
  readonly multihop: boolean;
  /** GTSM (RFC 5082): how many hops away the nodes are at most. */
  readonly ttlSecurityHops: number | undefined;
  /** What the nodes may advertise: prefixes of pools, and addresses that pools retain. */
  readonly accepted: readonly AcceptedPrefix[];
  /** How many prefixes of a family one node may advertise before something is wrong. */
  readonly mostPrefixes: Readonly<Record<IPFamily, number>>;
  /** The communities that routes may carry, as text. */
  readonly communities: readonly string[];
}

/** One node, as the router sees it. */
export interface RouterNeighbour {
  readonly node: string;
  /** Where its session comes from; undefined for a neighbour that is named by the router's own interface. */
  readonly address: string | undefined;
  /** Its link-local address on the link to a router that is known by such a one, where its speaker reports it. */
  readonly linkLocal?: string | undefined;
  readonly asNumber: number;
  /** It is in a subnet of the router's address: no router is between the two. */
  readonly isAdjacent: boolean;
}

/** A password, or a placeholder for one. */
export interface RouterPassword {
  readonly text: string;
  readonly isPlaceholder: boolean;
}

/** BFD of the router (RFC 5880): intervals in milliseconds. */
export interface RouterBfd {
  readonly transmitInterval: number;
  readonly receiveInterval: number;
  readonly detectMultiplier: number;
}

/** Whether the neighbour is of the router's own AS. */
export function isInternal({ asNumber }: RouterSide, neighbour: RouterNeighbour): boolean {
  return asNumber === neighbour.asNumber;
}

/**
 * The address that the router has to speak from with a neighbour that may be several hops away: the nodes know it by that.
 * Undefined where it does so anyway, as a neighbour one hop away is in the subnet of that address.
 */
export function sourceFor(router: RouterSide, neighbour: RouterNeighbour): string | undefined {
  const { address, multihop, ttlSecurityHops = 1 } = router;
  const isFar = multihop || ttlSecurityHops > 1 || isInternal(router, neighbour);
  return isFar && !neighbour.isAdjacent ? address : undefined;
}

/** The prefixes of a family that are accepted. */
export function acceptedOf({ accepted }: RouterSide, family: IPFamily): readonly AcceptedPrefix[] {
  return accepted.filter((each) => each.family === family);
}

/** How many equal paths the router is to use: one for each node, within what routers take. */
export function pathsOf({ neighbours }: RouterSide): number {
  return Math.min(Math.max(neighbours.length, 1), MOST_PATHS);
}

/** FRR is built for 64 and hardware has its own limits, often more. */
const MOST_PATHS = 64;

/** GRACEFUL_SHUTDOWN as routers write it (RFC 8326 section 4). */
export const GRACEFUL_SHUTDOWN_TEXT = '65535:0';

/** Minutes after which a session that was ended for too many prefixes starts again. */
export const RESTART_MINUTES = 5;
