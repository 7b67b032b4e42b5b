import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMldQuery } from '../../../src/speaker/mld/query.ts';
import { octets } from '../arp/frame-bytes.ts';
import { GROUP, integer } from '../ndp/frame-bytes.ts';
import { type QueryParts, query } from './query-bytes.ts';

const general = { version: 2, group: 0n, maxResponseDelay: 10_000, robustness: 2, interval: 125_000 };

describe('decodeMldQuery', () => {
  it.each<[string, QueryParts, object]>([
    ['a general query', {}, general],
    ['one for a group', { group: GROUP }, { ...general, group: integer(GROUP) }],
    ['one for two sources', { group: GROUP, rest: `027d0002${'20'.repeat(32)}` }, { group: integer(GROUP) }],
    ['one of version 1', { rest: '' }, { version: 1, group: 0n, maxResponseDelay: 10_000, robustness: 0 }],
    ['one that does not say how often', { rest: '00000000' }, { robustness: 0, interval: 0 }],
    ['padding before Router Alert', { hopByHop: '3a00010005020000' }, general],
    ['single octets of padding', { hopByHop: '3a00000005020000' }, general],
    // RFC 3810 section 5.1.3: (mantissa | 0x1000) << (exponent + 3); 5.1.9: (mantissa | 0x10) << (exponent + 3).
    ['a long delay', { maxResponseCode: 0x9234 }, { maxResponseDelay: 0x1234 << 4 }],
    ['the longest delay', { maxResponseCode: 0xffff }, { maxResponseDelay: 0x1fff << 10 }],
    ['a long interval', { rest: '02a50000' }, { interval: (0x15 << 5) * 1000 }],
  ])('reads %s', (_name, parts, expected) => {
    expect(decodeMldQuery(query(parts))).toMatchObject(expected);
  });

  it.each<[string, QueryParts]>([
    ['another EtherType', { etherType: '0800' }],
    ['another version of IP', { version: 4 }],
    ['another header first', { nextHeader: 58 }],
    ['a hop limit that routers would pass on', { hopLimit: 255 }],
    ['a source that is not link-local', { from: '2001:db8::1' }],
    ['no source', { from: '::' }],
    ['no Router Alert', { hopByHop: '3a00010400000000' }],
    ['Router Alert for something else', { hopByHop: '3a00050200010100' }],
    ['an option that reaches beyond the header', { hopByHop: '3a0001ff00000000' }],
    ['Router Alert that is cut', { hopByHop: '3a00010205020502' }],
    ['more options', { hopByHop: '3a010502000001080000000000000000' }],
    ['something else than ICMPv6', { hopByHop: '1100050200000100' }],
    ['another type', { type: 131 }],
    ['another code', { code: 1 }],
    ['a wrong checksum', { error: 1 }],
    ['a group that is none', { group: '2001:db8::1' }],
    ['neither length', { rest: '02' }],
  ])('drops one with %s', (_name, parts) => {
    expect(decodeMldQuery(query(parts))).toBeUndefined();
  });

  it('passes over what Ethernet pads a frame with', () => {
    expect(decodeMldQuery(octets(query(), new Uint8Array(6)))).toMatchObject(general);
  });

  it('throws at nothing, and takes nothing that is cut', () => {
    const whole = query();
    for (let length = 0; length < whole.length; length++) {
      expect(decodeMldQuery(whole.subarray(0, length))).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(110), (noise, at) => {
        const frame = query();
        frame.set(noise.subarray(0, Math.max(0, frame.length - at)), Math.min(at, frame.length));
        decodeMldQuery(frame);
        decodeMldQuery(noise);
      }),
    );
  });
});
