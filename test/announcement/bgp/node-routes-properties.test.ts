import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeRoutes } from '../../../src/announcement/bgp/node-routes.ts';
import { Endpoints } from '../../../src/announcement/endpoints.ts';
import { holding, service, slice } from '../objects.ts';
import { advertisement, peer, pool, routesOf, text } from './objects.ts';

/** Eight addresses, in two entries of one pool: 0 to 3, and 4 to 7. Addresses and entries are numbers from here on. */
const ENTRIES = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
];
const POOL = pool('public', ['192.0.2.0/30', '192.0.2.4-192.0.2.7']);
const PEERS = ['a', 'b'];

/** Where a Service has endpoints: it says nothing, has none, has some here, or has some elsewhere. */
type Served = 'Unknown' | 'Nowhere' | 'Here' | 'Elsewhere';

interface Held {
  readonly addresses: readonly number[];
  readonly isLocal: boolean;
  readonly served: Served;
  readonly gold: boolean;
}

interface Advertised {
  readonly length: number;
  readonly goldOnly: boolean;
  readonly peers: readonly string[];
  readonly localPref: number | undefined;
  readonly community: number;
}

const held: fc.Arbitrary<Held> = fc.record({
  addresses: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]),
  isLocal: fc.boolean(),
  served: fc.constantFrom<Served>('Unknown', 'Nowhere', 'Here', 'Elsewhere'),
  gold: fc.boolean(),
});

const advertised: fc.Arbitrary<Advertised> = fc
  .record({
    length: fc.constantFrom(32, 31, 30, 29),
    goldOnly: fc.boolean(),
    peers: fc.subarray(PEERS),
    localPref: fc.option(fc.constantFrom(100, 200), { nil: undefined }),
    community: fc.constantFrom(1, 2),
  })
  .map((each) => (each.goldOnly ? { ...each, length: 32 } : each));

/** A Service by number, as it becomes; undefined where it goes. */
const step = fc.record({ service: fc.nat({ max: 3 }), held: fc.option(held, { nil: undefined }) });

function routes(advertisements: readonly Advertised[]): NodeRoutes {
  return routesOf({
    peers: PEERS.map((name, index) => peer(name, { peerAddress: `192.0.2.${100 + index}` })),
    // The first is the oldest, by its name.
    advertisements: advertisements.map(({ length, goldOnly, peers, localPref, community }, index) =>
      advertisement(`ad${index}`, {
        aggregationLength: length,
        ...(goldOnly ? { serviceSelectors: [{ matchLabels: { gold: 'yes' } }] } : {}),
        peers,
        ...(localPref === undefined ? {} : { localPref }),
        communities: [`0:${community}`],
      }),
    ),
    pools: [POOL],
  });
}

function set(to: NodeRoutes, number: number, { addresses, isLocal, served, gold }: Held) {
  const spec = { externalTrafficPolicy: isLocal ? 'Local' : 'Cluster' };
  const of = service(`s${number}`, spec, gold ? { gold: 'yes' } : {});
  const endpoints = {
    Unknown: [],
    Nowhere: [slice(`s${number}`, 'IPv4', [])],
    Here: [slice(`s${number}`, 'IPv4', [{ nodeName: 'n1' }])],
    Elsewhere: [slice(`s${number}`, 'IPv4', [{ nodeName: 'n2' }])],
  }[served];
  const texts = addresses.map((address) => `192.0.2.${address}`);
  return to.set(holding(texts, of), new Endpoints(endpoints));
}

/** The prefix for an address, as text: the block of addresses where all of it is in one entry, else the address. */
function prefixOf(address: number, length: number): string {
  const size = 2 ** (32 - length);
  const first = address - (address % size);
  const block = Array.from({ length: size }, (_, index) => first + index);
  const isWhole = ENTRIES.some((entry) => block.every((each) => entry.includes(each)));
  return isWhole ? `192.0.2.${first}/${length}` : `192.0.2.${address}/32`;
}

/** What a peer is to be told, by the rules: each prefix with its local preference and its communities. */
function expected(services: readonly Held[], advertisements: readonly Advertised[], to: string) {
  const wanted = new Map<string, Set<Advertised>>();
  for (const { addresses, isLocal, served, gold } of services) {
    if (served === 'Nowhere' || (isLocal && served === 'Elsewhere')) continue;
    for (const address of addresses) {
      for (const each of advertisements) {
        if ((each.goldOnly && !gold) || (each.peers.length > 0 && !each.peers.includes(to))) continue;
        const prefix = prefixOf(address, each.length);
        wanted.set(prefix, (wanted.get(prefix) ?? new Set()).add(each));
      }
    }
  }
  return new Map(
    [...wanted].map(([prefix, by]) => {
      const oldest = advertisements.find((each) => by.has(each) && each.localPref !== undefined);
      const communities = [1, 2].filter((community) => [...by].some((each) => each.community === community));
      return [prefix, { localPref: oldest?.localPref, communities }] as const;
    }),
  );
}

function told(by: NodeRoutes, to: string) {
  return new Map(
    [...by.routesTo(to)].map(([prefix, { localPref, communities }]) => [text(prefix), { localPref, communities }]),
  );
}

describe('whatever the Services become', () => {
  it('each peer is told what the rules say, and a change touches only prefixes of its Service', () => {
    fc.assert(
      fc.property(
        fc.array(advertised, { maxLength: 4 }),
        fc.array(step, { maxLength: 12 }),
        (advertisements, steps) => {
          const subject = routes(advertisements);
          const services = new Map<number, Held>();
          const mirror = new Map<string, object>();
          for (const { service: number, held: next } of steps) {
            const concerned = [...(services.get(number)?.addresses ?? []), ...(next?.addresses ?? [])];
            const own = concerned.flatMap((address) => advertisements.map(({ length }) => prefixOf(address, length)));
            const changes = next === undefined ? subject.delete(`default/s${number}`) : set(subject, number, next);
            if (next === undefined) services.delete(number);
            else services.set(number, next);
            for (const { peer: to, prefix, attributes } of changes) {
              expect(own).toContain(text(prefix));
              const key = `${to} ${text(prefix)}`;
              if (attributes === undefined) expect(mirror.delete(key)).toBe(true);
              else {
                expect(mirror.get(key)).not.toBe(attributes);
                mirror.set(key, attributes);
              }
            }
            const all = [...services.values()];
            for (const to of PEERS) expect(told(subject, to)).toEqual(expected(all, advertisements, to));
            const complete = PEERS.flatMap((to) =>
              [...subject.routesTo(to)].map(([p, its]) => [`${to} ${text(p)}`, its] as const),
            );
            expect(new Map(mirror)).toEqual(new Map(complete));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
