import { nodeOfLease } from '../../api/speaker-lease.ts';
import type { SpeakerReport } from '../../api/speaker-status.ts';
import { lifeSign } from '../../explain/life-sign.ts';
import { ageText } from '../age.ts';
import { familiesText } from '../session-families.ts';
import type { Resource } from './resource.ts';
import { RESOURCE_NAMES } from './resource-names.ts';

/** One BGP session of one node. */
export interface SessionRow extends Session {
  readonly node: string;
  /** Whether its speaker still says so: a session of a silent one is as it was last seen. */
  readonly alive: ReturnType<typeof lifeSign>;
}

type Session = NonNullable<SpeakerReport['sessions']>[number];

/** `get sessions`: which routers the nodes talk to over BGP, and what went wrong last. */
export const SESSIONS: Resource<SessionRow> = {
  names: RESOURCE_NAMES.sessions,
  reads: ['speakers', 'leases'],
  scope: 'Cluster',
  rows: (view, now) => {
    const leases = new Map(view.leases.map((lease) => [nodeOfLease(lease), lease]));
    return view.speakers.flatMap(({ metadata: { name: node }, status }) => {
      const alive = lifeSign(leases.get(node), now);
      return (status?.sessions ?? []).map((session) => ({ ...session, node, alive }));
    });
  },
  nameOf: ({ peer }) => peer,
  keyOf: ({ node, peer }) => `${node} ${peer}`,
  namespaceOf: () => undefined,
  state: (row) => row,
  item: ({ alive: _alive, ...session }) => session,
  columns: (now) => [
    { header: 'NODE', cell: ({ node }) => node },
    { header: 'PEER', cell: ({ peer }) => peer },
    { header: 'ADDRESS', cell: ({ address }) => address },
    { header: 'STATE', cell: ({ state }) => state },
    { header: 'SINCE', cell: ({ since }) => ageText(since, now()) },
    { header: 'ADVERTISED', cell: ({ advertised }) => advertised },
    { header: 'BFD', cell: ({ bfd }) => bfd },
    { header: 'FAMILIES', wide: true, cell: familiesText },
    { header: 'ALIVE', wide: true, cell: ({ alive }) => alive },
    { header: 'LAST ERROR', cell: ({ lastError }) => lastError?.text },
    { header: 'SEEN', wide: true, cell: ({ lastError }) => lastError && ageText(lastError.at, now()) },
  ],
};
