import type { PeerDetails } from '../../explain/explanation.ts';
import type { ExplainedSession } from '../../explain/peer-session.ts';
import { ageText } from '../age.ts';
import { fieldsText, ROWS_SHOWN, tableBlock } from './layout.ts';

/** What an explanation of a BGPPeer says besides its head. */
export function peerBlocks(details: PeerDetails, now: Date): readonly string[] {
  const { ready, router, routerAS, bfdProfile, isGraceful, advertisements, sessions } = details;
  const stored = ready.stored === null ? 'not written yet' : `${ready.stored.status} ${ready.stored.reason ?? ''}`;
  const established = sessions.filter(({ state }) => state === 'Established').length;
  const shown = sessions.slice(0, ROWS_SHOWN);
  const more =
    sessions.length > shown.length ? `  and ${sessions.length - shown.length} more nodes: see -o json\n` : '';
  const table = tableBlock(
    `Sessions (${established} of ${sessions.length} Established)`,
    [
      { header: 'NODE', cell: ({ node }) => node },
      { header: 'ADDRESS', cell: ({ address }) => address ?? undefined },
      { header: 'STATE', cell: stateText },
      { header: 'SINCE', cell: ({ since }) => (since === null ? undefined : ageText(since, now)) },
      { header: 'ADVERTISED', cell: ({ advertised }) => advertised ?? undefined },
      { header: 'BFD', cell: ({ bfd }) => bfd ?? undefined },
      { header: 'REASON', cell: ({ finding }) => finding.reason },
      { header: 'LAST ERROR', cell: ({ lastError }) => lastError?.text },
    ],
    shown,
  );
  return [
    fieldsText([
      ['Ready', ready.agrees ? stored : `${stored}, and by the rules now ${ready.now?.status} ${ready.now?.reason}`],
      ['Router', `${router}, AS ${routerAS}`],
      ['BFD profile', bfdProfile],
      ['Restart', isGraceful ? 'graceful: routes outlive it' : 'fast: routes are withdrawn first'],
      ['Told by', advertisements.map((name) => `BGPAdvertisement ${name}`).join(', ')],
    ]),
    `${table}${more}`,
  ];
}

function stateText({ state, isSilent }: ExplainedSession): string | undefined {
  return state === null ? undefined : isSilent ? `${state} (last seen)` : state;
}
