import { type Address, formatAddress, parseAddress } from '../ip/address.ts';
import { bitsOf } from '../ip/family.ts';
import { RTM_GETROUTE, RTM_NEWROUTE } from './netlink/default-route.ts';
import {
  decodeInterfaceAddress,
  encodeAddressRequest,
  encodeDeleteAddress,
  encodeNewAddress,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_PERMANENT,
  RT_SCOPE_HOST,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_NEWADDR,
} from './netlink/interface-address.ts';
import { NLM_F_CREATE, NLM_F_REPLACE } from './netlink/message.ts';
import { askRoute, changeRoute, dumpRoute } from './netlink/request.ts';
import { encodeRouteLookup, isLocalRoute } from './netlink/route-lookup.ts';
import { errorCode } from './system-error.ts';

/** `lo` has index 1 in every network namespace (Linux LOOPBACK_IFINDEX). */
const LOOPBACK_INDEX = 1;
/** 0xffffffff would mean for ever. */
const MAX_SECONDS = 0xffff_fffe;

/** Addresses that this thread put and has not removed: to renew one takes no look at what stands there. */
const ours = new Set<string>();

/**
 * Puts an address on `lo`, or renews it: /32 or /128, without duplicate address detection, deprecated from the start
 * (RFC 4862 section 5.5.4), so that the host takes no outgoing connection from it. The kernel removes it when its
 * lifetime ends, so a process that dies takes its addresses along. One that stands there for good, put by somebody
 * else, already does what is wanted and is left as it is.
 *
 * @param validSeconds lifetime from now, a whole number from 1 up
 * @throws AddressError or RangeError for a wrong argument.
 * @throws SystemError `EPERM` without CAP_NET_ADMIN.
 */
export function putLoopbackAddress(address: string, validSeconds: number): void {
  const parsed = parseAddress(address);
  if (!Number.isInteger(validSeconds) || validSeconds < 1 || validSeconds > MAX_SECONDS) {
    throw new RangeError(`a lifetime is a whole number of seconds, 1 to ${MAX_SECONDS}, not ${validSeconds}`);
  }
  const text = formatAddress(parsed);
  if (!ours.has(text) && standsForGood(parsed)) return;
  const payload = encodeNewAddress({
    ...onLoopback(parsed),
    flags: IFA_F_NODAD | IFA_F_NOPREFIXROUTE,
    scope: RT_SCOPE_HOST,
    preferredSeconds: 0,
    validSeconds,
  });
  const flags = NLM_F_CREATE | NLM_F_REPLACE;
  changeRoute({ type: RTM_NEWADDR, flags, payload, doing: `cannot put ${text} on lo` });
  ours.add(text);
}

/**
 * Removes an address that {@link putLoopbackAddress} put on `lo`, in this process or one before. Succeeds when it is
 * not there, and leaves one that stands there for good.
 *
 * @throws AddressError for text that is no address.
 * @throws SystemError `EPERM` without CAP_NET_ADMIN.
 */
export function removeLoopbackAddress(address: string): void {
  const parsed = parseAddress(address);
  const text = formatAddress(parsed);
  if (!ours.delete(text) && standsForGood(parsed)) return;
  const payload = encodeDeleteAddress({ ...onLoopback(parsed), flags: 0 });
  try {
    changeRoute({ type: RTM_DELADDR, payload, doing: `cannot remove ${text} from lo` });
  } catch (error) {
    if (errorCode(error) !== 'EADDRNOTAVAIL') throw error;
  }
}

/**
 * Whether the kernel takes packets to the address. Of an IPv6 address that was put a moment ago it need not be so: the
 * kernel makes the route later, in a queue of work (seen: 1 to 140 ms on a busy machine).
 *
 * @throws AddressError for text that is no address.
 */
export function isAcceptedAddress(address: string): boolean {
  const payload = encodeRouteLookup(parseAddress(address));
  try {
    const answer = askRoute({ type: RTM_GETROUTE, payload, doing: `cannot look up the route to ${address}` });
    return answer.some(({ type, payload }) => type === RTM_NEWROUTE && isLocalRoute(payload));
  } catch {
    // There is no route at all.
    return false;
  }
}

function onLoopback(address: Address) {
  return { interfaceIndex: LOOPBACK_INDEX, address, prefixLength: bitsOf(address.family) };
}

function standsForGood(wanted: Address): boolean {
  const request = { type: RTM_GETADDR, payload: encodeAddressRequest(), doing: 'cannot list the addresses' };
  return dumpRoute(request).some(({ payload }) => {
    const found = decodeInterfaceAddress(payload);
    return (
      found?.interfaceIndex === LOOPBACK_INDEX &&
      found.address.family === wanted.family &&
      found.address.value === wanted.value &&
      (found.flags & IFA_F_PERMANENT) !== 0
    );
  });
}
