import type { NodeDetails, NodeRole } from '../../explain/node-details.ts';
import { ageText } from '../age.ts';
import { type Field, fieldsText, firstOf, tableBlock } from './layout.ts';
import { sessionsBlock } from './session-text.ts';

const ROLES: Readonly<Record<NodeRole['role'], string>> = {
  Owner: 'Owner of',
  Standby: 'Standby of',
  Caretaker: 'Caretaker of',
};

/** What an explanation of a node says besides its head. */
export function nodeBlocks(details: NodeDetails, now: Date): readonly string[] {
  const { speaker, advertisements, interfaces, roles, unlisted, conflicts, sessions, withheld } = details;
  const seen = speaker.renewed === null ? '' : `, last ${ageText(speaker.renewed, now)} ago`;
  const strangers = conflicts.map(({ address, mac, seen: at }) => `${address} by ${mac} ${ageText(at, now)} ago`);
  return [
    fieldsText([
      ['Speaker', `${speaker.message}${seen}`],
      ['Chosen by', advertisements.map((name) => `L2Advertisement ${name}`).join(', ')],
      ...roles.map(roleField),
      ...(unlisted > 0 ? [['Not listed', `${unlisted} more that it answers for`] as const] : []),
      ...(strangers.length > 0 ? [['Conflicts', firstOf(strangers)] as const] : []),
      ...(interfaces === null ? [['Interfaces', 'not reported yet'] as const] : []),
    ]),
    tableBlock(
      'Interfaces',
      [
        { header: 'NAME', cell: ({ name }) => name },
        { header: 'UP', cell: ({ up }) => (up ? 'yes' : 'no') },
        { header: 'ADDRESSES', cell: ({ addresses }) => addresses.join(', ') },
        { header: 'GATEWAYS', cell: ({ gateways }) => gateways.join(', ') },
        {
          header: 'ANNOUNCES FOR',
          cell: ({ advertisements: using, reservedFor }) =>
            using.length > 0
              ? using.join(', ')
              : reservedFor === null
                ? undefined
                : `never unless named: ${reservedFor}`,
        },
      ],
      interfaces ?? [],
    ),
    sessionsBlock(sessions, { header: 'PEER', cell: ({ peer }) => peer }, now),
    tableBlock(
      'Not announced here, by reason',
      [
        { header: 'REASON', cell: ({ reason }) => reason },
        { header: 'ADDRESSES', cell: ({ count }) => count },
        { header: 'OVER', cell: ({ protocol, peer }) => (peer === null ? protocol : `${protocol} to ${peer}`) },
        { header: 'SUCH AS', cell: ({ examples }) => examples[0] },
      ],
      withheld,
      ({ remedy }) => remedy,
    ),
  ];
}

function roleField({ role, count, examples }: NodeRole): Field {
  if (count === 0) return [ROLES[role], 'nothing'];
  return [ROLES[role], `${count}: ${examples.join(', ')}${count > examples.length ? ', …' : ''}`];
}
