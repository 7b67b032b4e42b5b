import type { AddressFamily } from './address-family.ts';
import { ERROR, ROUTE_REFRESH_ERROR } from './error-codes.ts';
import { HEADER_LENGTH } from './header.ts';
import { type NotificationMessage, notification } from './notification.ts';
import { uint8At, uint16At } from './octets.ts';

/** ROUTE-REFRESH (RFC 2918 section 3, RFC 7313 section 3.2). */
export interface RouteRefreshMessage extends AddressFamily {
  readonly type: 'ROUTE-REFRESH';
  /** 0 asks for all routes, 1 begins a refresh, 2 ends it; any other is to be ignored. */
  readonly subtype: number;
}

/** Message subtypes (RFC 7313 section 3.2). */
export const REFRESH = { request: 0, begin: 1, end: 2 } as const;

/** The message, or what has to be answered. */
export type DecodedRouteRefresh =
  | { readonly ok: true; readonly message: RouteRefreshMessage }
  | { readonly ok: false; readonly notification: NotificationMessage };

const FIXED = 4;

/**
 * Reads a whole message, header included: at least 23 octets, as the header check made sure. A request may carry
 * outbound route filters (RFC 5291), which were never offered and are left aside.
 */
export function decodeRouteRefresh(message: Uint8Array): DecodedRouteRefresh {
  const body = message.subarray(HEADER_LENGTH);
  const subtype = uint8At(body, 2);
  const demarcates = subtype === REFRESH.begin || subtype === REFRESH.end;
  if (demarcates && body.byteLength !== FIXED) {
    const data = message.slice();
    return {
      ok: false,
      notification: notification(ERROR.routeRefreshMessage, ROUTE_REFRESH_ERROR.invalidMessageLength, data),
    };
  }
  return { ok: true, message: { type: 'ROUTE-REFRESH', afi: uint16At(body, 0), safi: uint8At(body, 3), subtype } };
}

/** Writes what follows the header. */
export function encodeRouteRefresh({ afi, safi, subtype }: RouteRefreshMessage): Uint8Array {
  return new Uint8Array([afi >> 8, afi & 255, subtype, safi]);
}
