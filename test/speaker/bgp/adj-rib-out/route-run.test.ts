import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePrefix } from '../../../../src/ip/prefix.ts';
import {
  packChanges,
  packTable,
  type RouteRun,
  unpackRoutes,
} from '../../../../src/speaker/bgp/adj-rib-out/route-run.ts';
import { prefixText } from './peer-table.ts';

const A = { communities: [1] };
const B = { communities: [2] };
const PREFIXES = ['0.0.0.0/0', '10.0.0.0/7', '198.51.100.0/25', '198.51.100.1/32', '::/0', '2001:db8::/33', '::1/128'];

function unpacked(runs: readonly RouteRun[]): readonly (readonly [string, unknown])[] {
  const routes = unpackRoutes(runs);
  const seen: (readonly [string, unknown])[] = [];
  for (let route = routes.next(); route !== undefined; route = routes.next())
    seen.push([prefixText(route[0]), route[1]]);
  return seen;
}

describe('packed routes', () => {
  it('are what they were, in their order, also on another thread', () => {
    const any = fc.array(fc.tuple(fc.constantFrom(...PREFIXES), fc.constantFrom(A, B, undefined)));
    fc.assert(
      fc.property(any, (routes) => {
        const packed = packChanges(routes.map(([prefix, attributes]) => [parsePrefix(prefix), attributes] as const));
        expect(unpacked(structuredClone(packed))).toEqual(routes);
      }),
    );
  });

  it('take a few octets each, and one run for what says the same', () => {
    const table = PREFIXES.map((prefix, index) => [parsePrefix(prefix), index % 2 === 0 ? A : B] as const);
    const packed = packTable(table);
    expect(packed.map(({ family, attributes }) => [family, attributes])).toEqual([
      ['IPv4', A],
      ['IPv6', A],
      ['IPv4', B],
      ['IPv6', B],
    ]);
    expect(new Map(unpacked(packed))).toEqual(new Map(table.map(([prefix, of]) => [prefixText(prefix), of])));
  });

  it('clear host bits', () => {
    expect(unpacked(packTable([[parsePrefix('192.0.2.77/24'), A]]))).toEqual([['192.0.2.0/24', A]]);
  });
});
