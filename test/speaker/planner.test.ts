import { describe, expect, it } from 'vitest';
import { Planner } from '../../src/speaker/planner.ts';
import { advertisement, pool, service } from './objects.ts';

describe('Planner', () => {
  it.each([
    ['covers the pool', ['public'], 'OffSubnet'],
    ['names a pool that does not exist', ['pubic'], 'NoAdvertisement'],
  ])('withholds, where the advertisement %s, as the plan command would: %j', (_, ipAddressPools, reason) => {
    const planner = new Planner('n1', undefined);
    const eth0 = { name: 'eth0', mac: '02:00:00:00:00:11', up: true, addresses: ['198.51.100.1/24'], gateways: [] };
    planner.plan({
      snapshot: {
        services: new Map([['default/web', service('web', ['192.0.2.1'])]]),
        pools: new Map([['public', pool('public', ['192.0.2.0/24'])]]),
        advertisements: new Map([['default', advertisement({ ipAddressPools })]]),
        nodes: new Map(),
        endpointSlices: new Map(),
        speakers: new Map(),
      },
      alive: new Set(['n1']),
      interfaces: [],
      report: { interfaces: [eth0] },
      inCharge: new Set(),
    });
    expect(planner.duties).toEqual({
      owned: [],
      withheld: [{ address: '192.0.2.1', service: 'default/web', reason }],
    });
  });
});
