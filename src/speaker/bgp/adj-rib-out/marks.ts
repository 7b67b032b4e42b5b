import type { IPFamily } from '../../../ip/family.ts';
import { unicast } from '../message/address-family.ts';
import { encodeMessage } from '../message/message.ts';
import { NO_OCTETS } from '../message/octets.ts';
import { REFRESH } from '../message/route-refresh.ts';

/** A message that has its place among the routes. */
export interface Mark {
  readonly octets: Uint8Array;
  /** Ends the refresh of this family. */
  readonly ends?: IPFamily;
}

/** All routes of the family have been sent (RFC 4724 section 2). */
export function endOfRib(family: IPFamily): Mark {
  const attributes =
    family === 'IPv4' ? [] : [{ name: 'MP_UNREACH_NLRI' as const, ...unicast(family), nlri: NO_OCTETS }];
  return { octets: encodeMessage({ type: 'UPDATE', withdrawn: NO_OCTETS, attributes, nlri: NO_OCTETS }) };
}

/** A refresh of the family begins (RFC 7313 section 4). */
export function beginOfRefresh(family: IPFamily): Mark {
  return { octets: encodeMessage({ type: 'ROUTE-REFRESH', ...unicast(family), subtype: REFRESH.begin }) };
}

/**
 * A refresh of the family is complete.
 *
 * @param isSaid the peer knows the message for it (RFC 7313 section 4)
 */
export function endOfRefresh(family: IPFamily, isSaid: boolean): Mark {
  const message = { type: 'ROUTE-REFRESH' as const, ...unicast(family), subtype: REFRESH.end };
  return { octets: isSaid ? encodeMessage(message) : NO_OCTETS, ends: family };
}
