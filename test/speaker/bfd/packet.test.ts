import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIAGNOSTICS, diagnosticOf } from '../../../src/speaker/bfd/diagnostic.ts';
import { BFD_DECODE_DROPS, BFD_STATES, type BfdPacket, decodeBfd, encodeBfd } from '../../../src/speaker/bfd/packet.ts';
import { hex, octets } from '../arp/frame-bytes.ts';
import { control } from './packet-bytes.ts';

const first: BfdPacket = {
  diagnostic: 'No Diagnostic',
  state: 'Down',
  poll: false,
  final: false,
  controlPlaneIndependent: false,
  demand: false,
  detectMultiplier: 3,
  myDiscriminator: 10,
  yourDiscriminator: 0,
  desiredMinTxInterval: 1_000_000,
  requiredMinRxInterval: 100_000,
  requiredMinEchoRxInterval: 0,
};

const ROWS: readonly (readonly [name: string, packet: BfdPacket, bytes: Uint8Array])[] = [
  ['first packet', first, control()],
  [
    'AdminDown',
    { ...first, diagnostic: 'Administratively Down', state: 'AdminDown' },
    control({ diagnostic: 7, state: 0 }),
  ],
  ['Init', { ...first, state: 'Init', yourDiscriminator: 0xfffffffe }, control({ state: 2, yours: 'fffffffe' })],
  [
    'Up with P',
    { ...first, state: 'Up', yourDiscriminator: 1, poll: true },
    control({ state: 3, yours: '00000001', flags: 0x20 }),
  ],
  [
    'Up with F',
    { ...first, state: 'Up', yourDiscriminator: 1, final: true },
    control({ state: 3, yours: '00000001', flags: 0x10 }),
  ],
  ['C', { ...first, controlPlaneIndependent: true }, control({ flags: 0x08 })],
  ['D', { ...first, demand: true }, control({ flags: 0x02 })],
  [
    'the largest numbers',
    {
      ...first,
      detectMultiplier: 255,
      desiredMinTxInterval: 2 ** 32 - 1,
      requiredMinRxInterval: 2 ** 32 - 1,
      requiredMinEchoRxInterval: 2 ** 32 - 1,
    },
    control({ multiplier: 255, desiredMinTx: 'ffffffff', requiredMinRx: 'ffffffff', requiredMinEchoRx: 'ffffffff' }),
  ],
  ['the last diagnostic', { ...first, diagnostic: 'Reverse Concatenated Path Down' }, control({ diagnostic: 8 })],
];

describe('encodeBfd', () => {
  it.each(ROWS)('writes %s', (_name, packet, bytes) => expect(encodeBfd(packet)).toEqual(bytes));
});

describe('decodeBfd', () => {
  it.each(ROWS)('reads %s', (_name, packet, bytes) => expect(decodeBfd(bytes)).toEqual({ ok: true, packet }));

  it('reads a packet inside a larger buffer, and ignores what follows its Length', () => {
    const buffer = octets(hex('dead'), control({ rest: 'beef' }));
    expect(decodeBfd(buffer.subarray(2))).toEqual({ ok: true, packet: first });
  });

  const drops = [
    ['Truncated', 'nothing at all', new Uint8Array(0)],
    ['Truncated', 'one octet of the mandatory section missing', control().subarray(0, 23)],
    ['Truncated', 'a Length beyond the datagram', control({ length: 25 })],
    ['UnknownVersion', 'version 0', control({ version: 0 })],
    ['UnknownVersion', 'version 2', control({ version: 2 })],
    ['BadLength', 'a Length of 23', control({ length: 23 })],
    ['BadLength', 'A, and no room for its section', control({ flags: 0x04, length: 25, rest: '01' })],
    ['ZeroDetectMultiplier', 'Detect Mult 0', control({ multiplier: 0 })],
    ['Multipoint', 'M', control({ flags: 0x01 })],
    ['ZeroMyDiscriminator', 'My Discriminator 0', control({ mine: '00000000' })],
    ['ZeroYourDiscriminator', 'Init for nobody', control({ state: 2 })],
    ['ZeroYourDiscriminator', 'Up for nobody', control({ state: 3 })],
    ['BadAuthentication', 'a section shorter than its header', control({ flags: 0x04, length: 26, rest: '0101' })],
    ['BadAuthentication', 'a section longer than the packet', control({ flags: 0x04, length: 26, rest: '0103' })],
    ['BadAuthentication', 'a section that ends early', control({ flags: 0x04, length: 28, rest: '01030161' })],
    ['Authenticated', 'a simple password', control({ flags: 0x04, length: 28, rest: '01040161' })],
    [
      'Authenticated',
      'meticulous keyed SHA1',
      control({ flags: 0x04, length: 52, rest: `051c010000000001${'00'.repeat(20)}` }),
    ],
  ] as const;

  it.each(drops)('drops as %s: %s', (drop, _name, bytes) => expect(decodeBfd(bytes)).toEqual({ ok: false, drop }));

  it('has a row above for each of its reasons', () => {
    expect(new Set(drops.map(([drop]) => drop))).toEqual(new Set(BFD_DECODE_DROPS));
  });

  it('meets any octets with a packet or a reason', () => {
    const nearly = fc.tuple(fc.uint8Array({ minLength: 24, maxLength: 60 }), fc.nat(24)).map(([noise, kept]) => {
      const bytes = Uint8Array.from(noise);
      bytes.set(control().subarray(0, kept));
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), nearly), (bytes) => {
        const decoded = decodeBfd(bytes);
        if (!decoded.ok) {
          expect(BFD_DECODE_DROPS).toContain(decoded.drop);
          return;
        }
        const again = encodeBfd(decoded.packet);
        expect(again.subarray(4)).toEqual(bytes.subarray(4, 24));
        expect(again.subarray(1, 3)).toEqual(bytes.subarray(1, 3));
      }),
    );
  });

  it('gives back whatever was encoded', () => {
    const u32 = fc.nat(0xffff_ffff);
    const anyPacket: fc.Arbitrary<BfdPacket> = fc.record({
      diagnostic: fc.constantFrom(...DIAGNOSTICS),
      state: fc.constantFrom(...BFD_STATES),
      poll: fc.boolean(),
      final: fc.boolean(),
      controlPlaneIndependent: fc.boolean(),
      demand: fc.boolean(),
      detectMultiplier: fc.integer({ min: 1, max: 255 }),
      myDiscriminator: fc.integer({ min: 1, max: 0xffff_ffff }),
      yourDiscriminator: fc.integer({ min: 1, max: 0xffff_ffff }),
      desiredMinTxInterval: u32,
      requiredMinRxInterval: u32,
      requiredMinEchoRxInterval: u32,
    });
    fc.assert(
      fc.property(anyPacket, (packet) => {
        expect(decodeBfd(encodeBfd(packet))).toEqual({ ok: true, packet });
      }),
    );
  });
});

describe('diagnosticOf', () => {
  it('says nothing of codes that are reserved', () => {
    for (let code = 9; code <= 31; code++) expect(diagnosticOf(code)).toBe('No Diagnostic');
  });
});
