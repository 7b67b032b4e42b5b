import { describe, expect, it } from 'vitest';
import type { PoolReport } from '../../src/allocator/pool-report.ts';
import { type IPAddressPool, IPAddressPoolKind } from '../../src/api/ip-address-pool.ts';
import { mustParse } from '../../src/api/schema/define-kind.ts';
import { poolStatusPatch } from '../../src/controller/pool-status.ts';

const REPORT: PoolReport = {
  name: 'public',
  ready: true,
  reason: 'Ready',
  message: 'gives out addresses',
  totalIPv4: 4,
  assignedIPv4: 1,
  availableIPv4: 3,
  totalIPv6: 0,
  assignedIPv6: 0,
  availableIPv6: 0,
  retained: [{ address: '192.0.2.9', service: 'default/web' }],
};
const NOW = '2026-01-02T03:04:05Z';

function pool(status?: unknown): IPAddressPool {
  return mustParse(IPAddressPoolKind, {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'IPAddressPool',
    metadata: { name: 'public', generation: 3 },
    spec: { addresses: ['192.0.2.0/30'] },
    status,
  });
}

describe('poolStatusPatch', () => {
  it('reports counters, what is retained, and the condition with the generation it was made from', () => {
    const { name: _, ready: __, reason, message, ...counters } = REPORT;
    expect(poolStatusPatch(pool(), REPORT, NOW)).toEqual({
      ...counters,
      addresses: ['192.0.2.0/30'],
      conditions: [{ type: 'Ready', status: 'True', reason, message, observedGeneration: 3, lastTransitionTime: NOW }],
    });
  });

  it('has nothing to change the second time', () => {
    const status = poolStatusPatch(pool(), REPORT, NOW);
    expect(poolStatusPatch(pool(status), REPORT, '2027-01-01T00:00:00Z')).toBeNull();
  });

  it('tells of the addresses that the pool listed when it was last Ready', () => {
    const fault = { ...REPORT, ready: false, reason: 'OverlapsPool' as const };
    expect(poolStatusPatch(pool(), fault, NOW)).not.toHaveProperty('addresses');
    const before = pool({ ...poolStatusPatch(pool(), REPORT, NOW), addresses: ['198.51.100.0/24'] });
    const patch = poolStatusPatch(before, fault, NOW);
    expect(patch).toMatchObject({ addresses: ['198.51.100.0/24'], conditions: [{ status: 'False' }] });
    expect(poolStatusPatch(pool({ ...before.status, ...patch }), fault, NOW)).toBeNull();
  });

  it.each([
    ['a counter', { assignedIPv4: 2 }],
    ['what is retained', { retained: [] }],
    ['the reason', { ready: false, reason: 'OverlapsPool' as const }],
  ])('changes when %s changes', (_, difference) => {
    const status = poolStatusPatch(pool(), REPORT, NOW);
    expect(poolStatusPatch(pool(status), { ...REPORT, ...difference }, NOW)).toMatchObject(
      'ready' in difference ? { conditions: [{ status: 'False', reason: 'OverlapsPool' }] } : difference,
    );
  });
});
