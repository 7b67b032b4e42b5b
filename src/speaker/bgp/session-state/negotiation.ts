import type { IPFamily } from '../../../ip/family.ts';
import { AFI, familyOf, unicast } from '../message/address-family.ts';
import { twoOctets } from '../message/as-path.ts';
import { type Capability, encodeCapabilities, type GracefulRestartCapability } from '../message/capability.ts';
import { ERROR, OPEN_ERROR } from '../message/error-codes.ts';
import { type NotificationMessage, notification } from '../message/notification.ts';
import type { OpenMessage } from '../message/open.ts';
import type { UpdateContext } from '../message/update.ts';
import type { PeerConfiguration } from './configuration.ts';

/** What both OPENs settled. Times are seconds. */
export interface NegotiatedSession extends UpdateContext {
  readonly peerAs: number;
  readonly peerIdentifier: number;
  /** 0: neither HoldTimer nor KeepaliveTimer runs. */
  readonly holdTime: number;
  readonly keepaliveTime: number;
  /** The peer takes messages of up to 65,535 octets. */
  readonly extendedMessages: boolean;
  /** RFC 2918: the peer may ask for all routes again, and so may we. */
  readonly routeRefresh: boolean;
  /** RFC 7313: it knows where a refresh begins and ends. */
  readonly enhancedRouteRefresh: boolean;
  /** The peer's own graceful restart; undefined where it did not offer any. */
  readonly peerRestart: GracefulRestartCapability | undefined;
  /** RFC 8538: both set the "N" bit, so that only a Hard Reset makes the peer forget our routes. */
  readonly gracefulNotification: boolean;
  /** All that the peer offered. */
  readonly peerCapabilities: readonly Capability[];
}

/** A session, or the answer to an OPEN that cannot lead to one. */
export type Negotiation =
  | { readonly ok: true; readonly session: NegotiatedSession }
  | {
      readonly ok: false;
      readonly notification: NotificationMessage;
      /** For people: what was expected and what came. */
      readonly detail: string;
    };

/** What we offer a peer. @param restarting set "R" where graceful restart is configured */
export function offeredCapabilities(configuration: PeerConfiguration, restarting: boolean): readonly Capability[] {
  const { families, extendedNextHop, extendedMessages, localAs, gracefulRestart } = configuration;
  const offered: Capability[] = families.map((family) => ({ capability: 'Multiprotocol', ...unicast(family) }));
  offered.push({ capability: 'RouteRefresh' });
  if (extendedNextHop) {
    offered.push({ capability: 'ExtendedNextHop', encodings: [{ ...unicast('IPv4'), nextHopAfi: AFI.IPv6 }] });
  }
  if (extendedMessages) offered.push({ capability: 'ExtendedMessage' });
  offered.push({
    capability: 'GracefulRestart',
    restarted: restarting,
    notification: gracefulRestart !== undefined,
    restartTime: gracefulRestart?.restartTime ?? 0,
    // Without families it says no more than that an End-of-RIB will come (RFC 4724 section 4). The kernel forwards
    // whether or not this process lives, hence "F" (RFC 8538 section 4).
    families: gracefulRestart === undefined ? [] : families.map((each) => ({ ...unicast(each), forwarding: true })),
  });
  offered.push({ capability: 'FourOctetAsNumber', asNumber: localAs }, { capability: 'EnhancedRouteRefresh' });
  return offered;
}

/** Our OPEN with these capabilities. */
export function openMessage(configuration: PeerConfiguration, capabilities: readonly Capability[]): OpenMessage {
  const { localAs, holdTime, bgpIdentifier } = configuration;
  return { type: 'OPEN', asNumber: twoOctets(localAs), holdTime, bgpIdentifier, capabilities };
}

/**
 * Judges the peer's OPEN (RFC 4271 section 6.2, RFC 6286 section 2.2, RFC 7607 section 2) and works out what both sides
 * can do.
 */
