import type { ExplainedRoute } from '../../explain/service-routes.ts';
import { printable } from '../../log/line.ts';
import { ROWS_SHOWN, tableBlock } from './layout.ts';

/** Which nodes advertise an address over BGP, to whom, and why not the rest. */
export function routeBlock({ address, reason, message, remedy, nodes }: ExplainedRoute): string {
  const why = printable(reason === null ? message : `${reason}: ${message}`);
  const title = `Routes to ${address}, by the rules: ${why}\n${remedy === null ? '' : `      -> ${printable(remedy)}\n`}`;
  const shown = nodes.slice(0, ROWS_SHOWN);
  const more = nodes.length > shown.length ? `  and ${nodes.length - shown.length} more: see -o json\n` : '';
  const table = tableBlock(
    'Nodes and peers',
    [
      { header: 'NODE', cell: ({ node }) => node },
      { header: 'PEER', cell: ({ peer }) => peer ?? '<all>' },
      { header: 'SESSION', cell: ({ state }) => state ?? undefined },
      { header: 'REASON', cell: (each) => each.reason ?? undefined },
      { header: 'WHY', cell: (each) => each.message },
    ],
    shown,
  );
  return `${title}${table}${more}`;
}
