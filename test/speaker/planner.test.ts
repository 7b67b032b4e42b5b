import { describe, expect, it } from 'vitest';
import type { SpeakerStatus } from '../../src/api/speaker-status.ts';
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
      mayTake: true,
    });
    expect(planner.duties).toEqual({
      owned: [],
      withheld: [{ address: '192.0.2.1', service: 'default/web', reason }],
    });
  });

  it('names the speakers to watch, by what they report and the interfaces of this moment', () => {
    const planner = new Planner('n1', undefined);
    const reported = (number: number) => ({
      interfaces: [
        { name: 'eth0', mac: `02:00:00:00:00:${number}`, up: true, addresses: [`192.0.2.${number}/24`], gateways: [] },
      ],
    });
    const n2: SpeakerStatus = {
      apiVersion: 'berth.dev/v1beta1',
      kind: 'SpeakerStatus',
      metadata: { name: 'n2' },
      status: reported(12),
    };
    const [eth0] = reported(11).interfaces;
    const situation = {
      snapshot: {
        services: new Map([['default/web', service('web', ['192.0.2.50'])]]),
        pools: new Map([['public', pool('public', ['192.0.2.48/28'])]]),
        advertisements: new Map([['default', advertisement()]]),
        nodes: new Map(),
        endpointSlices: new Map(),
        speakers: new Map([['n2', n2]]),
      },
      alive: new Set(['n1', 'n2']),
      interfaces: eth0 === undefined ? [] : [{ ...eth0, index: 2, loopback: false, noArp: false, master: false }],
      report: reported(11),
      inCharge: new Set<string>(),
      mayTake: true,
    };
    planner.plan(situation);
    expect(planner.peers).toMatchObject([
      { node: 'n2', interface: { index: 2 }, local: '192.0.2.11', remote: '192.0.2.12' },
    ]);
    planner.plan({ ...situation, alive: new Set(['n1']) });
    expect(planner.peers).toEqual([]);
  });
});