export function negotiate(
  configuration: PeerConfiguration,
  offered: readonly Capability[],
  open: OpenMessage,
): Negotiation {
  const received = open.capabilities;
  const fourOctet = last(received, 'FourOctetAsNumber');
  const peerAs = fourOctet?.asNumber ?? open.asNumber;
  const internal = peerAs === configuration.localAs;
  if (twoOctets(peerAs) !== open.asNumber) {
    return refused(OPEN_ERROR.badPeerAs, `it says AS ${open.asNumber} and AS ${peerAs} in one message`);
  }
  if (!isExpected(peerAs, configuration)) {
    return refused(OPEN_ERROR.badPeerAs, `it is in AS ${peerAs}, and ${expected(configuration)} is expected`);
  }
  if (open.holdTime === 1 || open.holdTime === 2) {
    return refused(OPEN_ERROR.unacceptableHoldTime, `it offers ${open.holdTime} s, and the least is 3 s`);
  }
  const sameIdentifier = open.bgpIdentifier === configuration.bgpIdentifier;
  if (open.bgpIdentifier === 0 || (internal && sameIdentifier)) {
    return refused(OPEN_ERROR.badBgpIdentifier, sameIdentifier ? 'it has the same as this node' : 'it is 0.0.0.0');
  }
  const families = familiesIn(offered).filter((family) => familiesIn(received).includes(family));
  if (families.length === 0) {
    const wanted = offered.filter(({ capability }) => capability === 'Multiprotocol');
    const ours = familiesIn(offered).join(' and ');
    const theirs = familiesIn(received).join(' and ') || 'neither IPv4 nor IPv6';
    const detail = `it carries ${theirs}, and ${ours} ${ours.includes(' ') ? 'are' : 'is'} wanted`;
    return refused(OPEN_ERROR.unsupportedCapability, detail, encodeCapabilities(wanted));
  }
  const both = (capability: Capability['capability']) =>
    last(offered, capability) !== undefined && last(received, capability) !== undefined;
  const holdTime = Math.min(configuration.holdTime, open.holdTime);
  const peerRestart = last(received, 'GracefulRestart');
  const session: NegotiatedSession = {
    peerAs,
    peerIdentifier: open.bgpIdentifier,
    internal,
    holdTime,
    keepaliveTime: Math.min(configuration.keepaliveTime ?? holdTime / 3, holdTime / 3),
    families,
    fourOctetAs: both('FourOctetAsNumber'),
    extendedNextHop: takesIPv6NextHops(offered) && takesIPv6NextHops(received),
    extendedMessages: both('ExtendedMessage'),
    routeRefresh: both('RouteRefresh'),
    enhancedRouteRefresh: both('EnhancedRouteRefresh'),
    peerRestart,
    gracefulNotification: (last(offered, 'GracefulRestart')?.notification && peerRestart?.notification) ?? false,
    peerCapabilities: received,
  };
  return { ok: true, session };
}

function isExpected(peerAs: number, { localAs, peerAs: expected }: PeerConfiguration): boolean {
  if (peerAs === 0) return false;
  if (expected === 'internal') return peerAs === localAs;
  if (expected === 'external') return peerAs !== localAs;
  return peerAs === expected;
}

/** RFC 4760 section 8: who offers no family has IPv4 unicast. */
function familiesIn(capabilities: readonly Capability[]): readonly IPFamily[] {
  const offered = capabilities.filter((each) => each.capability === 'Multiprotocol');
  if (offered.length === 0) return ['IPv4'];
  return offered.flatMap((each) => familyOf(each) ?? []);
}

function takesIPv6NextHops(capabilities: readonly Capability[]): boolean {
  return capabilities.some(
    (each) =>
      each.capability === 'ExtendedNextHop' &&
      each.encodings.some((encoding) => familyOf(encoding) === 'IPv4' && encoding.nextHopAfi === AFI.IPv6),
  );
}

/** The last capability of a kind: of graceful restart the last one counts (RFC 4724 section 3). */
function last<K extends Capability['capability']>(
  capabilities: readonly Capability[],
  kind: K,
): Extract<Capability, { capability: K }> | undefined {
  return capabilities.findLast((each): each is Extract<Capability, { capability: K }> => each.capability === kind);
}

function expected({ localAs, peerAs }: PeerConfiguration): string {
  if (peerAs === 'internal') return `AS ${localAs}`;
  return peerAs === 'external' ? `another AS than ${localAs}` : `AS ${peerAs}`;
}

function refused(subcode: number, detail: string, data?: Uint8Array): Negotiation {
  return { ok: false, notification: notification(ERROR.openMessage, subcode, data), detail };
}
