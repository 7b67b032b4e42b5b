import { describe, expect, it } from 'vitest';
import { failoverOf } from '../../../src/speaker/plan/failover.ts';
import { advertisement, service } from '../objects.ts';

const held = (name: string, pool: string, address: string) => {
  return { service: service(name, [address]), addresses: [{ address, pool: { name: pool } }] };
};

describe('failoverOf', () => {
  const services = [held('a', 'red', '192.0.2.1'), held('b', 'blue', '192.0.2.2'), held('c', 'green', '192.0.2.3')];
  const advertisements = [
    advertisement(
      { ipAddressPools: ['red', 'blue'], failover: { holdOff: '10s', interval: '50ms', multiplier: 5 } },
      'x',
    ),
    advertisement({ ipAddressPools: ['blue'], failover: { holdOff: '0s' } }, 'y'),
  ];
  const failover = failoverOf(advertisements, ['red', 'blue', 'green']);

  it.each([
    ['that of its advertisement', '192.0.2.1', 10_000],
    ['never, where one of several says so', '192.0.2.2', 0],
    ['nothing that is said, where none covers it', '192.0.2.3', undefined],
  ])('holds an address off for %s', (_name, address, expected) => {
    expect(failover.holdOffs(services).get(address)).toBe(expected);
  });

  it('refreshes as often as any advertisement asks for, and never where none does', () => {
    const refreshed = (...refreshes: readonly string[]) => {
      const each = refreshes.map((refresh, index) => advertisement({ failover: { refresh } }, `a${index}`));
      return failoverOf(each, []).pacing.refresh;
    };
    expect([refreshed(), refreshed('90s'), refreshed('90s', '0s', '20s'), refreshed('0s')]).toEqual([
      ...[60_000, 90_000, 20_000, 0],
    ]);
  });

  it('announces at the lowest rate that any advertisement asks for, and at any where none does', () => {
    const rated = (...rates: readonly (number | undefined)[]) => {
      const each = rates.map((announcementRate, index) =>
        advertisement({ failover: { announcementRate } }, `a${index}`),
      );
      return failoverOf(each, []).pacing.rate;
    };
    expect([rated(), rated(undefined), rated(200, undefined, 50)]).toEqual([undefined, undefined, 50]);
  });

  it('watches at the shortest interval of all', () => {
    expect(failover.watch).toEqual({ interval: 50, multiplier: 5 });
    expect(failoverOf([], []).watch).toEqual({ interval: 100, multiplier: 3 });
  });
});
