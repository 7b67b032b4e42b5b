import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMac } from '../../../src/speaker/arp/mac-address.ts';
import {
  type Advertisement,
  advertisementTo,
  decodeNdp,
  duplicateProbe as duplicateProbeOf,
  encodeNdp,
  NDP_DECODE_DROPS,
  type NdpMessage,
  type Solicitation,
  unsolicitedAdvertisement,
} from '../../../src/speaker/ndp/message.ts';
import { CLIENT, hex, NODE, octets } from '../arp/frame-bytes.ts';
import {
  ADDRESS6,
  ALL_NODES,
  ALL_NODES_MAC,
  advertisement,
  CLIENT6,
  duplicateProbe,
  GROUP,
  GROUP_MAC,
  integer,
  nonce,
  solicitation,
  sourceLink,
  targetLink,
} from './frame-bytes.ts';

const question: Solicitation = {
  type: 'Solicitation',
  destination: parseMac(GROUP_MAC),
  source: parseMac(CLIENT),
  sourceAddress: integer(CLIENT6),
  destinationAddress: integer(GROUP),
  target: integer(ADDRESS6),
  linkAddress: parseMac(CLIENT),
};
const unicast: Solicitation = {
  ...question,
  destination: parseMac(NODE),
  destinationAddress: integer(ADDRESS6),
};
const { linkAddress: _none, ...bare } = unicast;
const probe: Solicitation = duplicateProbeOf(integer(ADDRESS6), parseMac(CLIENT), 0x0102_0304_0506);

const ROWS: readonly (readonly [name: string, message: NdpMessage, bytes: Uint8Array])[] = [
  ['multicast question', question, solicitation()],
  ['unicast question', unicast, solicitation({ destination: NODE, to: ADDRESS6 })],
  ['question without a link-layer address', bare, solicitation({ destination: NODE, to: ADDRESS6, options: '' })],
  ['probe for duplicates', probe, duplicateProbe({ options: nonce('010203040506') })],
  [
    'answer',
    advertisementTo(question, parseMac(NODE)),
    advertisement({ destination: CLIENT, source: NODE, to: CLIENT6, flags: 0x60 }),
  ],
  [
    'answer to one who gave no link-layer address',
    advertisementTo(bare, parseMac(NODE)),
    advertisement({ destination: CLIENT, source: NODE, to: CLIENT6, flags: 0x60 }),
  ],
  ['answer to a probe', advertisementTo(probe, parseMac(NODE)), advertisement({ source: NODE })],
  [
    'unsolicited advertisement',
    unsolicitedAdvertisement(integer(ADDRESS6), parseMac(NODE)),
    advertisement({ source: NODE }),
  ],
];

describe('encodeNdp', () => {
  it.each(ROWS)('writes a %s', (_name, message, bytes) => expect(encodeNdp(message)).toEqual(bytes));
});

