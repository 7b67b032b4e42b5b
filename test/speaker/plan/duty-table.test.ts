import { describe, expect, it } from 'vitest';
import type { AddressDuties } from '../../../src/speaker/plan/duties.ts';
import { DutyTable } from '../../../src/speaker/plan/duty-table.ts';

const barred = (address: string, ...uses: readonly string[]): AddressDuties => {
  const withheld = [{ address, service: 'default/web', reason: 'OffSubnet' as const }];
  return { services: ['default/web'], uses, duties: [], withheld };
};
const listed = (table: DutyTable) => table.all().withheld.map(({ address }) => address);

describe('DutyTable', () => {
  it('lists addresses in their order, however they come and go', () => {
    const table = new DutyTable();
    for (const address of ['2001:db8::1', '192.0.2.10', '192.0.2.9']) table.replace(address, barred(address));
    expect(listed(table)).toEqual(['192.0.2.9', '192.0.2.10', '2001:db8::1']);
    table.replace('192.0.2.10', undefined);
    table.replace('10.0.0.1', barred('10.0.0.1'));
    expect(listed(table)).toEqual(['10.0.0.1', '192.0.2.9', '2001:db8::1']);
    table.replaceAll(
      new Map([
        ['192.0.2.9', { ...barred('192.0.2.9'), withheld: [] }],
        ['192.0.2.8', barred('192.0.2.8')],
      ]),
    );
    expect([listed(table), table.size]).toEqual([['192.0.2.8'], 2]);
  });

  it('knows which interfaces any address uses', () => {
    const table = new DutyTable();
    table.replace('192.0.2.1', barred('192.0.2.1', 'eth0', 'eth1'));
    table.replace('192.0.2.2', barred('192.0.2.2', 'eth1'));
    table.replace('192.0.2.1', barred('192.0.2.1'));
    expect(['eth0', 'eth1'].map((link) => table.isUsed(link))).toEqual([false, true]);
    table.replaceAll(new Map());
    expect(table.isUsed('eth1')).toBe(false);
  });
});
