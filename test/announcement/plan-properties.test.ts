import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnnouncementInput } from '../../src/announcement/input.ts';
import { planAnnouncements } from '../../src/announcement/plan.ts';
import { advertisement, eth0, holding, input, link, node, nodeWith, service, slice, speaker } from './objects.ts';

const NAMES = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'];
const ADDRESSES = [...Array.from({ length: 12 }, (_, i) => `192.0.2.${i + 50}`), '2001:db8::50', '203.0.113.50'];

const selector = fc.constantFrom(
  {},
  { matchLabels: { rack: 'a' } },
  { matchLabels: { rack: 'b' } },
  { matchExpressions: [{ key: 'rack', operator: 'Exists' }] },
);

const advertisements = fc
  .array(
    fc.record(
      {
        nodeSelectors: fc.array(selector, { maxLength: 2 }),
        interfaces: fc.uniqueArray(fc.constantFrom('eth0', 'eth1', 'eth2'), { maxLength: 2 }),
        serviceSelectors: fc.array(fc.constantFrom({ matchLabels: { app: 's1' } }, {}), { maxLength: 1 }),
        preferredNodeSelectors: fc.array(fc.record({ weight: fc.integer({ min: 1, max: 3 }), preference: selector }), {
          maxLength: 2,
        }),
        offSubnet: fc.constantFrom('Skip', 'Announce'),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 3 },
  )
  .map((specs) => specs.map((spec, i) => advertisement(spec, `ad${i}`)));

const interfaces = fc.constantFrom(
  [eth0()],
  [{ ...eth0(), up: false }],
  [eth0(), link('eth1', '198.51.100.11/24')],
  [link('eth1', '198.51.100.11/24')],
  [link('eth2', '192.0.2.12/24'), link('docker0', '172.17.0.1/16')],
  [],
);

const nodes = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom(...NAMES),
      make: fc.constantFrom(
        (name: string) => node(name, { labels: { rack: 'a' } }),
        (name: string) => node(name, { labels: { rack: 'b' } }),
        (name: string) => node(name, { labels: { rack: 'a' }, annotations: { 'berth.dev/drain': '' } }),
        (name: string) => nodeWith(name, 'Ready', 'False'),
        (name: string) => nodeWith(name, 'NetworkUnavailable', 'True'),
      ),
    }),
    { selector: ({ name }) => name },
  )
  .map((all) => all.map(({ name, make }) => make(name)));

const speakers = fc
  .uniqueArray(
    fc.record({ name: fc.constantFrom(...NAMES), interfaces, owns: fc.subarray(ADDRESSES, { maxLength: 4 }) }),
    { selector: ({ name }) => name },
  )
  .map((all) => all.map(({ name, interfaces, owns }) => speaker(name, interfaces, owns)));

const services = fc
  .array(fc.record({ addresses: fc.subarray(ADDRESSES, { minLength: 1 }), isLocal: fc.boolean() }), { maxLength: 3 })
  .map((all) =>
    all.map(({ addresses, isLocal }, i) => {
      const spec = { externalTrafficPolicy: isLocal ? 'Local' : 'Cluster' };
      return holding(addresses, service(`s${i}`, spec, { app: `s${i}` }));
    }),
  );

const endpointSlices = fc
  .uniqueArray(
    fc.record({
      of: fc.constantFrom('s0', 's1', 's2'),
      endpoints: fc.array(
        fc.record({
          nodeName: fc.constantFrom(...NAMES),
          conditions: fc.record({ ready: fc.boolean(), serving: fc.boolean() }),
        }),
        { maxLength: 4 },
      ),
    }),
    { selector: ({ of }) => of },
  )
  .map((all) => all.map(({ of, endpoints }) => slice(of, 'IPv4', endpoints)));

const inputs: fc.Arbitrary<AnnouncementInput> = fc.record({
  services,
  advertisements,
  speakers,
  nodes,
  endpointSlices,
  alive: fc.option(
    fc.subarray(NAMES).map((names) => new Set(names)),
    { nil: undefined },
  ),
});

/** The owner of each address in a cluster of healthy nodes on one segment, some of which are preferred. */
function owners(names: readonly string[], preferred: readonly string[] = [], holder?: readonly [string, string]) {
  const preferredNodeSelectors = [
    {
      weight: 1,
      preference: { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: preferred }] },
    },
  ];
  const spec = preferred.length > 0 ? { preferredNodeSelectors } : {};
  const owns = (name: string) => (holder?.[0] === name ? [holder[1]] : []);
  const plans = planAnnouncements(
    input({
      services: [holding(ADDRESSES)],
      advertisements: [advertisement(spec)],
      speakers: names.map((name) => speaker(name, [eth0()], owns(name))),
    }),
  );
  return new Map(plans.map(({ address, owner }) => [address, owner]));
}

