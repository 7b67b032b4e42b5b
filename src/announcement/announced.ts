import { type AnnouncedReason, WITHHELD_REASONS } from '../api/reasons/announcement.ts';
import type { AnnouncementPlan } from './announcement-plan.ts';
import type { AdvertisedVerdict } from './bgp/advertised.ts';
import type { Life } from './life.ts';
import { compareText } from './rank.ts';
import type { OwnedAddress, ServiceReport } from './speaker-reports.ts';

/** Whether an address is on the wire, and why not: what the condition `berth.dev/Announced` says. */
export interface AnnouncedVerdict {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: AnnouncedReason;
  /** For people: the node and the interface, or what is missing and what to do. */
  readonly message: string;
}

/** What is known of one Service. */
export interface AnnouncedFacts {
  /** What it holds, in the text form of RFC 5952. */
  readonly addresses: readonly string[];
  /** The reports on it, by node. */
  readonly reports: ReadonlyMap<string, ServiceReport>;
  /** The MAC addresses of strangers that answer for an address, by the node that saw them. */
  conflictsOf(address: string): ReadonlyMap<string, string> | undefined;
  lifeOf(node: string): Life;
  /** Whether a node answers for more addresses than it can list. Default: none does. */
  isCrowded?(node: string): boolean;
  /** Whether only nodes with an endpoint of it can forward to it, and there is none that serves. Default: false. */
  readonly isUnserved?: boolean | undefined;
  /** Who is to announce an address of it. Asked only where nobody reports to announce it. */
  planOf(address: string): AnnouncementPlan | undefined;
  /** What becomes of an address over BGP; undefined where it is not to be advertised there. */
  advertisedOf?(address: string): AdvertisedVerdict | undefined;
}

/** What becomes of one address. */
interface AddressVerdict {
  readonly reason: AnnouncedReason | 'Undetermined';
  /** It is announced, and not in every way that it is to be. */
  readonly isPartial?: boolean;
  readonly message: string;
}

/** Reasons that leave open whether an address is announced; the one that tells more comes first. */
const UNKNOWN = ['SpeakerSilent', 'NotListed'] as const satisfies readonly AnnouncedReason[];

/** An address stays on the wire without endpoints: clients are refused at once, which is better than silence. */
const UNSERVED =
  'no endpoint of it serves on any node, so that clients are refused: see that its selector matches Pods, and that they are ready';

/**
 * Whether a Service's addresses are announced. The speakers' own reports decide; where none of them has an address, the
 * plan says why. Undefined while that cannot be told, because it is not clear yet which speakers are alive.
 */
export function announcedVerdict(facts: AnnouncedFacts): AnnouncedVerdict | undefined {
  const { addresses } = facts;
  if (addresses.length === 0) {
    return {
      status: 'False',
      reason: 'NoAddress',
      message: 'there is no address to announce: see berth.dev/Allocated',
    };
  }
  const verdicts = addresses.map((address) => judgeBoth(address, facts));
  if (verdicts.some(({ reason }) => reason === 'Undetermined')) return undefined;
  const messages = verdicts.map((verdict, index) => `${addresses[index]}: ${verdict.message}`);
  if (facts.isUnserved && verdicts.some(({ reason }) => reason === 'Announced')) messages.push(UNSERVED);
  const message = messages.join('; ');
  const missing = verdicts.filter(({ reason }) => reason !== 'Announced');
  const isPartial = verdicts.some((verdict) => verdict.isPartial);
  if (missing.length === 0 && !isPartial) return { status: 'True', reason: 'Announced', message };
  if (missing.length < verdicts.length) return { status: 'True', reason: 'PartlyAnnounced', message };
  const unknown = UNKNOWN.find((each) => missing.some(({ reason }) => reason === each));
  const reason = unknown ?? (missing[0]?.reason as AnnouncedReason);
  return { status: unknown === undefined ? 'False' : 'Unknown', reason, message };
}

