import type { GatewayDetails, GatewayService } from '../../explain/explanation.ts';
import { fieldsText, tableBlock } from './layout.ts';

const RULES: Readonly<Record<GatewayService['by'], string>> = {
  Label: 'its labels',
  Hostname: 'spec.addresses',
  Table: 'the table of known implementations',
};

/** What an explanation of a Gateway says besides its head and its Service. */
export function gatewayBlocks(details: GatewayDetails): readonly string[] {
  const { class: itsClass, asksFor, service, candidates, shows, conditions } = details;
  const { name, controller, exists } = itsClass;
  return [
    fieldsText([
      ['Class', exists ? `${name}, served by ${controller ?? '<none>'}` : name && `${name}, which is not known`],
      ...(asksFor.length > 0 ? [['Asks for', asksFor.join(', ')] as const] : []),
      ['Service', service === null ? null : serviceText(service)],
      ...(candidates.length > 0 ? [['May be', candidates.join(', ')] as const] : []),
      ['Shows', shows.join(', ')],
      ['Written by', 'its implementation, never Berth'],
    ]),
    tableBlock(
      'Conditions of the Gateway',
      [
        { header: 'TYPE', cell: ({ type }) => type },
        { header: 'STATUS', cell: ({ status }) => status },
        { header: 'REASON', cell: ({ reason }) => reason ?? undefined },
        { header: 'MESSAGE', cell: ({ message }) => message ?? undefined },
      ],
      conditions,
    ),
  ];
}

function serviceText({ service, by, shows }: GatewayService): string {
  return `${service}, by ${RULES[by]}, which has ${shows.join(', ') || 'no address'}`;
}
