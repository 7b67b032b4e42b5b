import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIPv4, formatIPv6 } from '../../../src/ip/address.ts';
import { type Message, MOVE_CAUSES, SPEAKER_STATES } from '../../../src/speaker/ownership/message.ts';
import {
  decodeMessage,
  encodeMessage,
  MESSAGE_DROPS,
  type MessageKeys,
  type MessageSecret,
  MOST_MESSAGE_OCTETS,
} from '../../../src/speaker/ownership/message-codec.ts';

const HELLO: Message = {
  from: 'n1',
  boot: 7,
  version: 3,
  body: { type: 'Hello', state: 'Restarting', mac: '02:00:00:00:00:11' },
};
const key: MessageKeys = { secrets: [Uint8Array.of(1, 2, 3)], segment: '192.0.2.0/24' };

const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?$/);
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const address = fc.oneof(u32.map(formatIPv4), fc.bigInt({ min: 1n << 64n, max: (1n << 128n) - 1n }).map(formatIPv6));
const moves = fc.array(fc.record({ id: u32, age: fc.integer({ min: 0, max: 180_000 }) }), { maxLength: 4 });
const claim = fc.oneof(
  fc.constantFrom({ role: 'Owner' as const }, { role: 'Held' as const }),
  name.map((of) => ({ role: 'Caretaker' as const, of })),
);
const entry = fc.record({ address, claim, age: u32, moves });
const change = fc.oneof(entry, fc.record({ address, claim: fc.constant(null), age: fc.constant(0), moves }));
const body = fc.oneof(
  fc.record({ type: fc.constant('Hello' as const), state: fc.constantFrom(...SPEAKER_STATES) }),
  fc.record({
    ...{ type: fc.constant('Hello' as const), state: fc.constantFrom(...SPEAKER_STATES) },
    mac: fc.constantFrom('02:00:00:00:00:11', 'fe:ff:ff:ff:ff:ff', '00:00:00:00:00:01'),
  }),
  fc.constant({ type: 'Query' as const }),
  fc
    .tuple(fc.nat(0xfffe), fc.nat(0xffff), fc.array(entry, { maxLength: 8 }))
    .map(([page, more, claims]) => ({ type: 'Claims' as const, page, pages: Math.max(page + 1, more), claims })),
  fc.record({ type: fc.constant('Changes' as const), changes: fc.array(change, { minLength: 1, maxLength: 8 }) }),
  fc.record({ type: fc.constant('Offer' as const), address, cause: fc.constantFrom(...MOVE_CAUSES), moves }),
  fc.record({ type: fc.constant('Witness' as const), addresses: fc.array(address, { maxLength: 47 }) }),
  fc.record({ type: fc.constantFrom('Request' as const, 'Refuse' as const), address }),
  fc.record({ type: fc.constantFrom('Poll' as const, 'Final' as const), number: u32 }),
);
const message: fc.Arbitrary<Message> = fc.record({
  from: name,
  boot: u32,
  version: fc.integer({ min: 8, max: 0xffff_ffff }),
  body,
});

function dropOf(octets: Uint8Array, withKey?: MessageKeys): string | undefined {
  const decoded = decodeMessage(octets, withKey);
  return decoded.ok ? undefined : decoded.drop;
}

/** A message with one octet replaced. */
function patch(octets: Uint8Array, at: number, value: number): Uint8Array {
  const patched = Uint8Array.from(octets);
  patched[at] = value;
  return patched;
}

describe('encodeMessage', () => {
  it('writes what the README says, octet by octet', () => {
    expect([...encodeMessage(HELLO)]).toEqual([
      ...[0x42, 0x65, 1, 0],
      ...[0, 0, 0, 0, 7, 0, 0, 0, 3, 2, 0x6e, 0x31],
      ...[1, 2, 0, 0, 0, 0, 0x11],
    ]);
  });

  it.each([undefined, key])('writes what decodeMessage reads', (withKey) => {
    fc.assert(
      fc.property(message, (each) => {
        expect(decodeMessage(encodeMessage(each, withKey), withKey)).toEqual({ ok: true, message: each });
      }),
    );
  });
});

