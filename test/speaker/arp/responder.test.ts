import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMac } from '../../../src/speaker/arp/mac-address.ts';
import { DECODE_DROPS } from '../../../src/speaker/arp/message.ts';
import { RESPONDER_DROPS, respond } from '../../../src/speaker/arp/responder.ts';
import type { ResponderContext } from '../../../src/speaker/arp/verdict.ts';
import { BROADCAST, CLIENT, frame, NODE, OTHER_NODE, STRANGER, ZERO } from './frame-bytes.ts';

const ADDRESS = 0xc000_0232;
const PROBED = 0xc000_0233;
/** The node's second interface. */
const SECOND = '02:00:00:00:01:11';

const context: ResponderContext<number> = {
  mac: parseMac(NODE),
  answers: new Map([[ADDRESS, parseMac(NODE)]]),
  probing: new Set([PROBED]),
  ownMacs: new Set([NODE, SECOND].map(parseMac)),
  concerns: (address) => address === ADDRESS || address === PROBED,
};

const reply = frame({
  destination: CLIENT,
  source: NODE,
  operation: 2,
  senderAddress: '192.0.2.50',
  targetMac: CLIENT,
  targetAddress: '192.0.2.1',
});
const replyToProbe = frame({
  destination: CLIENT,
  source: NODE,
  operation: 2,
  senderAddress: '192.0.2.50',
  targetMac: CLIENT,
  targetAddress: '0.0.0.0',
});

describe('respond', () => {
  it.each([
    ['a broadcast question', frame(), reply],
    ['a question to our MAC', frame({ destination: NODE }), reply],
    ['a question with a target MAC filled in', frame({ targetMac: BROADCAST }), reply],
    ['a probe', frame({ senderAddress: '0.0.0.0' }), replyToProbe],
    ['a question of another speaker', frame({ source: OTHER_NODE }), undefined],
  ])('answers %s', (_name, received, expected) => {
    const { outcome, claim } = respond(context, received);
    if (expected === undefined) expect(outcome).toMatchObject({ address: ADDRESS });
    else expect(outcome).toEqual({ reply: expected, address: ADDRESS });
    expect(claim).toBeUndefined();
  });

  it('answers to the sender hardware address when the Ethernet source is another, and says so', () => {
    const { outcome, sourceDiffers } = respond(context, frame({ source: '02:00:00:00:00:fe', senderMac: CLIENT }));
    expect(outcome).toEqual({ reply, address: ADDRESS });
    expect(sourceDiffers).toBe(true);
    expect(respond(context, frame()).sourceDiffers).toBe(false);
  });

  const drops = [
    ['OwnFrame', 'sent by this interface', frame({ source: NODE })],
    ['OwnFrame', 'sent by another interface of the node', frame({ source: SECOND })],
    ['OwnFrame', 'our sender hardware address in a foreign frame', frame({ source: CLIENT, senderMac: NODE })],
    ['OwnFrame', 'our Ethernet source with a foreign packet', frame({ source: NODE, senderMac: CLIENT })],
    ['BadSenderMac', 'zero', frame({ source: CLIENT, senderMac: ZERO })],
    ['BadSenderMac', 'broadcast', frame({ source: CLIENT, senderMac: BROADCAST })],
    ['BadSenderMac', 'multicast', frame({ source: CLIENT, senderMac: '01:00:5e:00:00:01' })],
    ['NotForUs', 'unicast to another station', frame({ destination: OTHER_NODE })],
    ['NotForUs', 'multicast', frame({ destination: '01:00:5e:00:00:01' })],
    ['Reply', 'to us', frame({ destination: NODE, operation: 2, targetMac: NODE })],
    ['Reply', 'broadcast', frame({ operation: 2 })],
    ['Announcement', 'of a foreign address', frame({ senderAddress: '192.0.2.9', targetAddress: '192.0.2.9' })],
    ['NotHeld', 'another address', frame({ targetAddress: '192.0.2.52' })],
    ['NotHeld', 'the neighbour of a held one', frame({ targetAddress: '192.0.2.49' })],
    ['NotYetAnswering', 'an address under placement', frame({ targetAddress: '192.0.2.51' })],
  ] as const;

  it.each(drops)('drops as %s: %s', (drop, _name, received) => {
    const verdict = respond(context, received);
    expect(verdict.outcome).toEqual({ drop });
    expect(verdict.claim).toBeUndefined();
  });

  it('has a row above for each of its reasons', () => {
    expect(new Set(drops.map(([drop]) => drop))).toEqual(new Set(RESPONDER_DROPS));
  });

  const claims = [
    ['a gratuitous request', frame({ source: STRANGER, senderAddress: '192.0.2.50' }), ADDRESS, 'Use'],
    ['a gratuitous reply', frame({ source: STRANGER, operation: 2, senderAddress: '192.0.2.50' }), ADDRESS, 'Use'],
    [
      'a reply to our probe',
      frame({ destination: NODE, source: STRANGER, operation: 2, senderAddress: '192.0.2.51', targetMac: NODE }),
      PROBED,
      'Answer',
    ],
    [
      'a question in its name',
      frame({ source: STRANGER, senderAddress: '192.0.2.50', targetAddress: '192.0.2.1' }),
      ADDRESS,
      'Use',
    ],
    [
      'its own probe while we probe',
      frame({ source: STRANGER, senderAddress: '0.0.0.0', targetAddress: '192.0.2.51' }),
      PROBED,
      'Probe',
    ],
  ] as const;

  it.each(claims)('reports another machine by %s', (_name, received, address, kind) => {
    expect(respond(context, received).claim).toEqual({ address, mac: parseMac(STRANGER), kind });
  });

  it('passes over what does not concern it', () => {
    const carefree = { ...context, concerns: () => false, probing: new Set<number>() };
    for (const [, received] of claims) expect(respond(carefree, received).claim).toBeUndefined();
  });

  it('answers in the name of another node, by its own frames', () => {
    const { outcome } = respond({ ...context, answers: new Map([[ADDRESS, parseMac(OTHER_NODE)]]) }, frame());
    const inItsName = { destination: CLIENT, source: NODE, senderMac: OTHER_NODE, operation: 2 } as const;
    const addresses = { senderAddress: '192.0.2.50', targetMac: CLIENT, targetAddress: '192.0.2.1' };
    expect(outcome).toEqual({ reply: frame({ ...inItsName, ...addresses }), address: ADDRESS });
  });

  it('takes a probe for an address that we answer for as a question, not as a claim', () => {
    const verdict = respond(context, frame({ source: STRANGER, senderAddress: '0.0.0.0' }));
    expect(verdict.outcome).toMatchObject({ address: ADDRESS });
    expect(verdict.claim).toBeUndefined();
  });

  it('takes an ordinary question for an address under placement as a question, not as a claim', () => {
    expect(respond(context, frame({ targetAddress: '192.0.2.51' })).claim).toBeUndefined();
  });

  it('meets any octets with a reply or a reason', () => {
    const reasons: readonly string[] = [...DECODE_DROPS, ...RESPONDER_DROPS];
    const nearly = fc.tuple(fc.uint8Array({ minLength: 60, maxLength: 60 }), fc.nat(60)).map(([noise, kept]) => {
      const bytes = Uint8Array.from(noise);
      bytes.set(frame().subarray(0, kept));
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), nearly), (bytes) => {
        const { outcome } = respond(context, bytes);
        if ('drop' in outcome) expect(reasons).toContain(outcome.drop);
        else expect(outcome.address).toBe(ADDRESS);
      }),
    );
  });
});
