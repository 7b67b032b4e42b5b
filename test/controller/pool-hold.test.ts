import { describe, expect, it } from 'vitest';
import type { PoolReport } from '../../src/allocator/pool-report.ts';
import { isHeld, isStillShown } from '../../src/controller/pool-hold.ts';
import { parseAddress } from '../../src/ip/address.ts';
import { pool, service } from '../allocator/builders.ts';

const REPORT: PoolReport = {
  name: 'public',
  ready: true,
  reason: 'Ready',
  message: '',
  totalIPv4: 4,
  assignedIPv4: 0,
  availableIPv4: 4,
  totalIPv6: 0,
  assignedIPv6: 0,
  availableIPv6: 0,
  retained: [],
};

describe('isHeld', () => {
  it.each<[string, Partial<PoolReport>, boolean]>([
    ['nothing', {}, false],
    ['an IPv4 address', { assignedIPv4: 1 }, true],
    ['an IPv6 address', { assignedIPv6: 1 }, true],
    ['a retained address', { retained: [{ address: '192.0.2.9', service: 'default/web' }] }, true],
  ])('%s', (_, report, held) => {
    expect(isHeld({ ...REPORT, ...report })).toBe(held);
  });
});

describe('isStillShown', () => {
  const shown = pool('public', ['192.0.2.0/30', 'nonsense']);
  const before = { ...shown, status: { addresses: ['198.51.100.0/24'], retained: [] } };
  const retaining = { ...shown, status: { retained: [{ address: '203.0.113.7', service: 'default/web' }] } };

  it.each([
    ['an address that is held as shown', shown, ['192.0.2.1'], ['192.0.2.1'], false],
    ['an address that has been taken away', shown, ['192.0.2.1'], [], true],
    ['an address of which nothing has been decided', shown, ['192.0.2.1'], undefined, true],
    ['an address that another has followed', shown, ['192.0.2.1'], ['198.51.100.1'], true],
    ['an address elsewhere', shown, ['198.51.100.1'], [], false],
    ['an address that the pool listed before', before, ['198.51.100.1'], [], true],
    ['an address that the pool retained', retaining, ['203.0.113.7'], [], true],
    ['nothing', shown, [], [], false],
  ])('%s', (_, object, published, held, still) => {
    expect(isStillShown(object, [service('web', { holds: published })], () => held?.map(parseAddress))).toBe(still);
  });
});
