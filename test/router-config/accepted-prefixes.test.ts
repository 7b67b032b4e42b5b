import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Endpoints } from '../../src/announcement/endpoints.ts';
import type { IPAddressPool } from '../../src/api/ip-address-pool.ts';
import { parseAddress } from '../../src/ip/address.ts';
import { parsePrefix } from '../../src/ip/prefix.ts';
import { rangeContains, rangeOfPrefix } from '../../src/ip/range.ts';
import { type AcceptedInput, acceptedPrefixes, mostPrefixes } from '../../src/router-config/accepted-prefixes.ts';
import { advertisement, pool, routesOf, told } from '../announcement/bgp/objects.ts';
import { holding } from '../announcement/objects.ts';

const input = (given: Partial<AcceptedInput> = {}): AcceptedInput => ({
  peer: 'tor',
  families: ['IPv4', 'IPv6'],
  advertisements: [advertisement()],
  pools: [pool()],
  ...given,
});

const text = (given: Partial<AcceptedInput>) =>
  acceptedPrefixes(input(given)).map(({ within, length }) => `${within} ${length}`);

function retaining(addresses: readonly string[]): IPAddressPool {
  const retained = addresses.map((address) => ({ address, service: 'default/web' }));
  return { ...pool('public', ['192.0.2.0/24']), status: { retained } } as unknown as IPAddressPool;
}

describe('acceptedPrefixes', () => {
  it.each<[string, Partial<AcceptedInput>, readonly string[]]>([
    ['every address by itself', {}, ['192.0.2.0/24 32', '2001:db8::/64 128']],
    ['only families of the session', { families: ['IPv6'] }, ['2001:db8::/64 128']],
    [
      'aggregates too, those of every advertisement',
      {
        pools: [pool('public', ['192.0.2.0/24'])],
        advertisements: [advertisement('a', { aggregationLength: 26 }), advertisement('b', { aggregationLength: 28 })],
      },
      ['192.0.2.0/24 26', '192.0.2.0/24 28', '192.0.2.0/24 32'],
    ],
    [
      'no aggregate that reaches past its entry',
      { pools: [pool('public', ['192.0.2.0/25'])], advertisements: [advertisement('a', { aggregationLength: 24 })] },
      ['192.0.2.0/25 32'],
    ],
    ['nothing that is for other peers', { advertisements: [advertisement('a', { peers: ['other'] })] }, []],
    [
      'nothing of pools that no advertisement covers',
      { advertisements: [advertisement('a', { ipAddressPools: ['x'] })] },
      [],
    ],
    [
      'what Services keep of a pool that no longer offers it',
      { pools: [retaining(['198.51.100.9', 'nonsense'])] },
      ['192.0.2.0/24 32', '198.51.100.9/32 32'],
    ],
  ])('accepts %s', (_, given, wanted) => {
    expect(text(given)).toEqual(wanted);
  });

  it('accepts whatever a node advertises', () => {
    const length = fc.integer({ min: 1, max: 32 });
    const host = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(host, host, host, length, fc.boolean(), (a, b, c, aggregationLength, isCidr) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const entry = isCidr ? `192.0.2.${a}/${24 + (b % 9)}` : `192.0.2.${low}-192.0.2.${high}`;
        const pools = [pool('public', [entry])];
        const advertisements = [advertisement('default', { aggregationLength })];
        const routes = routesOf({ pools, advertisements });
        const range = isCidr ? rangeOfPrefix(parsePrefix(entry)) : undefined;
        const address = `192.0.2.${isCidr ? a : low + (c % (high - low + 1))}`;
        if (range !== undefined && !rangeContains(range, parseAddress(address))) return;
        routes.set(holding([address]), new Endpoints([]));
        const accepted = acceptedPrefixes(input({ pools, advertisements }));
        for (const route of told(routes)) {
          const prefix = parsePrefix(route);
          const isAccepted = accepted.some(
            (each) =>
              each.length === prefix.length && rangeContains(rangeOfPrefix(parsePrefix(each.within)), prefix.address),
          );
          expect([route, entry, isAccepted]).toEqual([route, entry, true]);
        }
      }),
    );
  });
});

describe('mostPrefixes', () => {
  it.each<[string, readonly string[], number, number]>([
    ['at least a thousand', ['192.0.2.0/24'], 1000, 1000],
    ['twice what pools hold', ['10.0.0.0/16'], 131_072, 1000],
    ['at most a million', ['10.0.0.0/8', '2001:db8::/64'], 1_000_000, 1_000_000],
  ])('is %s', (_, addresses, ipv4, ipv6) => {
    const given = input({ pools: [pool('public', addresses)] });
    expect([mostPrefixes(given, 'IPv4'), mostPrefixes(given, 'IPv6')]).toEqual([ipv4, ipv6]);
  });
});