const someNames = fc.subarray(NAMES, { minLength: 1 });

describe('planAnnouncements, for any input', () => {
  it('says the same whatever the order of the lists', () => {
    const shuffled = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length });
    const pairs = inputs.chain((given) =>
      fc.record({
        given: fc.constant(given),
        other: fc.record({
          services: shuffled(given.services),
          advertisements: shuffled(given.advertisements),
          speakers: shuffled(given.speakers),
          nodes: shuffled(given.nodes),
          endpointSlices: shuffled(given.endpointSlices),
          alive: fc.constant(given.alive),
        }),
      }),
    );
    fc.assert(
      fc.property(pairs, ({ given, other }) => {
        expect(planAnnouncements(other)).toEqual(planAnnouncements(given));
      }),
    );
  });

  it('names every known node once, and has an owner or a reason', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const known = new Set([...given.nodes, ...given.speakers].map(({ metadata }) => metadata.name));
        for (const { owner, reason, ranked, withheld } of planAnnouncements(given)) {
          const named = [...ranked, ...withheld].map(({ node }) => node);
          expect(named.toSorted()).toEqual([...known].toSorted());
          expect(owner).toBe(ranked[0]?.node);
          expect(reason === null).toBe(owner !== undefined);
          for (const { interfaces } of ranked) expect(interfaces).not.toEqual([]);
        }
      }),
    );
  });

  it('gives an address one owner, alive, for all the Services on it', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const owners = new Map<string, string>();
        for (const { address, owner } of planAnnouncements(given)) {
          if (owner === undefined) continue;
          expect(owners.get(address) ?? owner).toBe(owner);
          owners.set(address, owner);
          expect(given.alive?.has(owner) ?? true).toBe(true);
        }
      }),
    );
  });

  it('is content with what it decided: reported back as holders, the owners stay', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const plans = planAnnouncements(given);
        const speakers = given.speakers.map(({ metadata: { name }, status }) => {
          const owned = plans.filter(({ owner }) => owner === name).map(({ address }) => address);
          return speaker(name, status?.interfaces, owned);
        });
        const again = planAnnouncements({ ...given, speakers });
        expect(again.map(({ owner }) => owner)).toEqual(plans.map(({ owner }) => owner));
      }),
    );
  });
});

describe('placement among healthy nodes', () => {
  it('moves no address when a node goes that did not own it', () => {
    fc.assert(
      fc.property(someNames, fc.constantFrom(...NAMES), (names, gone) => {
        const before = owners(names);
        const after = owners(names.filter((name) => name !== gone));
        for (const [address, owner] of before) if (owner !== gone) expect(after.get(address)).toBe(owner);
      }),
    );
  });

  it('moves only the addresses that a new node wins', () => {
    fc.assert(
      fc.property(someNames, fc.constantFrom(...NAMES), (names, added) => {
        const before = owners(names);
        for (const [address, owner] of owners([...new Set([...names, added])])) {
          if (owner !== added) expect(owner).toBe(before.get(address));
        }
      }),
    );
  });

  it('puts every address on a preferred node, and the same one as among those alone', () => {
    const cases = fc
      .tuple(someNames, someNames)
      .filter(([names, preferred]) => preferred.some((n) => names.includes(n)));
    fc.assert(
      fc.property(cases, ([names, preferred]) => {
        const chosen = names.filter((name) => preferred.includes(name));
        expect(owners(names, preferred)).toEqual(owners(chosen));
      }),
    );
  });

  it('leaves an address with any holder, and the others where they were', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.constantFrom(...ADDRESSES.slice(0, 12)), (holder, address) => {
        const expected = new Map(owners(NAMES)).set(address, holder);
        expect(owners(NAMES, [], [holder, address])).toEqual(expected);
      }),
    );
  });

  it('spreads many addresses over all nodes', () => {
    const many = Array.from({ length: 600 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    const speakers = NAMES.map((name) => speaker(name, [link('eth0', '10.0.0.1/16')]));
    const counts = new Map<string, number>();
    for (const { owner = 'nobody' } of planAnnouncements(input({ services: [holding(many)], speakers }))) {
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual(NAMES);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
  });
});
