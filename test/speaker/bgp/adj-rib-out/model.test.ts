import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, parseAddress } from '../../../../src/ip/address.ts';
import { parsePrefix } from '../../../../src/ip/prefix.ts';
import { AdjRibOut } from '../../../../src/speaker/bgp/adj-rib-out/adj-rib-out.ts';
import type { RibSession } from '../../../../src/speaker/bgp/adj-rib-out/rib-session.ts';
import type { RouteAttributes } from '../../../../src/speaker/bgp/adj-rib-out/route-attributes.ts';
import { RouteIntake } from '../../../../src/speaker/bgp/adj-rib-out/route-intake.ts';
import { packChanges, packTable } from '../../../../src/speaker/bgp/adj-rib-out/route-run.ts';
import { PeerTable } from './peer-table.ts';

const PREFIXES = [
  '0.0.0.0/0',
  '10.0.0.0/8',
  '198.51.100.0/24',
  ...Array.from({ length: 8 }, (_, index) => `198.51.100.${index}/32`),
  '::/0',
  ...Array.from({ length: 8 }, (_, index) => `2001:db8::${index + 1}/128`),
];
const LARGEST_METRIC = 3;
const METRICS = Array.from({ length: LARGEST_METRIC + 1 }, (_, multiExitDisc) => ({ multiExitDisc }));

/** The last number of the next hop of each family; 0 for none. */
type Hops = readonly [number, number];

type Step =
  | { readonly step: 'set'; readonly prefix: string; readonly metric: number }
  | { readonly step: 'delete'; readonly prefix: string }
  | { readonly step: 'replace'; readonly routes: readonly (readonly [string, number])[] }
  | { readonly step: 'take' | 'advance' | 'begin' | 'end' | 'endInitialUpdate' }
  | { readonly step: 'readdress'; readonly hops: Hops }
  | { readonly step: 'refresh'; readonly family: 'IPv4' | 'IPv6'; readonly demarcate: boolean };

const anyPrefix = fc.constantFrom(...PREFIXES);
const anyMetric = fc.nat(LARGEST_METRIC);
const anyHops: fc.Arbitrary<Hops> = fc.tuple(fc.nat(2), fc.nat(2));
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ step: fc.constant('set' as const), prefix: anyPrefix, metric: anyMetric }) },
  { weight: 6, arbitrary: fc.record({ step: fc.constant('delete' as const), prefix: anyPrefix }) },
  fc.record({ step: fc.constant('replace' as const), routes: fc.array(fc.tuple(anyPrefix, anyMetric)) }),
  { weight: 6, arbitrary: fc.record({ step: fc.constant('take' as const) }) },
  { weight: 6, arbitrary: fc.record({ step: fc.constant('advance' as const) }) },
  fc.record({ step: fc.constantFrom('begin' as const, 'end' as const, 'endInitialUpdate' as const) }),
  { weight: 3, arbitrary: fc.record({ step: fc.constant('readdress' as const), hops: anyHops }) },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant('refresh' as const),
      family: fc.constantFrom('IPv4' as const, 'IPv6' as const),
      demarcate: fc.boolean(),
    }),
  },
);

function nextHops([ipv4, ipv6]: Hops, ipv4OverIPv6: boolean): RibSession['nextHops'] {
  const hops = new Map<'IPv4' | 'IPv6', readonly Address[]>();
  if (ipv4 > 0) hops.set('IPv4', [parseAddress(`${ipv4OverIPv6 ? '2001:db8::' : '192.0.2.'}${ipv4}`)]);
  if (ipv6 > 0) hops.set('IPv6', [parseAddress(`2001:db8::${ipv6}`)]);
  return hops;
}

const session = (hops: Hops, short: boolean, ipv4OverIPv6: boolean): RibSession => ({
  localAs: 65002,
  internal: false,
  fourOctetAs: true,
  families: ['IPv4', 'IPv6'],
  nextHops: nextHops(hops, ipv4OverIPv6),
  // Room for a route or two, so that everything takes several messages.
  maxMessageLength: short ? 100 : 4096,
});

