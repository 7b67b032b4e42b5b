import { describe, expect, it } from 'vitest';
import { ADDRESSES } from '../../../src/cli/get/addresses.ts';
import { tableText } from '../../../src/cli/table.ts';
import { CREATED, condition, lease, NOW, service, speaker } from './objects.ts';

describe('an address', () => {
  it('a shared one once for each of its Services', () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
    const entry = { address: '192.0.2.1', interface: 'eth0', role: 'Owner', since: CREATED };
    const l2 = [
      { ...entry, service: 'default/dns' },
      { ...entry, service: 'default/web' },
    ];
    const rows = ADDRESSES.rows(
      {
        pools: [],
        services: [service('dns', {}, status), service('web', {}, status)],
        speakers: [speaker('n1', { l2 })],
        leases: [lease('n1', '2026-01-02T00:00:00Z')],
      },
      NOW,
    );
    expect(rows.map((row) => [row.service, row.node, row.role])).toEqual([
      ['default/dns', 'n1', 'Owner'],
      ['default/web', 'n1', 'Owner'],
    ]);
    expect(new Set(rows.map((row) => ADDRESSES.keyOf(row))).size).toBe(2);
  });

  it('one that is announced is, though others of its Service are not', () => {
    const status = {
      loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }] },
      conditions: [condition('berth.dev/Announced', 'True', 'PartlyAnnounced')],
    };
    const l2 = [{ address: '192.0.2.1', service: 'default/web', interface: 'eth0', role: 'Owner', since: CREATED }];
    const rows = ADDRESSES.rows(
      {
        pools: [],
        services: [service('web', {}, status)],
        speakers: [speaker('n1', { l2 })],
        leases: [lease('n1', '2026-01-02T00:00:00Z')],
      },
      NOW,
    );
    expect(rows.map(({ address, reason }) => [address, reason])).toEqual([
      ['192.0.2.1', 'Announced'],
      ['2001:db8::1', 'PartlyAnnounced'],
    ]);
  });

  it('why no node announces one, as the living speakers tell it', () => {
    const ingress = (ip: string) => ({
      loadBalancer: { ingress: [{ ip }] },
      conditions: [condition('berth.dev/Allocated', 'True', 'Allocated')],
    });
    const said = (reason: string, ...examples: string[]) => ({ reason, count: examples.length, examples });
    const renewed = '2026-01-02T00:00:00Z';
    const rows = ADDRESSES.rows(
      {
        pools: [],
        services: [
          service('a', {}, ingress('192.0.2.1')),
          service('b', {}, ingress('192.0.2.2')),
          service('c', {}, ingress('192.0.2.3')),
        ],
        speakers: [
          speaker('n1', {
            withheld: [
              said('OffSubnet', '192.0.2.1 default/a'),
              said('NodeNotSelected', '192.0.2.2 default/b'),
              said('NotOwner', '192.0.2.3 default/c'),
            ],
          }),
          speaker('n2', { withheld: [said('OffSubnet', '192.0.2.1 default/a', '192.0.2.2 default/b')] }),
          speaker('n3', { withheld: [said('AddressConflict', '192.0.2.1 default/a')] }),
        ],
        leases: [lease('n1', renewed), lease('n2', renewed), lease('n3', '2026-01-01T23:00:00Z')],
      },
      NOW,
    );
    expect(
      tableText(
        ADDRESSES.columns(() => NOW),
        rows,
        true,
      )
        .split('\n')
        .map((line) => line.split(/ {3,}/)),
    ).toMatchObject([
      { 7: 'REASON', 10: 'WITHHELD' },
      { 0: '192.0.2.1', 7: 'OffSubnet', 10: 'n1:OffSubnet,n2:OffSubnet' },
      { 0: '192.0.2.2', 7: 'OffSubnet', 10: 'n1:NodeNotSelected,n2:OffSubnet' },
      { 0: '192.0.2.3', 7: 'Allocated', 10: 'n1:NotOwner' },
      {},
    ]);
  });
});
