import type { RouterSide } from '../../../../src/router-config/router-side.ts';
import { routerConfiguration, type Vendor } from '../../../../src/router-config/vendors.ts';
import type { Member } from '../../network.ts';

/** One session as the router is to be configured for it. */
export interface RouterSession {
  /** The router's side, as `berth router-config` works it out from the objects that the node has its own side from. */
  readonly side: RouterSide;
  /** Where the router speaks from. */
  readonly local: string;
  /** The node's address. */
  readonly neighbor: string;
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
  refresh?(): Promise<void>;
  /** By its own count: the UPDATEs that it has received, or the routes in them. */
  received?(): Promise<number>;
  /** Whether it keeps the route though the session that it came by is gone (RFC 4724 section 4.2). */
  isStale?(prefix: string): Promise<boolean>;
}

/** A make of router. */
export interface Router {
  readonly name: string;
  /** Starts it in a folder that is its own; it is killed with its machine. Starting it anew there is a restart. */
  start(member: Member, folder: string, session: RouterSession): Promise<RunningRouter>;
}

/** The router's interface towards the node. */
export const LINK = 'eth0';

/** What `berth router-config` prints, with the name of the router's interface put in as its notes ask for. */
export function generated(vendor: Vendor, { side }: RouterSession): string {
  return routerConfiguration(vendor, side).replaceAll('INTERFACE-TO-n1', LINK);
}

/** The first of several spellings of a family: `ipv4` or `ipv6`. */
export function familyOf(prefix: string): 'ipv4' | 'ipv6' {
  return prefix.includes(':') ? 'ipv6' : 'ipv4';
}
