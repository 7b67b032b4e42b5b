import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoolTable } from '../../../src/allocator/pool-table.ts';
import { parseAddress } from '../../../src/ip/address.ts';
import { poolLookup } from '../../../src/speaker/plan/pools.ts';
import { pool } from '../objects.ts';

describe('poolLookup', () => {
  const ready = (status: 'True' | 'False') => ({
    status: {
      conditions: [{ type: 'Ready', status, reason: 'R', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
  });

  it.each([
    ['192.0.2.10', 'a'],
    ['192.0.2.19', 'a'],
    ['192.0.2.20', undefined],
    ['198.51.100.7', 'b'],
    ['2001:db8::5', 'b'],
  ])('finds the pool of %s: %s', (address, name) => {
    const poolOf = poolLookup([pool('b', ['198.51.100.0/24', '2001:db8::/64']), pool('a', ['192.0.2.10-192.0.2.19'])]);
    expect(poolOf(parseAddress(address))?.name).toBe(name);
  });

  it('prefers the pool that is not at fault where two overlap', () => {
    const poolOf = poolLookup([
      pool('a', ['192.0.2.0/24'], ready('False')),
      pool('b', ['192.0.2.0/24'], ready('True')),
    ]);
    expect(poolOf(parseAddress('192.0.2.1'))?.name).toBe('b');
  });

  it('finds the pool that retains an address', () => {
    const retained = { status: { retained: [{ address: '203.0.113.1', service: 'default/web' }] } };
    expect(poolLookup([pool('a', ['192.0.2.0/24'], retained)])(parseAddress('203.0.113.1'))?.name).toBe('a');
  });

  it('reads on after an entry that runs backwards', () => {
    const poolOf = poolLookup([pool('a', ['2001:db8::9-2001:db8::1', '192.0.2.0/24'])]);
    expect(poolOf(parseAddress('192.0.2.1'))?.name).toBe('a');
  });

  it('prefers the record of who gave an address to a pool that lists it and is not Ready', () => {
    const retained = (address: string) => ({ retained: [{ address, service: 'default/web' }] });
    const poolOf = poolLookup([
      pool('a', ['2001:db8::/64'], ready('False')),
      pool('c', ['192.0.2.0/24'], { status: retained('2001:DB8:0::1') }),
      pool('b', ['192.0.2.0/24'], { status: { ...ready('False').status, ...retained('2001:db8::1') } }),
    ]);
    expect(poolOf(parseAddress('2001:db8::1'))?.name).toBe('b');
    expect(poolOf(parseAddress('2001:db8::2'))?.name).toBe('a');
  });

  it('agrees with the allocator, whatever the pools', () => {
    const octet = fc.integer({ min: 0, max: 9 });
    const range = fc.tuple(octet, octet).map((ends) => {
      const [first, last] = [...ends].sort();
      return `192.0.2.${first}-192.0.2.${last}`;
    });
    const pools = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'd'),
        addresses: fc.array(range, { minLength: 1, maxLength: 2 }),
        retained: fc.array(octet, { maxLength: 3 }),
        created: fc.integer({ min: 10, max: 13 }),
        deleting: fc.boolean(),
      }),
      { selector: ({ name }) => name },
    );
    fc.assert(
      fc.property(pools, (wishes) => {
        const objects = wishes.map(({ name, addresses, retained, created, deleting }) => {
          const held = retained.map((last) => ({ address: `192.0.2.${last}`, service: 'default/web' }));
          const creationTimestamp = `2026-01-01T00:00:${created}Z`;
          const deletion = deleting ? { deletionTimestamp: '2026-01-02T00:00:00Z' } : {};
          const metadata = { name, creationTimestamp, ...deletion };
          return pool(name, addresses, { metadata, status: { retained: held } });
        });
        const table = new PoolTable({ pools: objects });
        const judged = objects.map((object) => {
          const { conditions } = ready(table.faults.has(object.metadata.name) ? 'False' : 'True').status;
          return { ...object, status: { ...object.status, conditions } };
        });
        const poolOf = poolLookup(judged);
        for (let last = 0; last <= 9; last++) {
          const address = parseAddress(`192.0.2.${last}`);
          expect(poolOf(address)?.name).toBe(table.originOf(address));
        }
      }),
    );
  });
});
