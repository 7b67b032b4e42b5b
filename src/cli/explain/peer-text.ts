import type { PeerDetails } from '../../explain/explanation.ts';
import { fieldsText } from './layout.ts';
import { sessionsBlock } from './session-text.ts';

/** What an explanation of a BGPPeer says besides its head. */
export function peerBlocks(details: PeerDetails, now: Date): readonly string[] {
  const { ready, router, routerAS, bfdProfile, isGraceful, advertisements, sessions } = details;
  const stored = ready.stored === null ? 'not written yet' : `${ready.stored.status} ${ready.stored.reason ?? ''}`;
  return [
    fieldsText([
      ['Ready', ready.agrees ? stored : `${stored}, and by the rules now ${ready.now?.status} ${ready.now?.reason}`],
      ['Router', `${router}, AS ${routerAS}`],
      ['BFD profile', bfdProfile],
      ['Restart', isGraceful ? 'graceful: routes outlive it' : 'fast: routes are withdrawn first'],
      ['Told by', advertisements.map((name) => `BGPAdvertisement ${name}`).join(', ')],
    ]),
    sessionsBlock(sessions, { header: 'NODE', cell: ({ node }) => node }, now),
  ];
}
