import { GRACEFUL_SHUTDOWN } from '../../../announcement/bgp/route-attributes.ts';
import type { RouteAttributes } from '../adj-rib-out/route-attributes.ts';

/**
 * The same, as of a route that is about to go: the community for external peers, the lowest LOCAL_PREF for internal ones
 * (RFC 8326 section 4.2; the RIB sends LOCAL_PREF to internal peers only).
 */
export function withGracefulShutdown(attributes: RouteAttributes): RouteAttributes {
  const communities = [...(attributes.communities ?? []), GRACEFUL_SHUTDOWN];
  return { ...attributes, communities, localPref: 0 };
}
