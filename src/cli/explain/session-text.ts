import type { ExplainedSession } from '../../explain/peer-session.ts';
import { ageText } from '../age.ts';
import { familiesText } from '../session-families.ts';
import type { Column } from '../table.ts';
import { ROWS_SHOWN, tableBlock } from './layout.ts';

/** BGP sessions, a row each. @param first what they differ by */
export function sessionsBlock<Session extends ExplainedSession>(
  sessions: readonly Session[],
  first: Column<Session>,
  now: Date,
): string {
  const established = sessions.filter(({ state }) => state === 'Established').length;
  const shown = sessions.slice(0, ROWS_SHOWN);
  const more = sessions.length > shown.length ? `  and ${sessions.length - shown.length} more: see -o json\n` : '';
  const table = tableBlock(
    `Sessions (${established} of ${sessions.length} Established)`,
    [
      first,
      { header: 'ADDRESS', cell: ({ address }) => address ?? undefined },
      { header: 'STATE', cell: stateText },
      { header: 'SINCE', cell: ({ since }) => (since === null ? undefined : ageText(since, now)) },
      { header: 'ADVERTISED', cell: ({ advertised }) => advertised ?? undefined },
      { header: 'FAMILIES', cell: familiesText },
      { header: 'BFD', cell: ({ bfd }) => bfd ?? undefined },
      { header: 'REASON', cell: ({ finding }) => finding.reason },
      { header: 'LAST ERROR', cell: ({ lastError }) => lastError?.text },
    ],
    shown,
  );
  return `${table}${more}`;
}

function stateText({ state, isSilent }: ExplainedSession): string | undefined {
  return state === null ? undefined : isSilent ? `${state} (last seen)` : state;
}
