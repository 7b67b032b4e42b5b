import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../../src/ip/address.ts';
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

type Step =
  | { readonly step: 'set'; readonly prefix: string; readonly metric: number }
  | { readonly step: 'delete'; readonly prefix: string }
  | { readonly step: 'replace'; readonly routes: readonly (readonly [string, number])[] }
  | { readonly step: 'take' | 'advance' | 'begin' | 'end' | 'endInitialUpdate' }
  | { readonly step: 'refresh'; readonly family: 'IPv4' | 'IPv6'; readonly demarcate: boolean };

const anyPrefix = fc.constantFrom(...PREFIXES);
const anyMetric = fc.nat(LARGEST_METRIC);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ step: fc.constant('set' as const), prefix: anyPrefix, metric: anyMetric }) },
  { weight: 6, arbitrary: fc.record({ step: fc.constant('delete' as const), prefix: anyPrefix }) },
  fc.record({ step: fc.constant('replace' as const), routes: fc.array(fc.tuple(anyPrefix, anyMetric)) }),
  { weight: 6, arbitrary: fc.record({ step: fc.constant('take' as const) }) },
  { weight: 6, arbitrary: fc.record({ step: fc.constant('advance' as const) }) },
  fc.record({ step: fc.constantFrom('begin' as const, 'end' as const, 'endInitialUpdate' as const) }),
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant('refresh' as const),
      family: fc.constantFrom('IPv4' as const, 'IPv6' as const),
      demarcate: fc.boolean(),
    }),
  },
);

const session = (short: boolean, ipv4OverIPv6: boolean): RibSession => ({
  localAs: 65002,
  internal: false,
  fourOctetAs: true,
  nextHops: new Map([
    ['IPv4', [parseAddress(ipv4OverIPv6 ? '2001:db8::1' : '192.0.2.1')]],
    ['IPv6', [parseAddress('2001:db8::1')]],
  ]),
  // Room for a route or two, so that everything takes several messages.
  maxMessageLength: short ? 100 : 4096,
});

/** What the table of a peer says of each prefix: its metric. */
function metricsOf(peer: PeerTable): ReadonlyMap<string, number> {
  const entries = [...peer.routes].map(([prefix, attributes]) => {
    const med = attributes.find(({ name }) => name === 'MULTI_EXIT_DISC');
    return [prefix, med?.name === 'MULTI_EXIT_DISC' ? med.metric : -1] as const;
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
                expect(metricsOf(peer)).toEqual(wanted);
              }
              peer = new PeerTable(session(short, ipv4OverIPv6));
              rib.begin(session(short, ipv4OverIPv6));
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
          expect(peer && metricsOf(peer)).toEqual(wanted);
          expect(rib.told().IPv4 + rib.told().IPv6).toBe(wanted.size);
        },
      ),
      { numRuns: 500 },
    );
  });
});