describe('decodeNdp', () => {
  it.each(ROWS)('reads a %s', (_name, message, bytes) => expect(decodeNdp(bytes)).toEqual({ ok: true, message }));

  it('reads the flags of a router', () => {
    const bytes = advertisement({ destination: NODE, to: '2001:db8::11', flags: 0xc0 });
    expect(decodeNdp(bytes)).toMatchObject({ ok: true, message: { router: true, solicited: true, override: false } });
  });

  it('reads a frame inside a larger buffer, with padding behind', () => {
    const buffer = octets(hex('dead'), solicitation(), hex('beef'));
    expect(decodeNdp(buffer.subarray(2))).toEqual({ ok: true, message: question });
  });

  it.each([
    ['an unknown option', `${'1f02'}${'00'.repeat(14)}${sourceLink(CLIENT)}`],
    ['a second link-layer address', `${sourceLink(CLIENT)}${sourceLink(NODE)}`],
    ["the other message's option", `${targetLink(NODE)}${sourceLink(CLIENT)}`],
    ['a nonce of another length', `${sourceLink(CLIENT)}0e02${'07'.repeat(14)}`],
  ])('passes over %s', (_name, options) => {
    expect(decodeNdp(solicitation({ options }))).toEqual({ ok: true, message: question });
  });

  const cut = (length: number) => solicitation().subarray(0, length);
  const patched = (offset: number, value: number) => {
    const changed = solicitation();
    changed[offset] = value;
    return changed;
  };

  const drops = [
    ['Truncated', 'nothing at all', new Uint8Array(0)],
    ['Truncated', 'no Ethernet header', cut(13)],
    ['Truncated', 'one octet of the fixed part missing', cut(77)],
    ['Truncated', 'a payload length beyond the frame', patched(19, 33)],
    ['Truncated', 'a payload length that ends in the target', patched(19, 23)],
    ['VlanTagged', '802.1Q', octets(cut(12), hex('8100 0064'), solicitation().subarray(12))],
    ['VlanTagged', '802.1ad', octets(cut(12), hex('88a8 0064'), solicitation().subarray(12))],
    ['NotIPv6', 'ARP', solicitation({ etherType: '0806' })],
    ['NotIPv6', 'version 4', solicitation({ version: 4 })],
    ['NotIcmp', 'a fragment', solicitation({ nextHeader: 44 })],
    ['NotIcmp', 'a hop-by-hop option', solicitation({ nextHeader: 0 })],
    ['UnknownType', 'a Router Advertisement', solicitation({ type: 134 })],
    ['UnknownType', 'a Redirect', solicitation({ type: 137 })],
    ['HopLimit', '254', solicitation({ hopLimit: 254 })],
    ['HopLimit', '0', advertisement({ hopLimit: 0 })],
    ['BadChecksum', 'one more', solicitation({ error: 1 })],
    ['BadChecksum', 'a bit of the target flipped', patched(70, 1)],
    ['BadCode', '1', solicitation({ code: 1 })],
    ['MulticastTarget', 'all nodes', solicitation({ target: ALL_NODES })],
    ['BadOption', 'of length 0', solicitation({ options: `0100${'00'.repeat(6)}` })],
    ['BadOption', 'that reaches beyond the message', solicitation({ options: `0102${'00'.repeat(6)}` })],
    ['BadOption', 'of seven octets', solicitation({ options: `0101${'00'.repeat(5)}` })],
    ['BadOption', 'behind a good one', solicitation({ options: `${sourceLink(CLIENT)}0100${'00'.repeat(6)}` })],
    ['BadUnspecifiedSource', 'to all nodes', duplicateProbe({ to: ALL_NODES, destination: ALL_NODES_MAC })],
    ['BadUnspecifiedSource', 'to the target', duplicateProbe({ to: ADDRESS6, destination: NODE })],
    ['BadUnspecifiedSource', 'with a link-layer address', duplicateProbe({ options: sourceLink(CLIENT) })],
    ['SolicitedMulticast', 'to all nodes', advertisement({ flags: 0x60 })],
  ] as const;

  it.each(drops)('drops as %s: %s', (drop, _name, bytes) => expect(decodeNdp(bytes)).toEqual({ ok: false, drop }));

  it('has a row above for each of its reasons', () => {
    expect(new Set(drops.map(([drop]) => drop))).toEqual(new Set(NDP_DECODE_DROPS));
  });

  it('meets any octets with a message or a reason', () => {
    const nearly = fc.tuple(fc.uint8Array({ minLength: 78, maxLength: 120 }), fc.nat(86)).map(([noise, kept]) => {
      const bytes = Uint8Array.from(noise);
      bytes.set(solicitation().subarray(0, Math.min(kept, bytes.length)));
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), nearly), (bytes) => {
        const decoded = decodeNdp(bytes);
        if (!decoded.ok) expect(NDP_DECODE_DROPS).toContain(decoded.drop);
      }),
    );
  });

  it('gives back whatever was encoded', () => {
    const anyMac = fc.maxSafeNat().map((value) => value % 2 ** 48);
    const anyAddress = fc.bigInt({ min: 1n, max: 2n ** 128n - 1n });
    const unicastAddress = fc.bigInt({ min: 1n, max: 0xff00n << 112n }).map((value) => value - 1n);
    const envelope = { destination: anyMac, source: anyMac, sourceAddress: anyAddress, target: unicastAddress };
    const anySolicitation: fc.Arbitrary<Solicitation> = fc.record(
      {
        type: fc.constant('Solicitation'),
        ...envelope,
        destinationAddress: anyAddress,
        linkAddress: anyMac,
        nonce: anyMac,
      },
      { requiredKeys: ['type', 'destination', 'source', 'sourceAddress', 'target', 'destinationAddress'] },
    );
    const anyAdvertisement: fc.Arbitrary<Advertisement> = fc.record(
      {
        type: fc.constant('Advertisement'),
        ...envelope,
        destinationAddress: unicastAddress,
        router: fc.boolean(),
        solicited: fc.boolean(),
        override: fc.boolean(),
        linkAddress: anyMac,
      },
      {
        requiredKeys: [
          ...(['type', 'destination', 'source', 'sourceAddress', 'target', 'destinationAddress'] as const),
          ...(['router', 'solicited', 'override'] as const),
        ],
      },
    );
    fc.assert(
      fc.property(fc.oneof(anySolicitation, anyAdvertisement), (message) => {
        expect(decodeNdp(encodeNdp(message))).toEqual({ ok: true, message });
      }),
    );
  });
});
