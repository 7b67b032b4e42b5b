import { checksumOf } from '../ndp/checksum.ts';
import { readAddress } from '../ndp/field.ts';
import { isMulticast, UNSPECIFIED } from '../ndp/solicited-node.ts';

/** What a querier, a router or a switch, wants to know of the listeners on its link. */
export interface MldQuery {
  /** 1 for RFC 2710, 2 for RFC 3810. */
  readonly version: 1 | 2;
  /** The group that is asked for; `::`, 0n, for all. */
  readonly group: bigint;
  /** Milliseconds within which to answer. */
  readonly maxResponseDelay: number;
  /** How often listeners tell of a change, 1 to 7; 0 where the querier does not say (RFC 3810 section 5.1.8). */
  readonly robustness: number;
  /** Milliseconds between general queries (RFC 3810 section 5.1.9); undefined in version 1. */
  readonly interval: number | undefined;
}

/** Why a query counts for nothing: it breaks one of the rules of RFC 3810 section 6.2, or is damaged. A reason is never renamed. */
export const MLD_QUERY_DROP = 'BadMldQuery';

/** Offsets in the frame: the IPv6 header, and the two that follow where Router Alert is the only option. */
const IP = 14;
const HOP_BY_HOP = IP + 40;
const ICMP = HOP_BY_HOP + 8;
const ETHERTYPE_IPV6 = 0x86dd;
const ICMPV6 = 58;
const QUERY = 130;
/** RFC 3810 section 8.1: 24 octets are version 1, 28 and more version 2. */
const VERSION_1_LENGTH = 24;
const VERSION_2_LENGTH = 28;
const OPTION_PAD1 = 0;
const OPTION_ROUTER_ALERT = 5;

/**
 * Reads a query with the checks of RFC 3810 section 6.2: from a link-local address, with hop limit 1 and the Router Alert
 * option. Anything else, a damaged one too, is undefined. Never throws.
 */
export function decodeMldQuery(frame: Uint8Array): MldQuery | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (!carriesIcmp(view) || !hasRouterAlert(view)) return undefined;
  const length = HOP_BY_HOP + view.getUint16(IP + 4) - ICMP;
  if (length < VERSION_1_LENGTH || ICMP + length > view.byteLength) return undefined;
  if (view.getUint16(ICMP) !== QUERY << 8 || checksumOf(view, IP, ICMP) !== 0) return undefined;
  const group = readAddress(view, ICMP + 8);
  if (group !== UNSPECIFIED && !isMulticast(group)) return undefined;
  const code = view.getUint16(ICMP + 4);
  if (length === VERSION_1_LENGTH) {
    return { version: 1, group, maxResponseDelay: code, robustness: 0, interval: undefined };
  }
  if (length < VERSION_2_LENGTH) return undefined;
  return {
    version: 2,
    group,
    maxResponseDelay: responseDelay(code),
    robustness: view.getUint8(ICMP + 24) & 7,
    interval: queryInterval(view.getUint8(ICMP + 25)) * 1000,
  };
}

function carriesIcmp(view: DataView): boolean {
  if (view.byteLength < ICMP + VERSION_1_LENGTH || view.getUint16(12) !== ETHERTYPE_IPV6) return false;
  const isLinkLocal = (view.getUint16(IP + 8) & 0xffc0) === 0xfe80;
  // Version 6; then Next Header 0, Hop-by-Hop Options, and Hop Limit 1.
  if (view.getUint8(IP) >> 4 !== 6 || view.getUint16(IP + 6) !== 1 || !isLinkLocal) return false;
  return view.getUint16(HOP_BY_HOP) === ICMPV6 << 8;
}

/** RFC 2711 section 2.1, value 0: MLD. */
function hasRouterAlert(view: DataView): boolean {
  let offset = HOP_BY_HOP + 2;
  while (offset < ICMP) {
    const type = view.getUint8(offset);
    if (type === OPTION_ROUTER_ALERT) return offset + 4 <= ICMP && view.getUint16(offset + 2) === 0;
    offset += type === OPTION_PAD1 ? 1 : 2 + view.getUint8(Math.min(offset + 1, ICMP - 1));
  }
  return false;
}

/** Maximum Response Code (RFC 3810 section 5.1.3), ms. */
function responseDelay(code: number): number {
  return code < 0x8000 ? code : ((code & 0xfff) | 0x1000) << (((code >> 12) & 7) + 3);
}

/** Querier's Query Interval Code (RFC 3810 section 5.1.9), s. */
function queryInterval(code: number): number {
  return code < 0x80 ? code : ((code & 0xf) | 0x10) << (((code >> 4) & 7) + 3);
}
