import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMac } from '../../../src/speaker/arp/mac-address.ts';
import {
  type ArpMessage,
  DECODE_DROPS,
  decodeArp,
  encodeArp,
  gratuitousRequest,
  probeRequest,
  replyTo,
} from '../../../src/speaker/arp/message.ts';
import {
  arpHeader,
  BROADCAST,
  CLIENT,
  ETHERTYPE_ARP,
  frame,
  hex,
  ipv4,
  mac,
  NODE,
  octets,
  PADDING,
  ZERO,
} from './frame-bytes.ts';

const ADDRESS = 0xc000_0232;
const ASKER = 0xc000_0201;

const question: ArpMessage = {
  destination: parseMac(BROADCAST),
  source: parseMac(CLIENT),
  operation: 'Request',
  senderMac: parseMac(CLIENT),
  senderAddress: ASKER,
  targetMac: 0,
  targetAddress: ADDRESS,
};

const ROWS: readonly (readonly [name: string, message: ArpMessage, bytes: Uint8Array])[] = [
  [
    'who-has',
    question,
    octets(
      mac(BROADCAST),
      mac(CLIENT),
      ETHERTYPE_ARP,
      arpHeader(1),
      mac(CLIENT),
      ipv4('192.0.2.1'),
      mac(ZERO),
      ipv4('192.0.2.50'),
      PADDING,
    ),
  ],
  [
    'reply',
    replyTo(question, parseMac(NODE)),
    octets(
      mac(CLIENT),
      mac(NODE),
      ETHERTYPE_ARP,
      arpHeader(2),
      mac(NODE),
      ipv4('192.0.2.50'),
      mac(CLIENT),
      ipv4('192.0.2.1'),
      PADDING,
    ),
  ],
  [
    'gratuitous request',
    gratuitousRequest(ADDRESS, parseMac(NODE)),
    octets(
      mac(BROADCAST),
      mac(NODE),
      ETHERTYPE_ARP,
      arpHeader(1),
      mac(NODE),
      ipv4('192.0.2.50'),
      mac(ZERO),
      ipv4('192.0.2.50'),
      PADDING,
    ),
  ],
  [
    'probe',
    probeRequest(ADDRESS, parseMac(NODE)),
    octets(
      mac(BROADCAST),
      mac(NODE),
      ETHERTYPE_ARP,
      arpHeader(1),
      mac(NODE),
      ipv4('0.0.0.0'),
      mac(ZERO),
      ipv4('192.0.2.50'),
      PADDING,
    ),
  ],
];

describe('encodeArp', () => {
  it.each(ROWS)('writes a %s', (_name, message, bytes) => expect(encodeArp(message)).toEqual(bytes));
});

describe('decodeArp', () => {
  it.each(ROWS)('reads a %s', (_name, message, bytes) => expect(decodeArp(bytes)).toEqual({ ok: true, message }));

  it('reads a frame that a kernel left without padding', () => {
    expect(decodeArp(frame().subarray(0, 42))).toEqual({ ok: true, message: question });
  });

  it('reads a frame inside a larger buffer', () => {
    const buffer = octets(hex('dead'), frame(), hex('beef'));
    expect(decodeArp(buffer.subarray(2, 62))).toEqual({ ok: true, message: question });
  });

  const patched = (offset: number, ...bytes: readonly number[]) => {
    const changed = frame();
    changed.set(bytes, offset);
    return changed;
  };

  it.each([
    ['Truncated', 'no Ethernet header', frame().subarray(0, 13)],
    ['Truncated', 'one octet of the packet missing', frame().subarray(0, 41)],
    ['Truncated', 'nothing at all', new Uint8Array(0)],
    ['VlanTagged', '802.1Q', octets(frame().subarray(0, 12), hex('8100 0064'), frame().subarray(12))],
    ['VlanTagged', '802.1ad', octets(frame().subarray(0, 12), hex('88a8 0064'), frame().subarray(12))],
    ['NotArp', 'IPv4', patched(12, 0x08, 0x00)],
    ['UnknownHardwareType', 'IEEE 802', patched(14, 0, 6)],
    ['UnknownProtocolType', 'IPv6', patched(16, 0x86, 0xdd)],
    ['AddressLength', 'hardware addresses of 8 octets', patched(18, 8)],
    ['AddressLength', 'protocol addresses of 16 octets', patched(19, 16)],
    ['UnknownOperation', 'RARP request', patched(20, 0, 3)],
    ['UnknownOperation', 'reserved 0', patched(20, 0, 0)],
    ['UnknownOperation', 'request in the wrong byte order', patched(20, 1, 0)],
  ] as const)('drops as %s: %s', (drop, _name, bytes) => expect(decodeArp(bytes)).toEqual({ ok: false, drop }));

  it('has a row above for each of its reasons', () => {
    expect([...DECODE_DROPS]).toEqual([
      'Truncated',
      'VlanTagged',
      'NotArp',
      'UnknownHardwareType',
      'UnknownProtocolType',
      'AddressLength',
      'UnknownOperation',
    ]);
  });

  it('meets any octets with a message or a reason', () => {
    const nearly = fc
      .tuple(fc.uint8Array({ minLength: 42, maxLength: 80 }), fc.nat(41), fc.boolean())
      .map(([noise, kept, whole]) => {
        const bytes = Uint8Array.from(noise);
        bytes.set(frame().subarray(0, whole ? 22 : kept));
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), nearly), (bytes) => {
        const decoded = decodeArp(bytes);
        if (decoded.ok) expect(encodeArp(decoded.message).subarray(0, 42)).toEqual(bytes.subarray(0, 42));
        else expect(DECODE_DROPS).toContain(decoded.drop);
      }),
    );
  });

  it('gives back whatever was encoded', () => {
    const anyMac = fc.maxSafeNat().map((value) => value % 2 ** 48);
    const anyAddress = fc.nat(0xffff_ffff);
    const anyMessage: fc.Arbitrary<ArpMessage> = fc.record({
      destination: anyMac,
      source: anyMac,
      operation: fc.constantFrom('Request', 'Reply'),
      senderMac: anyMac,
      senderAddress: anyAddress,
      targetMac: anyMac,
      targetAddress: anyAddress,
    });
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(decodeArp(encodeArp(message))).toEqual({ ok: true, message });
      }),
    );
  });
});
