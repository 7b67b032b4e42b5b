import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMac } from '../../../src/speaker/arp/mac-address.ts';
import { NDP_DECODE_DROPS } from '../../../src/speaker/ndp/message.ts';
import { NDP_RESPONDER_DROPS, type NdpResponderContext, respondNdp } from '../../../src/speaker/ndp/responder.ts';
import { CLIENT, NODE, OTHER_NODE, STRANGER, ZERO } from '../arp/frame-bytes.ts';
import {
  ADDRESS6,
  advertisement,
  CLIENT6,
  duplicateProbe,
  GROUP_MAC,
  integer,
  nonce,
  solicitation,
  sourceLink,
  targetLink,
} from './frame-bytes.ts';

const PROBED = '2001:db8::51';
const PROBED_GROUP = { to: 'ff02::1:ff00:51', destination: '33:33:ff:00:00:51' };
const OURS = '00000000beef';
/** The node's second interface. */
const SECOND = '02:00:00:00:01:11';

const context: NdpResponderContext = {
  mac: parseMac(NODE),
  answers: new Map([[integer(ADDRESS6), parseMac(NODE)]]),
  probing: new Set([integer(PROBED)]),
  ownMacs: new Set([NODE, SECOND].map(parseMac)),
  concerns: (address) => address === integer(ADDRESS6) || address === integer(PROBED),
  nonces: new Map([[integer(PROBED), 0xbeef]]),
};

const reply = advertisement({ destination: CLIENT, source: NODE, to: CLIENT6, flags: 0x60 });

describe('respondNdp', () => {
  it.each([
    ['a multicast question', solicitation(), reply],
    [
      'a unicast question, as to see whether we are still there',
      solicitation({ destination: NODE, to: ADDRESS6 }),
      reply,
    ],
    ['one without a link-layer address', solicitation({ destination: NODE, to: ADDRESS6, options: '' }), reply],
    ["a stranger's probe for duplicates", duplicateProbe({ source: STRANGER }), advertisement({ source: NODE })],
    [
      "a stranger's probe with a nonce",
      duplicateProbe({ source: STRANGER, options: nonce('010203040506') }),
      advertisement({ source: NODE }),
    ],
    ['a question of another speaker', solicitation({ source: OTHER_NODE }), undefined],
  ])('answers %s', (_name, received, expected) => {
    const { outcome, claim, sourceDiffers } = respondNdp(context, received);
    if (expected === undefined) expect(outcome).toMatchObject({ address: integer(ADDRESS6) });
    else expect(outcome).toEqual({ reply: expected, address: integer(ADDRESS6) });
    expect(claim).toBeUndefined();
    expect(sourceDiffers).toBe(false);
  });

  it('answers to the link-layer address in the question when the Ethernet source is another, and says so', () => {
    const received = solicitation({ source: '02:00:00:00:00:fe', options: sourceLink(CLIENT) });
    const { outcome, sourceDiffers } = respondNdp(context, received);
    expect(outcome).toEqual({ reply, address: integer(ADDRESS6) });
    expect(sourceDiffers).toBe(true);
  });

  const drops = [
    ['OwnFrame', 'sent by this interface', solicitation({ source: NODE })],
    ['OwnFrame', 'sent by another interface of the node', duplicateProbe({ source: SECOND })],
    ['OwnFrame', 'our link-layer address in a foreign frame', solicitation({ options: sourceLink(NODE) })],
    [
      'LoopedBack',
      'our probe with a foreign source',
      duplicateProbe({ source: STRANGER, target: PROBED, ...PROBED_GROUP, options: nonce(OURS) }),
    ],
    ['BadLinkAddress', 'zero', solicitation({ options: sourceLink(ZERO) })],
    ['BadLinkAddress', 'a group', advertisement({ options: targetLink(GROUP_MAC) })],
    ['NotForUs', 'unicast to another station', solicitation({ destination: OTHER_NODE, to: ADDRESS6 })],
    ['Advertisement', 'of a foreign address', advertisement({ target: '2001:db8::99' })],
    ['NotHeld', 'another address', solicitation({ target: '2001:db8::52' })],
    ['NotHeld', 'another address of the same group', solicitation({ target: '2001:db8:1::50' })],
    ['NotYetAnswering', 'an address under placement', solicitation({ target: PROBED, ...PROBED_GROUP })],
  ] as const;

  it.each(drops)('drops as %s: %s', (drop, _name, received) => {
    const verdict = respondNdp(context, received);
    expect(verdict.outcome).toEqual({ drop });
    expect(verdict.claim).toBeUndefined();
  });

  it('has a row above for each of its reasons', () => {
    expect(new Set(drops.map(([drop]) => drop))).toEqual(new Set(NDP_RESPONDER_DROPS));
  });

  const claims = [
    ['an unsolicited advertisement', advertisement({ source: STRANGER }), ADDRESS6, 'Use'],
    ['an answer to our probe', advertisement({ source: STRANGER, target: PROBED }), PROBED, 'Use'],
    [
      'an answer to somebody else',
      advertisement({ source: STRANGER, destination: CLIENT, to: CLIENT6, flags: 0x60 }),
      ADDRESS6,
      'Use',
    ],
    ['a question in its name', solicitation({ source: STRANGER, from: ADDRESS6, target: CLIENT6 }), ADDRESS6, 'Use'],
    [
      'an answer to a question of ours',
      advertisement({ source: STRANGER, destination: NODE, to: '2001:db8::11', flags: 0x60 }),
      ADDRESS6,
      'Answer',
    ],
    [
      'its own probe while we probe',
      duplicateProbe({ source: STRANGER, target: PROBED, ...PROBED_GROUP, options: nonce('010203040506') }),
      PROBED,
      'Probe',
    ],
  ] as const;

  it.each(claims)('reports another machine by %s', (_name, received, address, kind) => {
    expect(respondNdp(context, received).claim).toEqual({ address: integer(address), mac: parseMac(STRANGER), kind });
  });

  it('passes over what does not concern it', () => {
    const carefree = { ...context, concerns: () => false, probing: new Set<bigint>() };
    for (const [, received] of claims) expect(respondNdp(carefree, received).claim).toBeUndefined();
  });

  it('answers in the name of another node, by its own frames', () => {
    const caring = { ...context, answers: new Map([[integer(ADDRESS6), parseMac(OTHER_NODE)]]) };
    const options = targetLink(OTHER_NODE);
    const inItsName = advertisement({ destination: CLIENT, source: NODE, to: CLIENT6, flags: 0x60, options });
    expect(respondNdp(caring, solicitation()).outcome).toEqual({ reply: inItsName, address: integer(ADDRESS6) });
  });

  it('names the target link-layer address as the stranger, whoever passes the frame on', () => {
    const relayed = advertisement({ source: CLIENT, options: targetLink(STRANGER) });
    expect(respondNdp(context, relayed)).toMatchObject({ claim: { mac: parseMac(STRANGER) }, sourceDiffers: true });
  });

  it('meets any octets with a reply or a reason', () => {
    const reasons: readonly string[] = [...NDP_DECODE_DROPS, ...NDP_RESPONDER_DROPS];
    const nearly = fc.tuple(fc.uint8Array({ minLength: 86, maxLength: 86 }), fc.nat(86)).map(([noise, kept]) => {
      const bytes = Uint8Array.from(noise);
      bytes.set(solicitation().subarray(0, kept));
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), nearly), (bytes) => {
        const { outcome } = respondNdp(context, bytes);
        if ('drop' in outcome) expect(reasons).toContain(outcome.drop);
        else expect(outcome.address).toBe(integer(ADDRESS6));
      }),
    );
  });
});
