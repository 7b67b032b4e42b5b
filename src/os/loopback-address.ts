import { type Address, formatAddress, parseAddress } from '../ip/address.ts';
import { bitsOf } from '../ip/family.ts';
import { RTM_DELROUTE, RTM_NEWROUTE } from './netlink/default-route.ts';
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
import { encodeDeleteLocalRoute, encodeNewLocalRoute } from './netlink/local-route.ts';
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from './netlink/message.ts';
import { changeRoute, dumpRoute, type RouteRequest } from './netlink/request.ts';
import { errorCode } from './system-error.ts';

/** `lo` has index 1 in every network namespace (Linux LOOPBACK_IFINDEX). */
const LOOPBACK_INDEX = 1;
/** 0xffffffff would mean for ever. */
const MAX_SECONDS = 0xffff_fffe;
/** For how long our route stands in for the kernel's own: many times what that was seen to take. */
const ROUTE_SECONDS = 5;

/** There is no such address, or no such route. */
const ABSENT: readonly (string | undefined)[] = ['EADDRNOTAVAIL', 'ESRCH'];

/**
 * Addresses that this thread put and has not removed, and until when they last, on the clock of performance.now(): to
 * renew one takes no look at what stands there.
 */
const ours = new Map<string, number>();

/**
 * Puts an address on `lo`, or renews it: /32 or /128, without duplicate address detection, deprecated from the start
 * (RFC 4862 section 5.5.4), so that the host takes no outgoing connection from it. The kernel removes it when its
 * lifetime ends, so a process that dies takes its addresses along. Packets to it are taken when this returns. One that
 * stands there for good, put by somebody else, already does what is wanted and is left as it is.
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
  const payload = encodeNewAddress({
    ...onLoopback(parsed),
    flags: IFA_F_NODAD | IFA_F_NOPREFIXROUTE,
    scope: RT_SCOPE_HOST,
    preferredSeconds: 0,
    validSeconds,
  });
  const request = { type: RTM_NEWADDR, payload, doing: `cannot put ${text} on lo` };
  const isRenewed = isOurs(text);
  const lastsUntil = performance.now() + validSeconds * 1000;
  if (isRenewed || !putFirst(request)) {
    if (!isRenewed && standsForGood(parsed)) return;
    changeRoute({ ...request, flags: NLM_F_CREATE | NLM_F_REPLACE });
  }
  ours.set(text, lastsUntil);
  if (!isRenewed && parsed.family === 'IPv6') putRoute(parsed, Math.min(validSeconds, ROUTE_SECONDS));
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
  if (!isOurs(text) && standsForGood(parsed)) return;
  ours.delete(text);
  const payload = encodeDeleteAddress({ ...onLoopback(parsed), flags: 0 });
  remove({ type: RTM_DELADDR, payload, doing: `cannot remove ${text} from lo` });
  if (parsed.family === 'IPv6') removeRoute(parsed);
}

/** Whether this thread put the address, and it is still there unless somebody else removed it. */
function isOurs(text: string): boolean {
  return (ours.get(text) ?? Number.NEGATIVE_INFINITY) > performance.now();
}

/** Returns false where the address is there already: to try costs less than to look among hundreds. */
function putFirst(request: RouteRequest): boolean {
  try {
    changeRoute({ ...request, flags: NLM_F_CREATE | NLM_F_EXCL });
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Stands in for the route that the kernel makes to an IPv6 address in a queue of work, later than the address. When that
 * one is there, ours runs out.
 */
function putRoute(address: Address, seconds: number): void {
  const payload = encodeNewLocalRoute({ address, interfaceIndex: LOOPBACK_INDEX }, seconds);
  const doing = `cannot put a route to ${formatAddress(address)} on lo`;
  changeRoute({ type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_REPLACE, payload, doing });
}

function removeRoute(address: Address): void {
  const payload = encodeDeleteLocalRoute({ address, interfaceIndex: LOOPBACK_INDEX });
  remove({ type: RTM_DELROUTE, payload, doing: `cannot remove the route to ${formatAddress(address)} from lo` });
}

function remove(request: RouteRequest): void {
  try {
    changeRoute(request);
  } catch (error) {
    if (!ABSENT.includes(errorCode(error))) throw error;
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