/** At layer 2, over BGP, or both: whichever of them is asked for. */
function judgeBoth(address: string, facts: AnnouncedFacts): AddressVerdict {
  const advertised = facts.advertisedOf?.(address);
  const answered = judge(address, facts);
  if (advertised === undefined) return answered;
  const { reason, isComplete, message } = advertised;
  const overBgp = { reason, isPartial: reason === 'Announced' && !isComplete, message };
  if (answered.reason === 'NoAdvertisement') return overBgp;
  const both = [answered, overBgp];
  const messages = both.map((each) => each.message).filter((text) => text !== '');
  const announced = both.filter((each) => each.reason === 'Announced');
  const worse = both.find((each) => each.reason !== 'Announced');
  if (announced.length === 0) return { reason: worse?.reason ?? reason, message: messages.join('; ') };
  const isPartial = worse !== undefined || !isComplete;
  return { reason: 'Announced', isPartial, message: messages.join('; ') };
}

function judge(address: string, facts: AnnouncedFacts): AddressVerdict {
  const holders = holdersOf(address, facts);
  const [living] = holders.filter(({ life }) => life === 'Alive');
  if (living) return { reason: 'Announced', message: announces(living) };
  if (holders.some(({ life }) => life === 'Undetermined')) return { reason: 'Undetermined', message: '' };
  const stranger = facts.conflictsOf(address)?.entries().next().value;
  if (stranger) return { reason: 'AddressConflict', message: conflict(...stranger) };
  const [silent] = holders;
  if (silent) {
    const message = `node ${silent.node} announced it on ${silent.interfaces}, and its speaker has stopped reporting: see that a speaker runs there`;
    return { reason: 'SpeakerSilent', message };
  }
  return unannounced(address, facts);
}

interface Holder {
  readonly node: string;
  readonly life: Life;
  /** For people. */
  readonly interfaces: string;
  readonly entry: OwnedAddress;
}

/** The nodes that report to announce an address; the one that took it last comes first. */
function holdersOf(address: string, { reports, lifeOf }: AnnouncedFacts): readonly Holder[] {
  const holders: Holder[] = [];
  for (const [node, { owned }] of reports) {
    const entries = owned.filter((entry) => entry.address === address);
    const [entry] = entries;
    if (!entry) continue;
    const interfaces = entries.map((each) => each.interface).sort(compareText);
    holders.push({ node, life: lifeOf(node), interfaces: interfaces.join(' and '), entry });
  }
  return holders.sort((a, b) => compareText(b.entry.since, a.entry.since) || compareText(a.node, b.node));
}

function announces({ node, interfaces, entry }: Holder): string {
  const witness = entry.witness === undefined ? 'no other speaker has confirmed it' : `node ${entry.witness} heard it`;
  return `node ${node} announces it on ${interfaces}; ${witness}`;
}

function conflict(node: string, mac: string): string {
  return (
    `${mac}, which is none of our machines, answers for it on the network of node ${node}: take the address from that ` +
    'machine, or out of the pool (spec.reserved)'
  );
}

function unannounced(address: string, { reports, planOf, isCrowded }: AnnouncedFacts): AddressVerdict {
  const plan = planOf(address);
  if (plan === undefined) return { reason: 'Undetermined', message: '' };
  const { owner, reason, message, ranked } = plan;
  if (owner === undefined) return { reason: reason === null ? 'NoEligibleNode' : announcedReason(reason), message };
  const barOf = (node: string) => reports.get(node)?.withheld.find((entry) => entry.address === address)?.reason;
  const crowded = ranked.find(({ node }) => isCrowded?.(node) && barOf(node) === undefined)?.node;
  if (crowded !== undefined) return { reason: 'NotListed', message: notListed(crowded) };
  const bar = barOf(owner);
  if (bar === undefined) {
    const interfaces = ranked[0]?.interfaces.join(' and ');
    return {
      reason: 'NotYetAnnounced',
      message: `node ${owner} is to announce it on ${interfaces}, and has not reported yet that it does`,
    };
  }
  const meaning = Object.hasOwn(WITHHELD_REASONS, bar)
    ? ` (${WITHHELD_REASONS[bar as keyof typeof WITHHELD_REASONS].meaning})`
    : '';
  const message2 = `node ${owner} is to announce it and does not: ${bar}${meaning}`;
  return { reason: bar === 'AddressConflict' ? 'AddressConflict' : 'NoEligibleNode', message: message2 };
}

function notListed(node: string): string {
  return `node ${node} may announce it, and answers for more addresses than its SpeakerStatus can list: berth probe tells who does`;
}

/** Nodes whose networks nobody reports have no speaker. */
function announcedReason(reason: NonNullable<AnnouncementPlan['reason']>): AnnouncedReason {
  return reason === 'InterfacesUnknown' ? 'NoSpeaker' : reason;
}
