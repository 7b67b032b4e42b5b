import type { ExplainedAnnouncement, ReportedRole } from '../../explain/service-announcements.ts';
import { printable } from '../../log/line.ts';
import { ageText } from '../age.ts';
import { ROWS_SHOWN, tableBlock } from './layout.ts';

/** Who announces an address, who stands by, and why not the rest. */
export function announcementBlock(announcement: ExplainedAnnouncement, now: Date): string {
  const { address, message, remedy, reason, reported, nodes } = announcement;
  const why = printable(reason === null ? message : `${reason}: ${message}`);
  const title = `Announcement of ${address}, by the rules: ${why}\n${remedy === null ? '' : `      -> ${printable(remedy)}\n`}`;
  const says = reported.map((role) => `  reported by ${printable(roleText(role, now))}\n`).join('');
  const shown = nodes.slice(0, ROWS_SHOWN);
  const more = nodes.length > shown.length ? `  and ${nodes.length - shown.length} more nodes: see -o json\n` : '';
  const table = tableBlock(
    'Nodes',
    [
      { header: 'NODE', cell: ({ node }) => node },
      { header: 'ROLE', cell: ({ role }) => role ?? undefined },
      { header: 'REASON', cell: (node) => node.reason ?? undefined },
      { header: 'WHY', cell: (node) => node.message },
    ],
    shown,
  );
  return `${title}${says}${table}${more}`;
}

function roleText({ node, interface: name, role, since, isSilent, reason }: ReportedRole, now: Date): string {
  const age = since === null ? '' : `, since ${ageText(since, now)}`;
  const kept = reason === null ? '' : `, though it is to give it up (${reason})`;
  return `${node}: ${role} on ${name}${age}${kept}${isSilent ? ' (its speaker has stopped reporting)' : ''}`;
}
