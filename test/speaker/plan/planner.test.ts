import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rendezvousScore } from '../../../src/announcement/rank.ts';
import type { EndpointSlice } from '../../../src/api/kubernetes/endpoint-slice.ts';
import type { Service } from '../../../src/api/kubernetes/service.ts';
import type { SpeakerStatus } from '../../../src/api/speaker-status.ts';
import type { PlannedAddress } from '../../../src/speaker/ownership/protocol.ts';
import { Planner, type Situation } from '../../../src/speaker/plan/planner.ts';
import { advertisement, node, pool, service } from '../objects.ts';

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
      pacing: { refresh: 60_000 },
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

  it('keeps to one of two interfaces in a subnet while its node is drained, and is to hand over by it', () => {
    const eth1 = (number: number) => ({ ...link(number), name: 'eth1', index: 3 });
    const twins = [link(11), eth1(13)];
    const interfaceOf = (annotations: Record<string, string>) => {
      const n1 = { ...node('n1'), metadata: { name: 'n1', annotations } };
      const snapshot = {
        ...situation.snapshot,
        advertisements: new Map([['default', advertisement({ interfaces: ['eth1'] })]]),
        nodes: new Map([n1, node('n2')].map((each) => [each.metadata.name, each])),
        speakers: new Map([['n2', { ...owning, status: { interfaces: [eth1(12)] } }]]),
      };
      const [segment] = assignmentOf({ ...situation, snapshot, interfaces: twins, candidates: twins })?.segments ?? [];
      return [segment?.interface.name, segment?.addresses[0]?.draining];
    };
    expect(interfaceOf({})).toEqual(['eth1', false]);
    expect(interfaceOf({ 'berth.dev/drain': '' })).toEqual(['eth1', true]);
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

  /** What a planner has looked at, of a world in which only these Services and slices can be asked for. */
  function watched(services: ReadonlyMap<string, Service>, slices: ReadonlyMap<string, readonly EndpointSlice[]>) {
    const looks: string[] = [];
    const forbidden = (kind: string) => {
      return new Proxy(new Map(), {
        get: () => {
          throw new Error(`looked at all ${kind}`);
        },
      });
    };
    const snapshot = {
      services: {
        get: (name: string) => {
          looks.push(name);
          return services.get(name);
        },
      } as unknown as Map<string, Service>,
      slicesOf: (name: string) => slices.get(name) ?? [],
      pools: forbidden('pools'),
      advertisements: forbidden('advertisements'),
      nodes: forbidden('nodes'),
      endpointSlices: forbidden('slices'),
      speakers: forbidden('speakers'),
    };
    return { looks, situation: { snapshot, owns: () => false } };
  }

  it('looks at one Service of many, and at no node, where that is what has changed', () => {
    const address = (index: number) => `192.0.2.${50 + index}`;
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
    const services = new Map(names.map((name, index) => [`default/${name}`, service(name, [address(index)])]));
    const planner = new Planner('n1', undefined);
    planner.plan({ ...situation, snapshot: { ...situation.snapshot, services } });
    const { looks, situation: narrow } = watched(new Map([['default/s3', service('s3', [address(12)])]]), new Map());
    const replanned = planner.replan(['default/s3'], narrow);
    expect(looks).toEqual(['default/s3']);
    expect([...(replanned?.links.keys() ?? [])].sort()).toEqual([address(3), address(12)]);
    expect(replanned?.segments).toMatchObject([
      { key: '192.0.2.0/24', planned: [{ address: address(12) }], released: [address(3)] },
    ]);
    expect(planner.replan(['default/unknown'], watched(new Map(), new Map()).situation)).toEqual({
      ...{ links: new Map(), segments: [] },
    });
    expect(planner.replan(['default/s3'], narrow)?.segments).toEqual([]);
  });

  it('has everything planned anew before the first plan, and where another interface may be the one that answers', () => {
    const planner = new Planner('n1', undefined);
    const { situation: narrow } = watched(new Map([['default/web', service('web', [])]]), new Map());
    expect(planner.replan(['default/web'], narrow)).toBeUndefined();
    const twins = [link(11), { ...link(13), name: 'eth1', index: 3 }];
    planner.plan({ ...situation, interfaces: twins, candidates: twins });
    expect(planner.replan(['default/web'], narrow)).toBeUndefined();
  });

  const slice = (name: string, nodeName: string): EndpointSlice => ({
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
    metadata: { namespace: 'default', name, labels: { 'kubernetes.io/service-name': name } },
    endpoints: [{ nodeName }],
  });
  const change = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    addresses: fc.uniqueArray(fc.constantFrom('192.0.2.50', '192.0.2.51', '192.0.2.52', '203.0.113.1')),
    policy: fc.constantFrom('Local', 'Cluster'),
    on: fc.option(fc.constantFrom('n1', 'n2', 'n9')),
    isGone: fc.boolean(),
  });

  it('arrives by a change at a time where planning everything arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 6 }), (rounds) => {
        const [services, slices] = [new Map<string, Service>(), new Map<string, readonly EndpointSlice[]>()];
        const now = () => ({
          ...situation,
          snapshot: {
            ...situation.snapshot,
            services,
            endpointSlices: new Map([...slices].flatMap(([name, [only]]) => (only ? [[name, only] as const] : []))),
            slicesOf: (name: string) => slices.get(name) ?? [],
          },
        });
        const planner = new Planner('n1', undefined);
        planner.plan(now());
        const wire = new Map<string, PlannedAddress>();
        for (const round of rounds) {
          for (const { name, addresses, policy, on, isGone } of round) {
            const key = `default/${name}`;
            if (isGone) services.delete(key);
            else services.set(key, service(name, addresses, { spec: { externalTrafficPolicy: policy } }));
            slices.set(key, on === null ? [] : [slice(name, on)]);
          }
          const replanned = planner.replan(new Set(round.map(({ name }) => `default/${name}`)), now());
          for (const { planned, released } of replanned?.segments ?? []) {
            for (const address of released) wire.delete(address);
            for (const each of planned) wire.set(each.address, each);
          }
        }
        const afresh = new Planner('n1', undefined);
        afresh.plan(now());
        expect(planner.duties).toEqual(afresh.duties);
        expect(planner.assignment).toEqual(afresh.assignment);
        expect(planner.links()).toEqual(afresh.links());
        const assigned = afresh.assignment?.segments.flatMap(({ addresses }) => addresses) ?? [];
        expect(wire).toEqual(new Map(assigned.map((each) => [each.address, each])));
      }),
    );
  });
});