describe('decodeMessage', () => {
  const offer = encodeMessage({
    ...HELLO,
    body: { type: 'Offer', address: '192.0.2.1', cause: 'Draining', moves: [{ id: 7, age: 1 }] },
  });
  const changes = encodeMessage({
    ...HELLO,
    body: {
      type: 'Changes',
      changes: [{ address: '2001:db8::1', claim: { role: 'Caretaker', of: 'n2' }, age: 1, moves: [] }],
    },
  });

  // RFC 4291 section 2.5.5.2: ten zeros, two ones, an IPv4 address.
  const mapped = encodeMessage({ ...HELLO, body: { type: 'Request', address: '2001:db8::1' } });
  mapped.fill(0, 17, 27).fill(0xff, 27, 29);

  it.each([
    ['TooLong', new Uint8Array(MOST_MESSAGE_OCTETS + 1)],
    ['UnknownProtocol', new Uint8Array(0)],
    ['UnknownProtocol', patch(offer, 0, 0)],
    ['UnknownVersion', patch(offer, 2, 2)],
    ['NoKey', encodeMessage(HELLO, key)],
    ['UnknownType', patch(offer, 4, 10)],
    ['Truncated', offer.subarray(0, 4)],
    ['TrailingOctets', Uint8Array.from([...offer, 0])],
    ['BadName', patch(offer, 14, 0x2f)],
    ['BadName', patch(changes, 36, 0x2f)],
    ['BadContent', patch(offer, 16, 5)],
    ['BadContent', patch(offer, 21, 4)],
    ['BadContent', patch(offer, 22, 17)],
    ['BadContent', patch(changes, 16, 0)],
    ['BadContent', patch(changes, 12, 0)],
    ['BadContent', patch(encodeMessage(HELLO), 16, 3)],
    ['BadContent', encodeMessage({ ...HELLO, body: { type: 'Claims', page: 1, pages: 1, claims: [] } })],
    ['BadContent', mapped],
  ])('drops a message for %s', (drop, octets) => {
    expect(dropOf(octets)).toBe(drop);
  });

  it('takes no message unsigned, or signed with another key or for another segment, where there is a key', () => {
    expect(dropOf(encodeMessage(HELLO), key)).toBe('Unsigned');
    expect(dropOf(encodeMessage(HELLO, { ...key, secrets: [Uint8Array.of(1, 2, 4)] }), key)).toBe('BadSignature');
    expect(dropOf(encodeMessage(HELLO, { ...key, segment: '192.0.2.0/25' }), key)).toBe('BadSignature');
    expect(dropOf(Uint8Array.from([0x42, 0x65, 1, 1]), key)).toBe('Truncated');
  });

  it('takes no message of which one bit was changed, where there is a key', () => {
    const signed = encodeMessage(HELLO, key);
    for (let bit = 0; bit < 8 * signed.length; bit++) {
      const octet = signed[bit >> 3] ?? 0;
      expect(dropOf(patch(signed, bit >> 3, octet ^ (1 << (bit & 7))), key)).toBeDefined();
    }
  });

  it('takes no beginning of a message', () => {
    fc.assert(
      fc.property(message, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (each, part) => {
        const octets = encodeMessage(each);
        expect(dropOf(octets.subarray(0, Math.floor(part * octets.length)))).toBeDefined();
      }),
    );
  });

  it('never throws, and reads only what it would write', () => {
    const start = fc.constantFrom([0x42, 0x65, 1, 0]);
    const rest = fc.uint8Array({ maxLength: 300 });
    const near = fc.tuple(message, fc.nat(), fc.nat(255)).map(([each, at, value]) => {
      const octets = encodeMessage(each);
      return patch(octets, 4 + (at % (octets.length - 4)), value);
    });
    const far = fc.tuple(start, fc.nat(8), rest).map(([head, type, tail]) => Uint8Array.from([...head, type, ...tail]));
    fc.assert(
      fc.property(fc.oneof(near, far, rest), (octets) => {
        const decoded = decodeMessage(octets);
        if (decoded.ok) expect([...encodeMessage(decoded.message)]).toEqual([...octets.with(3, 0)]);
        else expect(MESSAGE_DROPS).toContain(decoded.drop);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a change of keys', () => {
  const [first, second] = [Uint8Array.of(1), Uint8Array.of(2)];
  const says = (secrets: readonly MessageSecret[] | undefined): MessageKeys | undefined =>
    secrets && { secrets, segment: '192.0.2.0/24' };
  type Secrets = readonly MessageSecret[] | undefined;
  /** What a receiver does with what a sender says; undefined where it is heard. */
  const fate = (sender: Secrets, receiver: Secrets) => dropOf(encodeMessage(HELLO, says(sender)), says(receiver));

  it.each<{ title: string; steps: readonly Secrets[] }>([
    { title: 'from none to one', steps: [undefined, ['unsigned', first], [first, 'unsigned'], [first]] },
    { title: 'from one to another', steps: [[first], [first, second], [second, first], [second]] },
    { title: 'from one to none', steps: [[first], [first, 'unsigned'], ['unsigned', first], undefined] },
  ])('$title leaves no message unheard between nodes that are one step apart', ({ steps }) => {
    for (const [index, step] of steps.entries()) {
      for (const other of steps.slice(Math.max(index - 1, 0), index + 2)) {
        expect([step, other, fate(step, other)]).toEqual([step, other, undefined]);
      }
    }
    // Two steps at once are too many, as the nodes of before do not understand those of after.
    for (const [index, step] of steps.slice(2).entries()) {
      const former = steps[index];
      expect([fate(step, former), fate(former, step)]).not.toEqual([undefined, undefined]);
    }
  });

  it('believes nothing else meanwhile', () => {
    const stranger = [Uint8Array.of(3)];
    expect(fate(stranger, [first, second])).toBe('BadSignature');
    expect(fate(stranger, [first, 'unsigned'])).toBe('BadSignature');
    expect(fate(undefined, [first, second])).toBe('Unsigned');
    expect(fate([first], undefined)).toBe('NoKey');
  });
});
