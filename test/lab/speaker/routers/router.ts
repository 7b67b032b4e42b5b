import type { IPFamily } from '../../../../src/ip/family.ts';
import type { Member } from '../../network.ts';

/** One session as the router is to be configured for it. */
export interface RouterSession {
  readonly localAs: number;
  readonly peerAs: number;
  /** Where the router speaks from. */
  readonly local: string;
  /** The node's address. */
  readonly neighbor: string;
  /** Of a neighbour by link-local address, or an unnumbered one. */
  readonly interface?: string;
  /** The neighbour is whoever is on the interface. */
  readonly unnumbered?: boolean;
  readonly families: readonly IPFamily[];
  /** RFC 8950. */
  readonly extendedNextHop?: boolean;
  /** RFC 2385. */
  readonly password?: string;
  /** RFC 5082, for a neighbour that is one hop away. */
  readonly ttlSecurity?: boolean;
  readonly multihop?: boolean;
  /** 100 ms x 3. */
  readonly bfd?: boolean;
  readonly gracefulRestart?: boolean;
  /** Seconds. */
  readonly holdTime?: number;
}

/** A route as the router shows it. */
export interface ShownRoute {
  readonly nextHops: readonly string[];
  readonly asPath: readonly number[];
  /** As `65535:0`. */
  readonly communities: readonly string[];
  /** As `64512:1:2`. */
  readonly largeCommunities: readonly string[];
  readonly localPref?: number | undefined;
}

/** A router that runs. */
export interface RunningRouter {
  /** The route that it has for the prefix from the node; undefined for none. */
  route(prefix: string): Promise<ShownRoute | undefined>;
  /** The route for the prefix that it has put into the kernel, as `ip route` prints it. */
  installed?(prefix: string): Promise<string>;
  /** Whether its BFD session with the node is up. */
  isBfdUp?(): Promise<boolean>;
  /** Asks for all routes again (RFC 2918). */
  refresh(): Promise<void>;
}

/** A make of router. */
export interface Router {
  readonly name: string;
  /** Starts it in a folder that is its own; it is killed with its machine. Starting it anew there is a restart. */
  start(member: Member, folder: string, session: RouterSession): Promise<RunningRouter>;
}

/** The first of several spellings of a family: `ipv4` or `ipv6`. */
export function familyOf(prefix: string): 'ipv4' | 'ipv6' {
  return prefix.includes(':') ? 'ipv6' : 'ipv4';
}