/** What the table of a peer says of each prefix: its metric, and the last number of its next hop. */
function saidTo(peer: PeerTable): ReadonlyMap<string, string> {
  const entries = [...peer.routes].map(([prefix, attributes]) => {
    const med = attributes.find(({ name }) => name === 'MULTI_EXIT_DISC');
    const hops = attributes.flatMap((each) => {
      if (each.name === 'NEXT_HOP') return [each.address & 255];
      return each.name === 'MP_REACH_NLRI' ? [each.nextHop.at(-1)] : [];
    });
    return [prefix, `${med?.name === 'MULTI_EXIT_DISC' ? med.metric : -1} by ${hops}`] as const;
  });
  return new Map(entries);
}

/** What it is to say: routes of a family without a next hop are not told. */
function sayingOf(wanted: ReadonlyMap<string, number>, [ipv4, ipv6]: Hops): ReadonlyMap<string, string> {
  const entries = [...wanted].flatMap(([prefix, metric]) => {
    const hop = prefix.includes(':') ? ipv6 : ipv4;
    return hop === 0 ? [] : [[prefix, `${metric} by ${hop}`] as const];
  });
  return new Map(entries);
}

/** A few at a time, so that everything happens in the midst of everything else. */
const anyPortion = fc.integer({ min: 1, max: 5 });

describe('AdjRibOut', () => {
  it('brings the peer to what is wanted, whatever happens in between', () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 60 }),
        fc.boolean(),
        fc.boolean(),
        anyPortion,
        (steps, short, ipv4OverIPv6, portion) => {
          const rib = new AdjRibOut(portion);
          const intake = new RouteIntake(rib);
          const wanted = new Map<string, number>();
          let peer: PeerTable | undefined;
          let hops: Hops = [1, 1];
          const take = () => {
            const octets = rib.take(1);
            if (octets !== undefined) peer?.receive(octets);
            return octets !== undefined;
          };
          const finish = () => {
            while (intake.advance());
            while (take());
          };
          for (const each of [{ step: 'begin' } as const, ...steps, { step: 'begin' } as const]) {
            if (each.step === 'set') {
              intake.change(packChanges([[parsePrefix(each.prefix), { multiExitDisc: each.metric }]]));
              wanted.set(each.prefix, each.metric);
            } else if (each.step === 'delete') {
              intake.change(packChanges<RouteAttributes>([[parsePrefix(each.prefix), undefined]]));
              wanted.delete(each.prefix);
            } else if (each.step === 'replace') {
              const metrics = new Map(each.routes);
              const table = [...metrics].map(
                ([prefix, metric]) => [parsePrefix(prefix), METRICS[metric] ?? {}] as const,
              );
              intake.replace(packTable(table));
              wanted.clear();
              for (const [prefix, metric] of metrics) wanted.set(prefix, metric);
            } else if (each.step === 'begin') {
              if (peer !== undefined) {
                finish();
                expect(saidTo(peer)).toEqual(sayingOf(wanted, hops));
              }
              peer = new PeerTable(session(hops, short, ipv4OverIPv6));
              rib.begin(session(hops, short, ipv4OverIPv6));
            } else if (each.step === 'readdress') {
              rib.readdress(nextHops(each.hops, ipv4OverIPv6));
              hops = each.hops;
            } else if (each.step === 'refresh') {
              rib.refresh(each.family, each.demarcate);
            } else if (each.step === 'take') {
              take();
            } else if (each.step === 'advance') {
              intake.advance();
            } else {
              rib[each.step]();
              if (each.step === 'end') peer = undefined;
            }
          }
          finish();
          expect(peer && saidTo(peer)).toEqual(sayingOf(wanted, hops));
          expect(rib.told().IPv4 + rib.told().IPv6).toBe(sayingOf(wanted, hops).size);
        },
      ),
      { numRuns: 500 },
    );
  });
});
