import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../../../src/ip/address.ts';
import type { IPFamily } from '../../../../src/ip/family.ts';
import { carriageOf } from '../../../../src/speaker/bgp/session/carriage.ts';
import { type NextHops, readInterfaces } from '../../../../src/speaker/bgp/session/next-hops.ts';

const BOTH = ['IPv4', 'IPv6'] as const;
const OVER_IPV4 = ['192.0.2.11', '192.0.2.1'] as const;
const OVER_IPV6 = ['2001:db8::11', '2001:db8::1'] as const;

function carriage(
  addresses: readonly string[],
  [local, remote]: readonly [string, string],
  families: readonly IPFamily[] = BOTH,
  present?: NextHops,
) {
  const ends = { local: parseAddress(local), remote: parseAddress(remote) };
  const interfaces = readInterfaces([{ name: 'eth0', index: 2, addresses }]);
  return carriageOf(BOTH, { families, extendedNextHop: false }, ends, interfaces, present);
}

const textOf = (hops: NextHops) =>
  Object.fromEntries([...hops].map(([family, all]) => [family, all.map(formatAddress).join(' ')]));

describe('carriageOf', () => {
  it.each<[string, readonly string[], readonly [string, string], readonly IPFamily[], readonly string[]]>([
    ['all that is wanted', ['192.0.2.11/24', '2001:db8::11/64'], OVER_IPV4, BOTH, []],
    [
      'no family that the router did not offer',
      ['192.0.2.11/24', '2001:db8::11/64'],
      OVER_IPV4,
      ['IPv4'],
      ['IPv6 FamilyNotNegotiated: the router did not offer IPv6: the session carries IPv4 alone'],
    ],
    [
      'no IPv6 where there is a link-local address alone',
      ['192.0.2.11/24', 'fe80::11/64'],
      OVER_IPV4,
      BOTH,
      ['IPv6 NoNextHop: eth0, where the session runs from 192.0.2.11, has no IPv6 address for routes to lead to'],
    ],
    [
      'no IPv4 over IPv6 without an address or RFC 8950',
      ['2001:db8::11/64'],
      OVER_IPV6,
      BOTH,
      [
        'IPv4 NoNextHop: eth0, where the session runs from 2001:db8::11, has no IPv4 address for routes to lead to, ' +
          'and the router takes no IPv6 next hops for IPv4 (RFC 8950)',
      ],
    ],
    [
      'nothing by addresses that mean whoever reads them',
      ['127.0.0.1/8', '2001:db8::11/128', '::1/128'],
      OVER_IPV6,
      BOTH,
      [
        'IPv4 NoNextHop: eth0, where the session runs from 2001:db8::11, has no IPv4 address for routes to lead to, ' +
          'and the router takes no IPv6 next hops for IPv4 (RFC 8950)',
      ],
    ],
    [
      'our own end alone where no interface has it',
      ['192.0.2.12/24', '2001:db8::11/64'],
      OVER_IPV4,
      BOTH,
      ['IPv6 NoNextHop: no interface of the node has 192.0.2.11, beside which there could be an IPv6 address'],
    ],
  ])('is %s', (_, addresses, ends, families, expected) => {
    const { notCarried } = carriage(addresses, ends, families);
    expect(notCarried.map(({ family, reason, text }) => `${family} ${reason}: ${text}`)).toEqual(expected);
  });

  it('stays with an address as long as the interface has it, whatever comes before it in the list', () => {
    const first = carriage(['192.0.2.11/24', '2001:db8::a/64'], OVER_IPV4).nextHops;
    const next = carriage(['192.0.2.11/24', '2001:db8::b/64', '2001:db8::a/64'], OVER_IPV4, BOTH, first).nextHops;
    expect(textOf(next)).toEqual({ IPv4: '192.0.2.11', IPv6: '2001:db8::a' });
    const last = carriage(['192.0.2.11/24', '2001:db8::b/64'], OVER_IPV4, BOTH, next).nextHops;
    expect(textOf(last)).toEqual({ IPv4: '192.0.2.11', IPv6: '2001:db8::b' });
  });
});
