import type { BarredPeer, Peering } from '../announcement/bgp/peering.ts';
import { readAddress } from '../api/fields/router-address.ts';
import { findWithheldReason, WITHHELD_REASONS } from '../api/reasons/announcement.ts';
import { PEER_FINDINGS, SESSION_CAUSES, type SessionCause } from '../api/reasons/session.ts';
import type { SpeakerReport } from '../api/speaker-status.ts';
import { parseOrUndefined } from '../ip/address.ts';
import { parsePrefix, prefixContains } from '../ip/prefix.ts';
import { type Finding, finding } from './finding.ts';
import type { Situation } from './situation.ts';

/** One node's session with a peer, and why it is not Established. */
export interface ExplainedSession {
  readonly node: string;
  /** The router's address as it is for this node; null for one that is not known. */
  readonly address: string | null;
  /** As its speaker reports it; null where none is reported. */
  readonly state: string | null;
  /** RFC 3339. */
  readonly since: string | null;
  readonly advertised: number | null;
  /** Those whose routes it carries; null where its speaker does not tell, as older versions do not. */
  readonly families: readonly string[] | null;
  /** The others that it is to carry. */
  readonly notCarried: readonly { readonly family: string; readonly reason: string; readonly text: string }[];
  readonly bfd: string | null;
  /** Whether the speaker has stopped reporting since. */
  readonly isSilent: boolean;
  readonly lastError: ReportedError | null;
  readonly finding: Finding;
}

/** What ended the last session, as its speaker reports it. */
export interface ReportedError {
  /** Of the NOTIFICATION; both 0 where there was none. */
  readonly code: number;
  readonly subcode: number;
  readonly text: string;
  /** RFC 3339. */
  readonly at: string;
}

/** So many prefixes are named at most. */
const SHOWN = 5;

type Session = NonNullable<SpeakerReport['sessions']>[number];

/** What a BGPPeer means for a node: a session, or why it has none. */
interface Wanted {
  readonly peering: Peering | undefined;
  readonly bar: BarredPeer | undefined;
}

/** Explains the session of a node with a peer. */
export function explainSession(peer: string, node: string, wanted: Wanted, situation: Situation): ExplainedSession {
  const report = situation.objects.speakers.find(({ metadata }) => metadata.name === node)?.status;
  const session = report?.sessions?.find((each) => each.peer === peer);
  const isSilent = situation.lifeOf(node) === 'Silent';
  const { peering } = wanted;
  const error = session?.lastError;
  return {
    node,
    address: session?.address || (peering?.address ?? null),
    state: session?.state ?? null,
    since: session?.since ?? null,
    advertised: session?.advertised ?? null,
    families: session?.families ?? null,
    notCarried: (session?.notCarried ?? []).map(({ family, reason, text }) => ({ family, reason, text })),
    bfd: session?.bfd ?? null,
    isSilent,
    lastError: error ? { code: error.code, subcode: error.subcode, text: error.text, at: error.at } : null,
    finding: findingOf(wanted, session, report, isSilent),
  };
}

function findingOf(
  { peering, bar }: Wanted,
  session: Session | undefined,
  report: SpeakerReport | undefined,
  isSilent: boolean,
): Finding {
  if (bar !== undefined) return finding(PEER_FINDINGS, 'Barred', bar.detail);
  if (isSilent) return finding(PEER_FINDINGS, 'SpeakerSilent');
  if (session === undefined) return finding(PEER_FINDINGS, 'NotReported');
  if (session.state === 'Established') {
    const untold = untoldOver(session, report);
    if (untold !== undefined) return untold;
    const isUnguarded = session.bfd !== undefined && session.bfd !== 'Up';
    return isUnguarded
      ? finding(PEER_FINDINGS, 'NoBFD', `BFD is ${session.bfd}`)
      : finding(PEER_FINDINGS, 'Established', '', true);
  }
  const { lastError } = session;
  const cause = causeOf(lastError?.cause);
  const hasNoAnswer = cause === undefined || ['NoAnswer', 'NoRoute', 'NobodyConnects'].includes(cause);
  if (peering !== undefined && hasNoAnswer && isOutOfReach(peering, report)) {
    return finding(PEER_FINDINGS, 'NotAdjacent', farText(peering, report));
  }
  if (cause !== undefined) return finding(SESSION_CAUSES, cause, lastError?.text);
  return finding(PEER_FINDINGS, 'Connecting', lastError?.text);
}

/** Why addresses are not told over a session that is Established. A family that no address needs is no fault. */
function untoldOver(
  { peer, notCarried = [], oversized }: Session,
  report: SpeakerReport | undefined,
): Finding | undefined {
  const isFelt = (reason: string) => report?.withheld?.some((each) => each.peer === peer && each.reason === reason);
  const bar = notCarried.find(({ reason }) => isFelt(reason));
  if (bar !== undefined) {
    const { reason, text: message } = bar;
    return { ok: false, reason, message, remedy: findWithheldReason(reason)?.remedy ?? null };
  }
  if (oversized === undefined) return undefined;
  const message = `it is not told of ${oversized.examples.slice(0, SHOWN).join(', ')}, ${oversized.count} in all`;
  return finding(WITHHELD_REASONS, 'AttributesTooLong', message);
}

/** A speaker of another version may know other words. */
function causeOf(text: string | undefined): SessionCause | undefined {
  return text !== undefined && Object.hasOwn(SESSION_CAUSES, text) ? (text as SessionCause) : undefined;
}

/**
 * Whether packets that leave with TTL 1 cannot arrive: no address of the node is in a subnet of the router's. Nothing is
 * known of the interfaces of a VRF, which announce nothing at layer 2.
 */
function isOutOfReach(
  { address, vrf, multihop, ttlSecurityHops, peerAs, localAs }: Peering,
  report: SpeakerReport | undefined,
) {
  const isInternal = peerAs === 'internal' || peerAs === localAs;
  const router = readAddress(address ?? '');
  if (router === undefined || vrf !== undefined || multihop || ttlSecurityHops !== undefined || isInternal)
    return false;
  const own = addressesOf(report);
  return own.length > 0 && !own.some((text) => contains(text, router));
}

function contains(prefix: string, router: NonNullable<ReturnType<typeof readAddress>>): boolean {
  const network = parseOrUndefined(prefix, parsePrefix);
  return network !== undefined && prefixContains(network, router);
}

function farText({ address }: Peering, report: SpeakerReport | undefined): string {
  return `${address} is in no subnet of the node, which has ${addressesOf(report).slice(0, 5).join(', ')}`;
}

function addressesOf(report: SpeakerReport | undefined): readonly string[] {
  return (report?.interfaces ?? []).flatMap(({ addresses = [] }) => addresses);
}
