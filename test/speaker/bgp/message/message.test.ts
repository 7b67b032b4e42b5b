import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, type Message } from '../../../../src/speaker/bgp/message/message.ts';
import { MessageReader } from '../../../../src/speaker/bgp/message/message-reader.ts';
import type { UpdateContext } from '../../../../src/speaker/bgp/message/update.ts';
import { anyMessage } from '../arbitraries.ts';
import { framed, hex } from '../octets.ts';

const CONTEXT: UpdateContext = {
  fourOctetAs: true,
  internal: false,
  families: ['IPv4', 'IPv6'],
  extendedNextHop: false,
};
const CONTEXTS = fc.record({
  fourOctetAs: fc.boolean(),
  internal: fc.boolean(),
  families: fc.subarray(['IPv4', 'IPv6'] as const),
  extendedNextHop: fc.boolean(),
});

/** Codes and subcodes that the RFCs let a receiver answer with. */
const ANSWERS: Readonly<Record<number, readonly number[]>> = {
  1: [1, 2, 3],
  2: [0, 1, 4],
  3: [1, 2, 3, 4, 5, 6, 8, 9, 10, 11],
  7: [1],
};

function decodeAll(octets: Uint8Array, context: UpdateContext) {
  const reader = new MessageReader();
  reader.push(octets);
  const decoded = [];
  for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
    decoded.push(decodeMessage(frame, context));
  }
  return decoded;
}

describe('encodeMessage', () => {
  it.each<[Message, Uint8Array]>([
    [{ type: 'KEEPALIVE' }, framed(4, hex(''))],
    [{ type: 'ROUTE-REFRESH', afi: 2, safi: 1, subtype: 1 }, framed(5, hex('0002 01 01'))],
    [{ type: 'NOTIFICATION', code: 6, subcode: 2, data: hex('00') }, framed(3, hex('06 02 00'))],
    [{ type: 'UPDATE', withdrawn: hex(''), attributes: [], nlri: hex('') }, framed(2, hex('0000 0000'))],
  ])('writes %j', (message, octets) => expect(encodeMessage(message)).toEqual(octets));

  it('writes an AS4_PATH for a peer with 2-octet AS numbers', () => {
    const path = { name: 'AS_PATH', segments: [{ type: 'AS_SEQUENCE', asNumbers: [70_000, 1] }] } as const;
    const update: Message = { type: 'UPDATE', withdrawn: hex(''), attributes: [path], nlri: hex('') };
    const attributes = hex('40 02 06 02 02 5ba0 0001 c0 11 0a 02 02 00011170 00000001');
    expect(encodeMessage(update, false).subarray(23)).toEqual(attributes);
  });

  it('cuts data of a NOTIFICATION to what every peer takes', () => {
    const message: Message = { type: 'NOTIFICATION', code: 3, subcode: 2, data: new Uint8Array(60_000) };
    expect(encodeMessage(message).byteLength).toBe(4096);
  });
});

describe('decodeMessage', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const demarcation = message.type === 'ROUTE-REFRESH' ? { ...message } : message;
        expect(decodeAll(encodeMessage(message), CONTEXT)).toMatchObject([{ ok: true, message: demarcation }]);
      }),
    );
  });

  it('takes outbound route filters behind a request, but nothing behind a demarcation', () => {
    expect(decodeAll(framed(5, hex('0001 00 01 01 80 0000')), CONTEXT)).toMatchObject([{ ok: true }]);
    for (const subtype of ['01', '02']) {
      const octets = framed(5, hex(`0001 ${subtype} 01 ff`));
      const notification = { type: 'NOTIFICATION', code: 7, subcode: 1, data: octets };
      expect(decodeAll(octets, CONTEXT)).toEqual([{ ok: false, notification }]);
    }
  });

  const expectAnswer = (octets: Uint8Array, context: UpdateContext) => {
    for (const decoded of decodeAll(octets, context)) {
      if (decoded.ok) continue;
      const { code, subcode } = decoded.notification;
      expect(ANSWERS[code]).toContain(subcode);
      expect(encodeMessage(decoded.notification).byteLength).toBeLessThanOrEqual(4096);
    }
  };

  it('meets any octets behind a header with a message or an answer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.uint8Array({ maxLength: 200 }),
        CONTEXTS,
        (type, body, context) => {
          expectAnswer(framed(type, body), context);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('meets changed messages with a message or an answer', () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
    fc.assert(
      fc.property(
        anyMessage,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        CONTEXTS,
        (message, changes, context) => {
          const octets = encodeMessage(message, context.fourOctetAs).slice();
          for (const { at, to } of changes) octets[16 + (at % (octets.byteLength - 16))] = to;
          expectAnswer(octets, context);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('meets bodies of another length with a message or an answer', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), fc.uint8Array({ maxLength: 8 }), CONTEXTS, (message, cut, more, context) => {
        const octets = encodeMessage(message, context.fourOctetAs);
        const body = octets.subarray(19, 19 + (cut % (octets.byteLength - 18)));
        const type = octets[18] ?? 0;
        expectAnswer(framed(type, new Uint8Array([...body, ...more])), context);
      }),
      { numRuns: 300 },
    );
  });
});
