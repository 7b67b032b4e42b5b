import { keyText } from '../api/object.ts';
import { leaseKeyOf, nodeOfLease } from '../api/speaker-lease.ts';
import { lifeSign } from './life-sign.ts';
import type { Situation } from './situation.ts';

/** Whether the speaker of a node lives. */
export interface SpeakerLife {
  /** `Missing`: neither a report nor a Lease of it is there. `Unknown`: nothing tells whether it lives. */
  readonly state: 'Alive' | 'Silent' | 'Missing' | 'Unknown';
  /** When it last gave a sign of life, RFC 3339. */
  readonly renewed: string | null;
  /** For people. */
  readonly message: string;
}

/** Whether the speaker of a node lives, by its Lease. */
export function speakerLife(node: string, situation: Situation): SpeakerLife {
  const { objects, now, unread } = situation;
  const lease = objects.leases.find((each) => nodeOfLease(each) === node);
  const renewed = lease?.spec?.renewTime ?? null;
  const isReported = objects.speakers.some(({ metadata }) => metadata.name === node);
  if (!isReported && lease === undefined) {
    return { state: 'Missing', renewed, message: 'missing: no report of a speaker on it is known' };
  }
  const mayJudge = now !== undefined && !unread.some(({ what }) => what === 'Lease');
  const sign = mayJudge && lease !== undefined ? lifeSign(lease, now) : 'Unknown';
  const name = `Lease ${keyText(leaseKeyOf(node))}`;
  if (sign === 'True') return { state: 'Alive', renewed, message: `alive: it renews ${name}` };
  if (sign === 'False') return { state: 'Silent', renewed, message: `silent: it has stopped renewing ${name}` };
  if (situation.lifeOf(node) === 'Silent') {
    return { state: 'Silent', renewed, message: `silent: there is no ${name} any more` };
  }
  return { state: 'Unknown', renewed, message: 'not known: its report is taken for one of now' };
}
