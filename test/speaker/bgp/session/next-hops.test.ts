import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../../../src/ip/address.ts';
import { nextHopsOf, readInterfaces } from '../../../../src/speaker/bgp/session/next-hops.ts';

const ETH0 = { name: 'eth0', index: 2, addresses: ['192.0.2.11/24', '2001:db8::11/64', 'fe80::11/64', 'rubbish'] };
const BOTH = ['IPv4', 'IPv6'] as const;

describe('nextHopsOf', () => {
  it.each<[string, string, string, string, boolean, object]>([
    [
      'our end, and the other family on its interface',
      '192.0.2.11',
      '192.0.2.1',
      '',
      false,
      { IPv4: '192.0.2.11', IPv6: '2001:db8::11' },
    ],
    [
      'the link-local address along with ours to a peer on the link',
      '2001:db8::11',
      '2001:db8::1',
      '',
      false,
      { IPv4: '192.0.2.11', IPv6: '2001:db8::11 fe80::11' },
    ],
    [
      'ours alone to one that is further away',
      '2001:db8::11',
      '2001:db8:1::1',
      '',
      false,
      { IPv4: '192.0.2.11', IPv6: '2001:db8::11' },
    ],
    [
      'IPv6 for IPv4 where that was negotiated',
      '2001:db8::11',
      '2001:db8:1::1',
      '',
      true,
      { IPv4: '2001:db8::11', IPv6: '2001:db8::11' },
    ],
    [
      'both over link-local addresses',
      'fe80::11',
      'fe80::1',
      'eth0',
      true,
      { IPv4: '2001:db8::11 fe80::11', IPv6: '2001:db8::11 fe80::11' },
    ],
    ['no other family where nobody knows one', '203.0.113.9', '192.0.2.1', '', false, { IPv4: '203.0.113.9' }],
    [
      'the link-local address by itself where there is no other',
      'fe80::11',
      'fe80::1',
      'eth9',
      true,
      { IPv4: 'fe80::11', IPv6: 'fe80::11' },
    ],
  ])('are %s', (_, local, remote, link, extendedNextHop, expected) => {
    const ends = { local: parseAddress(local), remote: parseAddress(remote), interface: link || undefined };
    const hops = nextHopsOf({ families: BOTH, extendedNextHop }, ends, readInterfaces([ETH0]));
    const text = [...hops].map(([family, addresses]) => [family, addresses.map(formatAddress).join(' ')]);
    expect(Object.fromEntries(text)).toEqual(expected);
  });

  it('are of the families of the session alone', () => {
    const ends = { local: parseAddress('192.0.2.11'), remote: parseAddress('192.0.2.1') };
    const hops = nextHopsOf({ families: ['IPv6'], extendedNextHop: false }, ends, readInterfaces([ETH0]));
    expect([...hops.keys()]).toEqual(['IPv6']);
  });

  it('stay for the other family while our end of the session is away from its interface', () => {
    const ends = { local: parseAddress('192.0.2.11'), remote: parseAddress('192.0.2.1') };
    const session = { families: BOTH, extendedNextHop: false };
    const present = nextHopsOf(session, ends, readInterfaces([ETH0]));
    const addresses = ETH0.addresses.filter((each) => each !== '192.0.2.11/24');
    expect(nextHopsOf(session, ends, readInterfaces([{ ...ETH0, addresses }]), present)).toEqual(present);
    expect([...nextHopsOf(session, ends, readInterfaces([]), present).keys()]).toEqual(['IPv4']);
  });
});
