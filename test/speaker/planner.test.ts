import { describe, expect, it } from 'vitest';
import { rendezvousScore } from '../../src/announcement/rank.ts';
import type { SpeakerStatus } from '../../src/api/speaker-status.ts';
import { Planner, type Situation } from '../../src/speaker/planner.ts';
import { advertisement, pool, service } from './objects.ts';

const link = (number: number) => ({
  ...{ name: 'eth0', mac: `02:00:00:00:00:${number}`, up: true, addresses: [`192.0.2.${number}/24`], gateways: [] },
  ...{ index: 2, loopback: false, noArp: false, master: false },
});

function assignmentOf(situation: Situation) {
  const planner = new Planner('n1', undefined);
  planner.plan(situation);
  return planner.assignment;
}

describe('Planner', () => {
  it.each([
    ['covers the pool', ['public'], 'OffSubnet'],
    ['names a pool that does not exist', ['pubic'], 'NoAdvertisement'],
  ])('withholds, where the advertisement %s, as the plan command would: %j', (_, ipAddressPools, reason) => {
    const planner = new Planner('n1', undefined);
    const eth0 = { ...link(11), addresses: ['198.51.100.1/24'] };
    planner.plan({
      snapshot: {
        services: new Map([['default/web', service('web', ['192.0.2.1'])]]),
        pools: new Map([['public', pool('public', ['192.0.2.0/24'])]]),
        advertisements: new Map([['default', advertisement({ ipAddressPools })]]),
        nodes: new Map(),
        ...{ endpointSlices: new Map(), slicesOf: () => [] },
        speakers: new Map(),
      },
      isFit: true,
      interfaces: [],
      candidates: [eth0],
      owns: () => false,
    });
    expect(planner.duties).toEqual({
      duties: [],
      withheld: [{ address: '192.0.2.1', service: 'default/web', reason }],
    });
  });

  const owning: SpeakerStatus = {
    ...{ apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata: { name: 'n2' } },
    status: {
      interfaces: [link(12)],
      l2: [
        {
          address: '192.0.2.50',
          service: 'default/web',
          interface: 'eth0',
          role: 'Owner',
          since: '2026-01-01T00:00:00Z',
        },
      ],
    },
  };
  const situation = {
    snapshot: {
      services: new Map([['default/web', service('web', ['192.0.2.50'])]]),
      pools: new Map([['public', pool('public', ['192.0.2.48/28'])]]),
      advertisements: new Map([['default', advertisement({ failover: { interval: '200ms', holdOff: '7s' } })]]),
      nodes: new Map(),
      ...{ endpointSlices: new Map(), slicesOf: () => [] },
      speakers: new Map([['n2', owning]]),
    },
    isFit: true,
    interfaces: [link(11)],
    candidates: [link(11)],
    owns: () => false,
  };

  it('tells the wire who is on a segment, and who is in line, whoever reports to have the address', () => {
    const planner = new Planner('n1', undefined);
    const byScore = ['n1', 'n2'].sort((a, b) =>
      rendezvousScore('192.0.2.50', a) < rendezvousScore('192.0.2.50', b) ? 1 : -1,
    );
    planner.plan(situation);
    expect(planner.assignment).toEqual({
      refresh: 60_000,
      ownMacs: ['02:00:00:00:00:11'],
      speakerMacs: [['02:00:00:00:00:12', 'n2']],
      alone: false,
      segments: [
        {
          key: '192.0.2.0/24',
          interface: { name: 'eth0', index: 2, mac: '02:00:00:00:00:11' },
          up: true,
          local: '192.0.2.11',
          peers: [{ node: 'n2', mac: '02:00:00:00:00:12', remote: '192.0.2.12', interval: 200, multiplier: 3 }],
          addresses: [{ address: '192.0.2.50', candidates: byScore, holdOff: 7000, draining: false }],
        },
      ],
    });
    expect(planner.servicesOf('192.0.2.50')).toEqual(['default/web']);
  });

  it('leaves this node out where it may announce nothing', () => {
    expect(assignmentOf({ ...situation, isFit: false })?.segments[0]?.addresses).toMatchObject([
      { candidates: ['n2'] },
    ]);
  });

  it('knows that there is no other node', () => {
    const alone = { ...situation, snapshot: { ...situation.snapshot, speakers: new Map() } };
    expect(assignmentOf(alone)).toMatchObject({ alone: true, segments: [{ peers: [] }] });
  });
});
