import { expect, it } from 'vitest';
import { mustParse } from '../../../src/api/schema/define-kind.ts';
import { SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import { SESSIONS } from '../../../src/cli/get/sessions.ts';
import { tableText } from '../../../src/cli/table.ts';

const NOW = new Date('2026-01-02T00:00:00Z');
const CREATED = '2026-01-01T00:00:00Z';

const speaker = (name: string, status: object) =>
  mustParse(SpeakerStatusKind, {
    ...{ apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata: { name } },
    status,
  });

it('shows sessions, what went wrong last, and how far their speaker is to be believed', () => {
  const established = { peer: 'tor-a', address: '192.0.2.1', state: 'Established', since: CREATED, advertised: 12 };
  const lastError = { code: 4, subcode: 0, text: 'sent: Hold Timer Expired', at: CREATED };
  const idle = { peer: 'tor-b', address: '192.0.2.2', state: 'Idle', since: CREATED, advertised: 0, lastError };
  const speakers = [speaker('n1', { sessions: [{ ...established, bfd: 'Up' }, idle] }), speaker('n2', {})];
  const rows = SESSIONS.rows({ pools: [], services: [], leases: [], speakers }, NOW);
  const columns = SESSIONS.columns(() => NOW);
  expect(tableText(columns, rows).trimEnd().split('\n')).toEqual([
    'NODE   PEER    ADDRESS     STATE         SINCE   ADVERTISED   BFD      LAST ERROR',
    'n1     tor-a   192.0.2.1   Established   24h     12           Up       <none>',
    'n1     tor-b   192.0.2.2   Idle          24h     0            <none>   sent: Hold Timer Expired',
  ]);
  expect(tableText(columns, rows, true).split('\n')[2]).toMatch(/ False +sent: Hold Timer Expired +24h$/);
  expect(rows.map(SESSIONS.keyOf)).toEqual(['n1 tor-a', 'n1 tor-b']);
  expect(rows.map(SESSIONS.item)).toEqual([
    { ...established, node: 'n1', bfd: 'Up' },
    { ...idle, node: 'n1' },
  ]);
});

it('shows in wide tables which families a session carries, and why not the others', () => {
  const session = { address: '192.0.2.1', state: 'Established', since: CREATED, advertised: 1 };
  const notCarried = [{ family: 'IPv6', reason: 'NoNextHop', text: 'eth0 has no IPv6 address' }];
  const speakers = [
    speaker('n1', {
      sessions: [
        { ...session, peer: 'a', families: ['IPv4', 'IPv6'] },
        { ...session, peer: 'b', families: ['IPv4'], notCarried },
        { ...session, peer: 'of-an-older-speaker' },
      ],
    }),
  ];
  const rows = SESSIONS.rows({ pools: [], services: [], leases: [], speakers }, NOW);
  const cell = SESSIONS.columns(() => NOW).find(({ header }) => header === 'FAMILIES')?.cell;
  expect(rows.map((row) => cell?.(row))).toEqual(['IPv4, IPv6', 'IPv4, not IPv6 (NoNextHop)', undefined]);
});
