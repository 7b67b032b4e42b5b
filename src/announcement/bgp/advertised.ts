import type { AnnouncedReason } from '../../api/reasons/announcement.ts';
import type { SpeakerReport } from '../../api/speaker-status.ts';
import type { Life } from '../life.ts';
import type { RoutePlan } from './route-plan.ts';
import { sessionBar } from './session-bar.ts';

/** What becomes of one address over BGP. */
export interface AdvertisedVerdict {
  readonly reason: AnnouncedReason | 'Undetermined';
  /** Every peer that is to be told has been. */
  readonly isComplete: boolean;
  /** For people: who advertises it to whom, and which sessions are not Established and why. */
  readonly message: string;
}

/** What the speakers report. */
export interface AdvertisedFacts {
  sessionsOf(node: string): NonNullable<SpeakerReport['sessions']>;
  lifeOf(node: string): Life;
}

/** So many are named at most. */
const SHOWN = 5;

/**
 * Whether an address is advertised as planned: a route counts as told where the session is Established and carries
 * it, and its speaker lives. Undefined where no BGPAdvertisement is for the address.
 */
export function advertisedVerdict(plan: RoutePlan, facts: AdvertisedFacts): AdvertisedVerdict | undefined {
  if (plan.reason === 'NoAdvertisement') return undefined;
  if (plan.reason !== null) {
    const reason = plan.reason === 'InterfacesUnknown' ? 'NoSpeaker' : plan.reason;
    return { reason, isComplete: false, message: plan.message };
  }
  const wanted = plan.nodes.flatMap(({ node, peers }) =>
    peers.map((peer) => ({ node, peer, life: facts.lifeOf(node) })),
  );
  const states = wanted.map(({ node, peer, life }) => {
    const session = facts.sessionsOf(node).find((each) => each.peer === peer);
    const isUp = session?.state === 'Established';
    const bar = isUp ? sessionBar(session, plan.address) : undefined;
    return { node, peer, life, session, bar, tells: isUp && bar === undefined };
  });
  const told = states.filter(({ tells, life }) => tells && life === 'Alive');
  const missing = states.filter((each) => !told.includes(each));
  if (told.length === 0 && missing.some(({ life, tells }) => tells && life === 'Undetermined')) {
    return { reason: 'Undetermined', isComplete: false, message: '' };
  }
  const silent = missing.filter(({ tells, life }) => tells && life === 'Silent');
  const faults = missing.map(({ node, peer, session, bar, tells }) => {
    if (bar !== undefined) return `node ${node} does not advertise it to ${peer} (${bar.reason}): ${bar.detail}`;
    if (tells) return `the speaker of node ${node} has stopped reporting`;
    const why = session?.lastError === undefined ? '' : ` (${session.lastError.text})`;
    return `the session of node ${node} with ${peer} is ${session?.state ?? 'not there yet'}${why}`;
  });
  const parts = [...told.map(({ node, peer }) => `node ${node} advertises it to ${peer}`)];
  const message = [...shorten(parts, 'sessions'), ...shorten(faults, 'faults')].join('; ');
  if (told.length > 0) return { reason: 'Announced', isComplete: missing.length === 0, message };
  return { reason: silent.length > 0 ? 'SpeakerSilent' : 'NoSession', isComplete: false, message };
}

function shorten(texts: readonly string[], what: string): readonly string[] {
  return texts.length > SHOWN ? [...texts.slice(0, SHOWN), `and ${texts.length - SHOWN} more ${what}`] : texts;
}
