import type { RouteAttributes } from '../adj-rib-out/route-attributes.ts';

/** GRACEFUL_SHUTDOWN, 65535:0 (RFC 8326 section 3). */
export const GRACEFUL_SHUTDOWN = 0xffff0000;

/**
 * The same, as of a route that is about to go: the community for external peers, the lowest LOCAL_PREF for internal ones
 * (RFC 8326 section 4.1; the RIB sends LOCAL_PREF to internal peers only).
 */
export function withGracefulShutdown(attributes: RouteAttributes): RouteAttributes {
  const communities = [...(attributes.communities ?? []), GRACEFUL_SHUTDOWN];
  return { ...attributes, communities, localPref: 0 };
}
