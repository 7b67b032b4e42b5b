import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ARP_FILTER,
  assemble,
  type Instruction,
  jumpIfEqual,
  jumpIfGreater,
  keep,
  loadAncillary,
  loadHalf,
  MLD_QUERY_FILTER,
  NDP_FILTER,
  ROUTER_DISCOVERY_FILTER,
} from '../../src/os/bpf.ts';

/** What the kernel does with a frame: the rules of Documentation/networking/filter.rst for the instructions used. */
function run(program: Uint8Array, frame: Uint8Array, packetType: number): number {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 8) {
    const [code, jt, jf, k] = [
      view.getUint16(at, true),
      view.getUint8(at + 2),
      view.getUint8(at + 3),
      view.getUint32(at + 4, true),
    ];
    if (code === 0x06) return k;
    if (code === 0x28 && k === 0xffff_f004) accumulator = packetType;
    else if (code === 0x28) {
      const [high, low] = [frame[k], frame[k + 1]];
      if (high === undefined || low === undefined) return 0;
      accumulator = high * 256 + low;
    } else if (code === 0x30) {
      const byte = frame[k];
      if (byte === undefined) return 0;
      accumulator = byte;
    } else if (code === 0x15) at += 8 * (accumulator === k ? jt : jf);
    else if (code === 0x25) at += 8 * (accumulator > k ? jt : jf);
    else throw new Error(`no instruction ${code}`);
  }
  throw new Error('ran past the end');
}

describe('ARP_FILTER', () => {
  it('keeps whole ARP frames that are for this host, and nothing else', () => {
    const etherTypes = fc.oneof(fc.constant(0x0806), fc.nat(0xffff));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), etherTypes, fc.nat(7), (bytes, etherType, packetType) => {
        const frame = Uint8Array.from(bytes);
        if (frame.length >= 14) frame.set([etherType >> 8, etherType & 255], 12);
        const wanted = frame.length >= 14 && etherType === 0x0806 && packetType <= 2;
        expect(run(ARP_FILTER.program, frame, packetType) >= frame.length && frame.length > 0).toBe(wanted);
      }),
    );
    expect(ARP_FILTER.etherType).toBe(0x0806);
  });
});

describe.each([
  ['NDP_FILTER', NDP_FILTER, [135, 136]],
  ['ROUTER_DISCOVERY_FILTER', ROUTER_DISCOVERY_FILTER, [133, 134]],
])('%s', (_name, filter, kept) => {
  it('keeps whole solicitations and advertisements that are for this host, and nothing else', () => {
    const oneOf = (...values: readonly number[]) => fc.oneof(fc.constantFrom(...values), fc.nat(255));
    const etherTypes = fc.oneof(fc.constant(0x86dd), fc.nat(0xffff));
    const types = oneOf(132, 133, 134, 135, 136, 137);
    fc.assert(
      fc.property(fc.nat(100), etherTypes, oneOf(58), types, fc.nat(7), (length, etherType, next, type, packetType) => {
        const whole = new Uint8Array(100);
        whole.set([etherType >> 8, etherType & 255], 12);
        whole.set([next], 20);
        whole.set([type], 54);
        const frame = whole.subarray(0, length);
        const isNdp = etherType === 0x86dd && next === 58 && kept.includes(type);
        const wanted = isNdp && length > 54 && packetType <= 2;
        expect(run(filter.program, frame, packetType) >= length && length > 0).toBe(wanted);
      }),
    );
    expect(filter.etherType).toBe(0x86dd);
  });
});

describe('MLD_QUERY_FILTER', () => {
  it('keeps whole queries behind Hop-by-Hop Options that are for this host, and nothing else', () => {
    const oneOf = (...values: readonly number[]) => fc.oneof(fc.constantFrom(...values), fc.nat(255));
    const etherTypes = fc.oneof(
      { weight: 4, arbitrary: fc.constant(0x86dd) },
      { weight: 1, arbitrary: fc.nat(0xffff) },
    );
    const frames = fc.tuple(fc.nat(100), etherTypes, oneOf(0, 58), oneOf(58), oneOf(129, 130, 131), fc.nat(7));
    fc.assert(
      fc.property(frames, ([length, etherType, next, behind, type, packetType]) => {
        const whole = new Uint8Array(100);
        whole.set([etherType >> 8, etherType & 255], 12);
        whole.set([next], 20);
        whole.set([behind], 54);
        whole.set([type], 62);
        const isQuery = etherType === 0x86dd && next === 0 && behind === 58 && type === 130;
        const wanted = isQuery && length > 62 && packetType <= 2;
        const kept = run(MLD_QUERY_FILTER.program, whole.subarray(0, length), packetType);
        expect(kept >= length && length > 0).toBe(wanted);
      }),
      { numRuns: 2_000 },
    );
    expect(MLD_QUERY_FILTER.etherType).toBe(0x86dd);
  });
});

describe('assemble', () => {
  it('writes instructions as struct sock_filter', () => {
    const program = assemble([loadHalf(12), jumpIfEqual(0x0806, 0, 1), keep(0xffff), keep(0)]);
    expect(Buffer.from(program).toString('hex')).toBe(
      '280000000c000000' + '1500000106080000' + '06000000ffff0000' + '0600000000000000',
    );
    expect(Buffer.from(assemble([loadAncillary(4), keep(0)])).toString('hex')).toBe(
      '2800000004f0ffff' + '0600000000000000',
    );
  });

  it.each<[string, Instruction[]]>([
    ['no instructions', []],
    ['too many', Array.from({ length: 4097 }, () => keep(0))],
    ['no end', [keep(0), loadHalf(12)]],
    ['a jump past the end', [jumpIfEqual(1, 1, 0), keep(0)]],
    ['another jump past the end', [jumpIfGreater(1, 0, 2), keep(1), keep(0)]],
    ['a jump backwards', [jumpIfEqual(1, -1, 0), keep(0)]],
    ['half a jump', [jumpIfEqual(1, 0.5, 0), keep(1), keep(0)]],
    ['a value of more than 32 bits', [keep(2 ** 32)]],
    ['a negative value', [keep(-1)]],
  ])('refuses %s', (_, instructions) => {
    expect(() => assemble(instructions)).toThrow(RangeError);
  });

  it('takes a jump to the last instruction, and one of 255', () => {
    const skipped = Array.from({ length: 255 }, () => keep(1));
    expect(assemble([jumpIfEqual(1, 255, 0), ...skipped, keep(0)])).toHaveLength(257 * 8);
    expect(() => assemble([jumpIfEqual(1, 256, 0), ...skipped, keep(1), keep(0)])).toThrow(RangeError);
  });
});
