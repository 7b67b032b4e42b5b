import type { PoolCounters, PoolDetails } from '../../explain/explanation.ts';
import { countText } from '../count.ts';
import { fieldsText, firstOf, ROWS_SHOWN, tableBlock } from './layout.ts';

/** What an explanation of a pool says besides its head. */
export function poolBlocks(details: PoolDetails): readonly string[] {
  const { ready, counters, order, addresses, reserved, serves, holders, retained, waiting, advertisements } = details;
  const stored = ready.stored === null ? 'not written yet' : `${ready.stored.status} ${ready.stored.reason ?? ''}`;
  return [
    fieldsText([
      ['Ready', ready.agrees ? stored : `${stored}, and by the rules now ${ready.now?.status} ${ready.now?.reason}`],
      ['Addresses', firstOf(addresses)],
      ['Reserved', firstOf(reserved)],
      ['IPv4', counterText(counters, 'IPv4')],
      ['IPv6', counterText(counters, 'IPv6')],
      ['Tried', order === null ? 'never: it is not Ready' : `as number ${order}`],
      ['Serves', audienceText(serves)],
      ['Announced by', advertisements.map((name) => `L2Advertisement ${name}`).join(', ')],
    ]),
    tableBlock(
      `Holders (${holders.length})`,
      [
        { header: 'SERVICE', cell: ({ service }) => service },
        { header: 'ADDRESSES', cell: (holder) => holder.addresses.join(', ') },
      ],
      holders.slice(0, ROWS_SHOWN),
    ),
    tableBlock(
      'Retained: no longer offered, and kept by their holders',
      [
        { header: 'ADDRESS', cell: ({ address }) => address },
        { header: 'SERVICE', cell: ({ service }) => service },
      ],
      retained.slice(0, ROWS_SHOWN),
    ),
    tableBlock(
      `Waiting for an address (${waiting.length})`,
      [
        { header: 'SERVICE', cell: ({ service }) => service },
        { header: 'PASSED OVER', cell: ({ reason }) => reason ?? 'no: see what explain says of the Service' },
      ],
      waiting.slice(0, ROWS_SHOWN),
    ),
  ];
}

function counterText(counters: PoolCounters, family: 'IPv4' | 'IPv6'): string | undefined {
  const total = counters[`total${family}`];
  if (total === 0) return undefined;
  const [assigned, available] = [counters[`assigned${family}`], counters[`available${family}`]];
  return `${countText(assigned)} of ${countText(total)} assigned, ${countText(available)} available`;
}

function audienceText({
  autoAssign,
  disabled,
  namespaces,
  labels,
  sharing,
  reclaimPolicy,
}: PoolDetails['serves']): string {
  if (disabled) return 'nobody anew: it is disabled';
  const who = autoAssign ? 'Services' : 'Services that name it or an address of it';
  const marked = labels === 'of any kind' ? '' : ` with the labels ${labels}`;
  return `${who}${marked} in ${namespaces} (sharing: ${sharing}, reclaimPolicy: ${reclaimPolicy})`;
}
